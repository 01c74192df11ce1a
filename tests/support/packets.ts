import { putU16be, putU32be } from '../../app/bytes/integers.ts';
import type { Packet } from '../../app/model/packet.ts';
import { parseAddress } from '../../app/packet/address.ts';

/** TCP flags. */
export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;

export interface SegmentFields {
  readonly from: string;
  readonly to: string;
  readonly fromPort: number;
  readonly toPort: number;
  readonly sequence: number;
  readonly acknowledgement?: number;
  readonly flags?: number;
  readonly payload?: Uint8Array;
}

/** A TCP segment: header without options, then payload. Checksums are 0: nothing here reads them. */
export function tcpSegment(fields: SegmentFields): Uint8Array {
  const payload = fields.payload ?? new Uint8Array(0);
  const bytes = new Uint8Array(20 + payload.length);
  putU16be(bytes, 0, fields.fromPort);
  putU16be(bytes, 2, fields.toPort);
  putU32be(bytes, 4, fields.sequence);
  putU32be(bytes, 8, fields.acknowledgement ?? 0);
  bytes[12] = 0x50;
  bytes[13] = fields.flags ?? ACK;
  putU16be(bytes, 14, 0xffff);
  bytes.set(payload, 20);
  return bytes;
}

/** An IPv4 or IPv6 packet, by the form of its addresses. `fragment`: IPv4 identification, offset in bytes, and more to come. */
export function ipPacket(
  from: string,
  to: string,
  protocol: number,
  payload: Uint8Array,
  fragment?: { readonly id: number; readonly offset: number; readonly more: boolean },
): Uint8Array {
  const source = parseAddress(from)!;
  const destination = parseAddress(to)!;
  if (source.length === 4) {
    const bytes = new Uint8Array(20 + payload.length);
    bytes[0] = 0x45;
    putU16be(bytes, 2, bytes.length);
    putU16be(bytes, 4, fragment?.id ?? 0);
    putU16be(bytes, 6, fragment === undefined ? 0x4000 : (fragment.offset >>> 3) | (fragment.more ? 0x2000 : 0));
    bytes[8] = 64;
    bytes[9] = protocol;
    bytes.set(source, 12);
    bytes.set(destination, 16);
    bytes.set(payload, 20);
    return bytes;
  }
  const extension = fragment === undefined ? 0 : 8;
  const bytes = new Uint8Array(40 + extension + payload.length);
  bytes[0] = 0x60;
  putU16be(bytes, 4, extension + payload.length);
  bytes[6] = fragment === undefined ? protocol : 44;
  bytes[7] = 64;
  bytes.set(source, 8);
  bytes.set(destination, 24);
  if (fragment !== undefined) {
    bytes[40] = protocol;
    putU16be(bytes, 42, fragment.offset | (fragment.more ? 1 : 0));
    putU32be(bytes, 44, fragment.id);
  }
  bytes.set(payload, 40 + extension);
  return bytes;
}

/** An SCTP packet with one I-DATA chunk (RFC 8260 section 2.1); `word` is the protocol in a first piece, else its number. */
export function interleavedChunk(fields: {
  readonly fromPort: number;
  readonly toPort: number;
  readonly tsn: number;
  readonly stream: number;
  readonly message: number;
  readonly word: number;
  /** 2: first piece, 1: last piece. */
  readonly flags: number;
  readonly payload: Uint8Array;
}): Uint8Array {
  const length = 20 + fields.payload.length;
  const bytes = new Uint8Array(12 + ((length + 3) & ~3));
  putU16be(bytes, 0, fields.fromPort);
  putU16be(bytes, 2, fields.toPort);
  putU32be(bytes, 4, 1);
  bytes[12] = 64;
  bytes[13] = fields.flags;
  putU16be(bytes, 14, length);
  putU32be(bytes, 16, fields.tsn);
  putU16be(bytes, 20, fields.stream);
  putU32be(bytes, 24, fields.message);
  putU32be(bytes, 28, fields.word);
  bytes.set(fields.payload, 32);
  return bytes;
}

/** A captured packet of LINKTYPE_RAW. */
export function rawPacket(data: Uint8Array, time = 0n, fields: Partial<Packet> = {}): Packet {
  return {
    time,
    linkType: 101,
    data,
    originalLength: data.length,
    interfaceId: 0,
    interfaceName: '',
    comments: [],
    ...fields,
  };
}

/** A TCP segment in an IP packet of LINKTYPE_RAW. */
export function tcpPacket(fields: SegmentFields, time = 0n): Packet {
  return rawPacket(ipPacket(fields.from, fields.to, 6, tcpSegment(fields)), time);
}

type Ends = Pick<SegmentFields, 'from' | 'to' | 'fromPort' | 'toPort'>;

/** A PDU as Wireshark exports it: tags (exported_pdu_tlvs.h) with the dissector's name and both ends, then the bytes. */
export function exportedPdu(dissector: string, ends: Ends, payload: Uint8Array, time: bigint): Packet {
  const tag = (number: number, value: readonly number[]) => [0, number, 0, value.length, ...value];
  const port = (value: number) => [0, 0, value >>> 8, value & 255];
  const name = new TextEncoder().encode(dissector.padEnd(4 * Math.ceil(dissector.length / 4), '\0'));
  const tags = [
    ...tag(12, [...name]),
    ...tag(20, [...parseAddress(ends.from)!]),
    ...tag(21, [...parseAddress(ends.to)!]),
    ...tag(25, port(ends.fromPort)),
    ...tag(26, port(ends.toPort)),
    ...tag(0, []),
  ];
  return rawPacket(Uint8Array.from([...tags, ...payload]), time, { linkType: 252 });
}
