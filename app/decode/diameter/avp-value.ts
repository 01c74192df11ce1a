import { toHex } from '../../bytes/hex.ts';
import { u16be, u32be } from '../../bytes/integers.ts';
import { ipv4Text, ipv6Text } from '../../packet/address.ts';
import type { AvpType } from './dictionary.ts';

/** A value as text, or what is wrong with it; then `text` is its bytes in hexadecimal. */
export interface AvpValue {
  readonly text: string;
  readonly problem: string;
}

/** Hexadecimal text is cut here; the bytes themselves stay in the message. */
const MAX_HEX_BYTES = 4096;
const MAX_TEXT_BYTES = 65_536;

/** Seconds from 1900 (NTP, RFC 5905) to 1970; and to the second NTP era, which begins in 2036. RFC 6733 section 4.3.1. */
const NTP_TO_UNIX = 2_208_988_800;
const NTP_ERA = 2 ** 32;

const utf8 = new TextDecoder();
const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** Bytes in lower-case hexadecimal, `…` behind them when there are more. */
export function hexText(bytes: Uint8Array): string {
  return bytes.length > MAX_HEX_BYTES ? `${toHex(bytes.subarray(0, MAX_HEX_BYTES))}…` : toHex(bytes);
}

/** Text of an AVP's data by its type; Grouped is not a value. */
export function readValue(type: AvpType, data: Uint8Array, names: ReadonlyMap<number, string>): AvpValue {
  switch (type) {
    case 'Unsigned32':
      return sized(data, 4, (view) => named(view.getUint32(0), names));
    case 'Integer32':
    case 'Enumerated':
      return sized(data, 4, (view) => named(view.getInt32(0), names));
    case 'Unsigned64':
      return sized(data, 8, (view) => String(view.getBigUint64(0)));
    case 'Integer64':
      return sized(data, 8, (view) => String(view.getBigInt64(0)));
    case 'Float32':
      return sized(data, 4, (view) => float32Text(view.getFloat32(0)));
    case 'Float64':
      return sized(data, 8, (view) => String(view.getFloat64(0)));
    case 'Time':
      return sized(data, 4, (view) => timeText(view.getUint32(0)));
    case 'Address':
      return readAddress(data);
    case 'OctetString':
    case 'Grouped':
      return { text: hexText(data), problem: '' };
    default:
      return readText(data);
  }
}

function sized(data: Uint8Array, length: number, read: (view: DataView) => string): AvpValue {
  if (data.length !== length)
    return { text: hexText(data), problem: `${data.length} bytes of data where the type has ${length}.` };
  return { text: read(new DataView(data.buffer, data.byteOffset, data.byteLength)), problem: '' };
}

/** `INITIAL_REQUEST (1)`, or the number where the dictionary has no name. */
function named(value: number, names: ReadonlyMap<number, string>): string {
  const name = names.get(value);
  return name === undefined ? String(value) : `${name} (${value})`;
}

/** The shortest decimal that reads back as the same single: 0.1, not 0.10000000149011612. */
function float32Text(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(value);
}

/** RFC 3339 in UTC. Values with the high bit clear lie in the NTP era that begins in 2036. */
function timeText(seconds: number): string {
  const since1900 = seconds >= 0x8000_0000 ? seconds : seconds + NTP_ERA;
  return new Date((since1900 - NTP_TO_UNIX) * 1000).toISOString().replace('.000', '');
}

/** RFC 6733 section 4.3.1: two bytes of IANA address family, then the address. */
function readAddress(data: Uint8Array): AvpValue {
  if (data.length < 2)
    return { text: hexText(data), problem: 'An address needs at least the two bytes of its family.' };
  const family = u16be(data, 0);
  const address = data.subarray(2);
  if (family === 1 && address.length === 4) return { text: ipv4Text(u32be(address, 0)), problem: '' };
  if (family === 2 && address.length === 16) return { text: ipv6Text(address), problem: '' };
  if (family === 8) return readText(address);
  const problem = family === 1 || family === 2 ? `${address.length} bytes are not an address of family ${family}.` : '';
  return { text: `family ${family}: ${hexText(address)}`, problem };
}

function readText(data: Uint8Array): AvpValue {
  const shown = data.length > MAX_TEXT_BYTES ? data.subarray(0, MAX_TEXT_BYTES) : data;
  try {
    return { text: strictUtf8.decode(shown) + (shown === data ? '' : '…'), problem: '' };
  } catch {
    if (shown !== data) return { text: `${utf8.decode(shown)}…`, problem: '' };
    return { text: utf8.decode(data), problem: 'The text is not UTF-8.' };
  }
}
