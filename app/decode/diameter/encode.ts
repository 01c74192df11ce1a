import { ByteBuilder } from '../../bytes/byte-builder.ts';
import { parseAddress } from '../../packet/address.ts';
import type { AvpDefinition, AvpType, DiameterDictionary } from './dictionary.ts';
import { AVP_FLAG_MANDATORY, AVP_FLAG_VENDOR, HEADER_LENGTH } from './header.ts';

/**
 * A value by the AVP's type: text for strings, identities, rules and addresses (IPv4, IPv6, or digits for E.164), a number for
 * 32-bit types and floats, a bigint or number for 64-bit types, a Date or seconds since 1970 for Time, AVPs for Grouped, the
 * name of a value for Enumerated, and bytes for any of them.
 */
export type AvpInputValue = string | number | bigint | Date | Uint8Array | readonly AvpInput[];

/** An AVP by its dictionary name. The M flag is set unless told otherwise. */
export type AvpInput = readonly [name: string, value: AvpInputValue, options?: { readonly mandatory: boolean }];

/** The header of a message to be written. */
export interface MessageInput {
  readonly commandCode: number;
  /** R 0x80, P 0x40, E 0x20, T 0x10. */
  readonly flags: number;
  readonly applicationId: number;
  readonly hopByHopId: number;
  readonly endToEndId: number;
  readonly avps: readonly AvpInput[];
}

const NTP_TO_UNIX = 2_208_988_800;
const textEncoder = new TextEncoder();

/** Writes a message. RFC 6733 section 3. Throws a TypeError on a name that the dictionary lacks or a value that does not fit its type. */
export function encodeMessage(input: MessageInput, dictionary: DiameterDictionary): Uint8Array {
  const builder = new ByteBuilder(512);
  builder.reserve(HEADER_LENGTH);
  for (const avp of input.avps) appendAvp(builder, avp, dictionary);
  const view = builder.view;
  view.setUint32(0, 0x0100_0000 + builder.length);
  view.setUint32(4, input.flags * 0x0100_0000 + input.commandCode);
  view.setUint32(8, input.applicationId);
  view.setUint32(12, input.hopByHopId);
  view.setUint32(16, input.endToEndId);
  return builder.bytes.slice(0, builder.length);
}

function appendAvp(builder: ByteBuilder, [name, value, options]: AvpInput, dictionary: DiameterDictionary): void {
  const definition = dictionary.findByName(name);
  if (definition === undefined) throw new TypeError(`The dictionary has no AVP ${name}.`);
  const start = builder.length;
  const mandatory = options?.mandatory === false ? 0 : AVP_FLAG_MANDATORY;
  builder.u32be(definition.code);
  builder.u32be(0);
  if (definition.vendorId !== 0) builder.u32be(definition.vendorId);
  appendValue(builder, definition, value, dictionary);
  const length = builder.length - start;
  const flags = mandatory | (definition.vendorId === 0 ? 0 : AVP_FLAG_VENDOR);
  builder.view.setUint32(start + 4, flags * 0x0100_0000 + length);
  while (builder.length % 4 !== 0) builder.u8(0);
}

function appendValue(
  builder: ByteBuilder,
  definition: AvpDefinition,
  value: AvpInputValue,
  dictionary: DiameterDictionary,
): void {
  if (value instanceof Uint8Array) builder.append(value);
  else if (Array.isArray(value) && definition.type === 'Grouped')
    for (const child of value as readonly AvpInput[]) appendAvp(builder, child, dictionary);
  else if (typeof value === 'string') appendText(builder, definition, value);
  else if (value instanceof Date && definition.type === 'Time')
    builder.u32be(Math.floor(value.getTime() / 1000) + NTP_TO_UNIX);
  else if (typeof value === 'number' || typeof value === 'bigint') appendNumber(builder, definition, value);
  else throw unfit(definition, value);
}

function appendText(builder: ByteBuilder, definition: AvpDefinition, value: string): void {
  switch (definition.type) {
    case 'Address':
      appendAddress(builder, definition, value);
      break;
    case 'Enumerated':
      appendNumber(builder, definition, valueNamed(definition, value));
      break;
    case 'OctetString':
    case 'UTF8String':
    case 'DiameterIdentity':
    case 'DiameterURI':
    case 'IPFilterRule':
    case 'QoSFilterRule':
      builder.append(textEncoder.encode(value));
      break;
    default:
      throw unfit(definition, value);
  }
}

function valueNamed(definition: AvpDefinition, name: string): number {
  for (const [value, known] of definition.values) if (known === name) return value;
  throw unfit(definition, name);
}

function appendAddress(builder: ByteBuilder, definition: AvpDefinition, value: string): void {
  const address = parseAddress(value);
  if (address !== null) {
    builder.u16be(address.length === 4 ? 1 : 2);
    builder.append(address);
  } else if (/^\d+$/.test(value)) {
    builder.u16be(8);
    builder.append(textEncoder.encode(value));
  } else throw unfit(definition, value);
}

/** Number of bytes and how to write them, by type. */
const numberWriters: Partial<
  Record<AvpType, readonly [number, (view: DataView, at: number, value: number | bigint) => void]>
> = {
  Integer32: [4, (view, at, value) => view.setInt32(at, Number(value))],
  Enumerated: [4, (view, at, value) => view.setInt32(at, Number(value))],
  Unsigned32: [4, (view, at, value) => view.setUint32(at, Number(value))],
  Integer64: [8, (view, at, value) => view.setBigInt64(at, BigInt(value))],
  Unsigned64: [8, (view, at, value) => view.setBigUint64(at, BigInt(value))],
  Float32: [4, (view, at, value) => view.setFloat32(at, Number(value))],
  Float64: [8, (view, at, value) => view.setFloat64(at, Number(value))],
  Time: [4, (view, at, value) => view.setUint32(at, Number(value) + NTP_TO_UNIX)],
};

function appendNumber(builder: ByteBuilder, definition: AvpDefinition, value: number | bigint): void {
  const writer = numberWriters[definition.type];
  if (writer === undefined) throw unfit(definition, value);
  const at = builder.reserve(writer[0]);
  writer[1](builder.view, at, value);
}

function unfit(definition: AvpDefinition, value: AvpInputValue): TypeError {
  return new TypeError(`${definition.name} is of type ${definition.type}; ${String(value)} does not fit.`);
}
