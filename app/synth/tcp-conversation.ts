import type { ByteBuilder } from '../bytes/byte-builder.ts';
import { putU16be, putU32be, putU32le } from '../bytes/integers.ts';
import { addToChecksum, internetChecksum } from '../bytes/internet-checksum.ts';
import { PCAP_RECORD_HEADER_LENGTH } from '../formats/pcap/pcap-format.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Direction, Nanoseconds } from '../model/exchange.ts';
import { addressPair } from './address-pair.ts';

const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const PSH = 0x08;
const ACK = 0x10;
const PROTOCOL_TCP = 6;
const TCP_HEADER_LENGTH = 20;
/** Largest payload of a segment: an IPv4 packet of 65535 bytes less both headers. */
const MAXIMUM_SEGMENT = 65_535 - 20 - TCP_HEADER_LENGTH;
/**
 * Options of both SYNs: maximum segment size, no-operation, window scale 14 (RFC 7323 section 2.2). The scaled window is
 * 1 GiB, so that bodies go without an acknowledgement for each few segments and no analyser sees a full window.
 */
const SYN_OPTIONS = Uint8Array.of(2, 4, MAXIMUM_SEGMENT >>> 8, MAXIMUM_SEGMENT & 0xff, 1, 3, 3, 14);
/** Sequence numbers are compared modulo 2^32: a hole may not be larger than half of that. */
const MAXIMUM_HOLE = 0x40000000;
const NOTHING = new Uint8Array(0);

/** What is the same in all packets of one direction. */
interface Side {
  /** IP and TCP header with addresses, ports and constants filled in. */
  readonly template: Uint8Array;
  /** Sum over the pseudo header's addresses and protocol (RFC 9293 section 3.1), and over the ports. */
  readonly checksumBase: number;
  next: number;
}

/**
 * Packets of a TCP connection that never was: raw IP (LINKTYPE_RAW) as libpcap records appended to a builder. Three-way
 * handshake, data in order, acknowledgements on what the other side sends next, an orderly end or a reset.
 */
export class TcpConversation {
  private readonly sides: readonly [Side, Side];
  private readonly ipHeaderLength: number;
  private lastTime = 0n;
  private lastSeconds = 0;
  private lastSecondsTime = -1n;

  /** `initialSequence` should differ between uses of one pair of addresses and ports. */
  constructor(client: Endpoint, server: Endpoint, initialSequence: number) {
    const [from, to] = addressPair(client.address, server.address);
    this.ipHeaderLength = from.length === 4 ? 20 : 40;
    this.sides = [
      createSide(from, to, client.port, server.port, initialSequence >>> 0),
      createSide(to, from, server.port, client.port, (initialSequence ^ 0x5bd1e995) >>> 0),
    ];
  }

  open(out: ByteBuilder, time: Nanoseconds): void {
    this.packet(out, 0, SYN, SYN_OPTIONS, NOTHING, 0, time);
    this.packet(out, 1, SYN | ACK, SYN_OPTIONS, NOTHING, 0, time);
    this.packet(out, 0, ACK, NOTHING, NOTHING, 0, time);
  }

  /** Sends bytes, in as many segments as it takes. */
  send(out: ByteBuilder, direction: Direction, bytes: Uint8Array, time: Nanoseconds): void {
    for (let start = 0; start < bytes.length; start += MAXIMUM_SEGMENT) {
      const end = Math.min(bytes.length, start + MAXIMUM_SEGMENT);
      const part = start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end);
      this.packet(out, direction, end === bytes.length ? PSH | ACK : ACK, NOTHING, part, 0, time);
    }
  }

  /** `length` bytes went by that nobody kept: the sequence number moves on without a packet. */
  skip(direction: Direction, length: number): void {
    const side = this.sides[direction];
    side.next = (side.next + Math.min(length, MAXIMUM_HOLE)) >>> 0;
  }

  /**
   * Sends bytes in a packet that claims one byte more than was captured; the byte itself comes first in what is sent next,
   * so nothing is missing. Wireshark dissects at once what is in such a packet, because it never waits for the rest of a
   * message whose packet was cut (its TCP dissector desegments only packets that were captured whole).
   */
  sendTruncated(out: ByteBuilder, direction: Direction, bytes: Uint8Array, time: Nanoseconds): void {
    const last = Math.floor((bytes.length - 1) / (MAXIMUM_SEGMENT - 1)) * (MAXIMUM_SEGMENT - 1);
    if (last > 0) this.send(out, direction, bytes.subarray(0, last), time);
    this.packet(out, direction, ACK, NOTHING, last > 0 ? bytes.subarray(last) : bytes, 1, time);
    const side = this.sides[direction];
    side.next = (side.next - 1) >>> 0;
  }

  /** Both sides close, `first` before the other. */
  finish(out: ByteBuilder, first: Direction, time: Nanoseconds): void {
    const second = first === 0 ? 1 : 0;
    this.packet(out, first, FIN | ACK, NOTHING, NOTHING, 0, time);
    this.packet(out, second, FIN | ACK, NOTHING, NOTHING, 0, time);
    this.packet(out, first, ACK, NOTHING, NOTHING, 0, time);
  }

  reset(out: ByteBuilder, direction: Direction, time: Nanoseconds): void {
    this.packet(out, direction, RST | ACK, NOTHING, NOTHING, 0, time);
  }

  private packet(
    out: ByteBuilder,
    direction: Direction,
    flags: number,
    options: Uint8Array,
    payload: Uint8Array,
    missing: number,
    time: Nanoseconds,
  ): void {
    const side = this.sides[direction];
    const tcpHeaderLength = TCP_HEADER_LENGTH + options.length;
    const captured = this.ipHeaderLength + tcpHeaderLength + payload.length;
    const start = out.reserve(PCAP_RECORD_HEADER_LENGTH + captured);
    const bytes = out.bytes;
    this.recordHeader(bytes, start, captured, captured + missing, time);

    const ip = start + PCAP_RECORD_HEADER_LENGTH;
    const tcp = ip + this.ipHeaderLength;
    bytes.set(side.template, ip);
    const tcpLength = tcpHeaderLength + payload.length + missing;
    if (this.ipHeaderLength === 20) {
      putU16be(bytes, ip + 2, 20 + tcpLength);
      putU16be(bytes, ip + 10, internetChecksum(addToChecksum(0, bytes, ip, tcp)));
    } else {
      putU16be(bytes, ip + 4, tcpLength);
    }
    putU32be(bytes, tcp + 4, side.next);
    if ((flags & ACK) !== 0) putU32be(bytes, tcp + 8, this.sides[direction === 0 ? 1 : 0].next);
    bytes[tcp + 12] = (tcpHeaderLength >>> 2) << 4;
    bytes[tcp + 13] = flags;
    bytes.set(options, tcp + TCP_HEADER_LENGTH);
    bytes.set(payload, tcp + tcpHeaderLength);
    const sum = addToChecksum(side.checksumBase + tcpLength, bytes, tcp, ip + captured);
    putU16be(bytes, tcp + 16, internetChecksum(sum));

    const sequenceLength = payload.length + missing + ((flags & (SYN | FIN)) !== 0 ? 1 : 0);
    side.next = (side.next + sequenceLength) >>> 0;
  }

  /** Clocks may step back; the packets of one conversation do not. */
  private recordHeader(bytes: Uint8Array, start: number, captured: number, original: number, time: Nanoseconds): void {
    if (time > this.lastTime) this.lastTime = time;
    if (this.lastSecondsTime < 0n || this.lastTime - this.lastSecondsTime >= 1_000_000_000n) {
      this.lastSeconds = Number(this.lastTime / 1_000_000_000n);
      this.lastSecondsTime = BigInt(this.lastSeconds) * 1_000_000_000n;
    }
    putU32le(bytes, start, this.lastSeconds);
    putU32le(bytes, start + 4, Number(this.lastTime - this.lastSecondsTime));
    putU32le(bytes, start + 8, captured);
    putU32le(bytes, start + 12, original);
  }
}

function createSide(from: Uint8Array, to: Uint8Array, fromPort: number, toPort: number, initialSequence: number): Side {
  const ipHeaderLength = from.length === 4 ? 20 : 40;
  const template = new Uint8Array(ipHeaderLength + TCP_HEADER_LENGTH);
  if (ipHeaderLength === 20) {
    // RFC 791 section 3.1: version and header length, don't fragment, time to live, protocol.
    template.set([0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, PROTOCOL_TCP]);
    template.set(from, 12);
    template.set(to, 16);
  } else {
    // RFC 8200 section 3: version, next header, hop limit.
    template.set([0x60, 0, 0, 0, 0, 0, PROTOCOL_TCP, 64]);
    template.set(from, 8);
    template.set(to, 24);
  }
  putU16be(template, ipHeaderLength, fromPort);
  putU16be(template, ipHeaderLength + 2, toPort);
  // The window: 65535, scaled by the option of the SYNs.
  putU16be(template, ipHeaderLength + 14, 0xffff);
  const checksumBase = addToChecksum(addToChecksum(PROTOCOL_TCP, from), to);
  return { template, checksumBase, next: initialSequence };
}
