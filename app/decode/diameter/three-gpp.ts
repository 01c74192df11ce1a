import { u16be, u32be } from '../../bytes/integers.ts';
import { ipv4Text, ipv6Text } from '../../packet/address.ts';

/** Reads data of one AVP whose format the dictionary's type does not tell; null when the bytes are not of that format. */
type Reader = (data: Uint8Array) => string | null;

/** Telephony BCD, TS 29.002: two digits a byte, the low half first, 1111 as filler. */
const tbcdDigits = '0123456789*#abc';

/** Numbers of E.164 and E.212 have up to 15 digits; longer ones are something else. */
const MAX_TBCD_BYTES = 10;

/** Digits of a TBCD string: `21 43 f5` is 12345. */
function readTbcd(data: Uint8Array): string | null {
  if (data.length > MAX_TBCD_BYTES) return null;
  let text = '';
  for (let at = 0; at < data.length; at++) {
    const low = data[at]! & 15;
    const high = data[at]! >>> 4;
    if (low === 15 || (high === 15 && at !== data.length - 1)) return null;
    text += tbcdDigits[low]! + (high === 15 ? '' : tbcdDigits[high]!);
  }
  return text === '' ? null : text;
}

/** `262-01` out of three bytes of MCC and MNC. TS 24.008 section 10.5.1.3. */
function readPlmn(data: Uint8Array, at = 0): string | null {
  if (data.length < at + 3) return null;
  const mcc = [data[at]! & 15, data[at]! >>> 4, data[at + 1]! & 15];
  const mnc = [data[at + 2]! & 15, data[at + 2]! >>> 4];
  const third = data[at + 1]! >>> 4;
  if (third !== 15) mnc.push(third);
  return [...mcc, ...mnc].every((digit) => digit <= 9) ? `${mcc.join('')}-${mnc.join('')}` : null;
}

function readOnlyPlmn(data: Uint8Array): string | null {
  return data.length === 3 ? readPlmn(data) : null;
}

function readIpv4(data: Uint8Array): string | null {
  return data.length === 4 ? ipv4Text(u32be(data, 0)) : null;
}

function readIpv6(data: Uint8Array): string | null {
  return data.length === 16 ? ipv6Text(data) : null;
}

/** RFC 3162 section 2.3: a reserved byte, the prefix length in bits, and as many bytes as the prefix needs. */
function readIpv6Prefix(data: Uint8Array): string | null {
  const bits = data[1];
  if (bits === undefined || bits > 128 || data.length > 18 || (data.length - 2) * 8 < bits) return null;
  const address = new Uint8Array(16);
  address.set(data.subarray(2));
  return `${ipv6Text(address)}/${bits}`;
}

/** Kinds of place in 3GPP-User-Location-Info, with the length behind the kind. TS 29.061 section 16.4.7.2, TS 29.274 section 8.21. */
function readUserLocation(data: Uint8Array): string | null {
  const plmn = readPlmn(data, 1);
  const kind = data[0];
  if (plmn === null || kind === undefined) return null;
  const cell = (at: number): number => u32be(data, at) & 0x0fffffff;
  switch (`${kind}:${data.length}`) {
    case '0:8':
      return `CGI ${plmn} LAC ${u16be(data, 4)} CI ${u16be(data, 6)}`;
    case '1:8':
      return `SAI ${plmn} LAC ${u16be(data, 4)} SAC ${u16be(data, 6)}`;
    case '2:8':
      return `RAI ${plmn} LAC ${u16be(data, 4)} RAC ${data[6]}`;
    case '128:6':
      return `TAI ${plmn} TAC ${u16be(data, 4)}`;
    case '129:8':
      return `ECGI ${plmn} cell ${cell(4)}`;
    case '130:13':
      return `TAI ${plmn} TAC ${u16be(data, 4)}, ECGI ${readPlmn(data, 6) ?? '?'} cell ${cell(9)}`;
    default:
      return null;
  }
}

/** 3GPP-MS-TimeZone, TS 29.061 and TS 23.040 section 9.2.3.11: quarters of an hour as swapped BCD with a sign; then daylight saving. */
function readTimeZone(data: Uint8Array): string | null {
  if (data.length !== 2) return null;
  const [zone = 0, saving = 0] = data;
  const quarters = (zone & 7) * 10 + (zone >>> 4);
  const hours = String(Math.floor(quarters / 4)).padStart(2, '0');
  const minutes = String((quarters % 4) * 15).padStart(2, '0');
  return `UTC${(zone & 8) !== 0 ? '-' : '+'}${hours}:${minutes}, daylight saving +${saving & 3} h`;
}

/** By `vendorId:code`: AVPs of type OctetString that have a structure worth reading. */
const readers: Readonly<Record<string, Reader>> = {
  // RFC 7155 section 4.4: addresses in the form that RADIUS has them.
  '0:4': readIpv4,
  '0:8': readIpv4,
  '0:9': readIpv4,
  '0:14': readIpv4,
  '0:95': readIpv6,
  '0:97': readIpv6Prefix,
  '0:98': readIpv6,
  '0:123': readIpv6Prefix,
  // TS 29.061 section 16.4.7.
  '10415:6': readIpv4,
  '10415:7': readIpv4,
  '10415:15': readIpv6,
  '10415:16': readIpv6,
  '10415:22': readUserLocation,
  '10415:23': readTimeZone,
  // TS 29.329 section 6.3.2: MSISDN; TS 29.272 section 7.3: Visited-PLMN-Id; TS 29.173 and TS 29.338: numbers of nodes.
  '10415:701': readTbcd,
  '10415:1407': readOnlyPlmn,
  '10415:1433': readTbcd,
  '10415:1489': readTbcd,
  '10415:1643': readTbcd,
  '10415:1645': readTbcd,
  '10415:2403': readTbcd,
  '10415:3300': readTbcd,
};

/** A reading of the data beyond their bytes; null when there is none. */
export function readThreeGpp(code: number, vendorId: number, data: Uint8Array): string | null {
  return readers[`${vendorId}:${code}`]?.(data) ?? null;
}
