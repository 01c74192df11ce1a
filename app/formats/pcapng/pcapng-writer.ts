import { putU16le, putU32le } from '../../bytes/integers.ts';
import type { Nanoseconds } from '../../model/exchange.ts';
import { parseAddress } from '../../packet/address.ts';
import { encodeOptions, type Option, textOption } from './options.ts';
import { BLOCK, BLOCK_OVERHEAD, BYTE_ORDER_MAGIC, NAME_RECORD, OPTION, padded } from './pcapng-format.ts';

const encoder = new TextEncoder();
const NANOSECONDS = Uint8Array.of(9);

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
  const head = new Uint8Array(20 + padded(data.length));
  putU32le(head, 0, interfaceId);
  putU32le(head, 4, Number((time >> 32n) & 0xffffffffn));
  putU32le(head, 8, Number(time & 0xffffffffn));
  putU32le(head, 12, data.length);
  putU32le(head, 16, originalLength);
  head.set(data, 20);
  const options = comments.flatMap((comment) => textOption(OPTION.comment, comment));
  return block(BLOCK.enhancedPacket, head, options);
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
