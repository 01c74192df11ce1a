import { ByteBuilder } from '../../bytes/byte-builder.ts';
import { putU16le, putU32le } from '../../bytes/integers.ts';
import type { Nanoseconds } from '../../model/exchange.ts';
import { parseAddress } from '../../packet/address.ts';
import { encodeOptions, type Option, textOption } from './options.ts';
import { BLOCK, BLOCK_OVERHEAD, BYTE_ORDER_MAGIC, NAME_RECORD, OPTION, padded } from './pcapng-format.ts';

const encoder = new TextEncoder();
const NANOSECONDS = Uint8Array.of(9);
/** Bytes of an Enhanced Packet Block in front of the packet. */
const PACKET_HEAD_LENGTH = 28;

/** Texts of a section header block; '' leaves one out. */
export interface SectionTexts {
  readonly hardware?: string;
  readonly operatingSystem?: string;
  readonly application?: string;
  readonly comment?: string;
}

/** Section Header Block: little-endian, version 1.0, length of the section not given, so that it can be appended to. */
export function sectionHeaderBlock(texts: SectionTexts): Uint8Array {
  const head = new Uint8Array(16);
  putU32le(head, 0, BYTE_ORDER_MAGIC);
  putU16le(head, 4, 1);
  head.fill(0xff, 8, 16);
  return block(BLOCK.sectionHeader, head, [
    ...textOption(OPTION.comment, texts.comment ?? ''),
    ...textOption(OPTION.hardware, texts.hardware ?? ''),
    ...textOption(OPTION.operatingSystem, texts.operatingSystem ?? ''),
    ...textOption(OPTION.application, texts.application ?? ''),
  ]);
}

/** Interface Description Block with times in nanoseconds. The first of a section is interface 0. */
export function interfaceBlock(linkType: number, name: string, description = '', snapLength = 262_144): Uint8Array {
  const head = new Uint8Array(8);
  putU16le(head, 0, linkType);
  putU32le(head, 4, snapLength);
  return block(BLOCK.interfaceDescription, head, [
    ...textOption(OPTION.interfaceName, name),
    ...textOption(OPTION.interfaceDescription, description),
    [OPTION.timestampResolution, NANOSECONDS],
  ]);
}

/** Enhanced Packet Block. `originalLength` is more than the data's when the packet was cut. */
export function packetBlock(
  interfaceId: number,
  time: Nanoseconds,
  data: Uint8Array,
  comments: readonly string[] = [],
  originalLength = data.length,
): Uint8Array {
  const builder = new ByteBuilder(64 + data.length);
  appendPacketBlock(builder, interfaceId, time, data, comments, originalLength);
  return builder.copy();
}

/** The same at the end of what is being built: for many packets in turn, without an array for each. */
export function appendPacketBlock(
  into: ByteBuilder,
  interfaceId: number,
  time: Nanoseconds,
  data: Uint8Array,
  comments: readonly string[],
  originalLength: number,
): void {
  const start = into.reserve(PACKET_HEAD_LENGTH + data.length);
  const { bytes, view } = into;
  putU32le(bytes, start, BLOCK.enhancedPacket);
  putU32le(bytes, start + 8, interfaceId);
  // The upper half of the time comes first, whatever the byte order.
  view.setBigUint64(start + 16, time, true);
  putU32le(bytes, start + 12, view.getUint32(start + 20, true));
  putU32le(bytes, start + 20, data.length);
  putU32le(bytes, start + 24, originalLength);
  bytes.set(data, start + PACKET_HEAD_LENGTH);
  pad(into, data.length);
  for (const comment of comments) appendTextOption(into, OPTION.comment, comment);
  if (comments.length > 0) into.u32le(OPTION.end);
  const length = into.length + 4 - start;
  into.u32le(length);
  putU32le(into.bytes, start + 4, length);
}

/** A text option, which is cut where it would not fit into 16 bits of length. */
function appendTextOption(into: ByteBuilder, code: number, text: string): void {
  into.u16le(code);
  const at = into.reserve(2);
  const length = Math.min(into.text(text), 0xffff);
  into.length = at + 2 + length;
  putU16le(into.bytes, at, length);
  pad(into, length);
}

function pad(into: ByteBuilder, length: number): void {
  for (let missing = padded(length) - length; missing > 0; missing--) into.u8(0);
}

/** Name Resolution Block. Entries whose address is neither IPv4 nor IPv6 are left out. */
export function nameBlock(entries: Iterable<readonly [address: string, names: readonly string[]]>): Uint8Array {
  const records: Option[] = [];
  for (const [text, names] of entries) {
    const address = parseAddress(text);
    if (address === null) continue;
    const value = new Uint8Array([...address, ...names.flatMap((name) => [...encoder.encode(name), 0])]);
    // A length has 16 bits; names are far shorter, unless something is wrong with them.
    if (value.length <= 0xffff) records.push([address.length === 4 ? NAME_RECORD.ipv4 : NAME_RECORD.ipv6, value]);
  }
  const body = records.length > 0 ? encodeOptions(records) : new Uint8Array(4);
  return block(BLOCK.nameResolution, body, []);
}

function block(type: number, body: Uint8Array, options: readonly Option[]): Uint8Array {
  const optionBytes = encodeOptions(options);
  const length = BLOCK_OVERHEAD + body.length + optionBytes.length;
  const bytes = new Uint8Array(length);
  putU32le(bytes, 0, type);
  putU32le(bytes, 4, length);
  bytes.set(body, 8);
  bytes.set(optionBytes, 8 + body.length);
  putU32le(bytes, length - 4, length);
  return bytes;
}
