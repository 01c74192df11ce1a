import type { AvpDetail } from '../../../app/api/types.ts';
import type { TsharkAvp } from './tshark-messages.ts';

/** Where our tree and tshark's differ, one line each; empty when they do not. */
export function differences(
  ours: readonly AvpDetail[],
  theirs: readonly TsharkAvp[],
  bytes: Uint8Array,
  path = '',
): string[] {
  if (ours.length !== theirs.length) return [`${path || 'message'}: ${ours.length} AVPs, tshark has ${theirs.length}`];
  return ours.flatMap((avp, index) => {
    const other = theirs[index]!;
    const at = `${path}/${avp.name}(${avp.vendorId}:${avp.code})`;
    const found: string[] = [];
    const same = (what: string, left: unknown, right: unknown): void => {
      if (left !== right) found.push(`${at} ${what}: ${left}, tshark: ${right}`);
    };
    same('code', avp.code, other.code);
    same('vendor', avp.vendorId, other.vendorId);
    same('place', avp.range.join('+'), `${other.start}+${other.length}`);
    if (other.name !== 'Unknown' && renamed[avp.name] !== other.name) same('name', avp.name, other.name);
    const data = Buffer.from(bytes.subarray(avp.range[0], avp.range[0] + avp.range[1])).subarray(
      avp.vendorId === 0 ? 8 : 12,
    );
    same('bytes', data.toString('hex'), other.value);
    if (avp.children.length > 0 || other.children.length > 0)
      return [...found, ...differences(avp.children, other.children, bytes, at)];
    if (avp.problem === undefined && !isBytes(other) && !retyped.has(avp.name)) {
      const difference = valueDifference(avp, other.shown);
      if (difference !== '') found.push(`${at} ${difference}`);
    }
    return found;
  });
}

/** Where tshark 4.0 has another name than the sources of our dictionary; TS 29.272 section 7.3.127 for the third. */
export const renamed: Readonly<Record<string, string>> = {
  'Starent-Subscriber-Permission': 'SN-Subscriber-Permission',
  'SN-Mode': 'SN-ROHC-Mode',
  'Call-Barring-Info': 'Call-Barring-Infor-List',
};

/** Where tshark 4.0 has another type than the specification: RFC 7155 section 4.4.10.2 has Unsigned32. */
const retyped: ReadonlySet<string> = new Set(['Framed-IPX-Network']);

/** tshark shows the data as bytes, because it does not know the AVP or its type, or as a sentence, because there are none. */
function isBytes({ shown, value, name }: TsharkAvp): boolean {
  return name === 'Unknown' || value === '' || shown.replaceAll(':', '') === value;
}

/** Characters that tshark shows escaped. */
const control = /[\p{Cc}]/u;

const text = new Set(['UTF8String', 'DiameterIdentity', 'DiameterURI', 'IPFilterRule', 'QoSFilterRule']);

function valueDifference(avp: AvpDetail, shown: string): string {
  const number = /\((-?\d+)\)$/.exec(avp.value)?.[1] ?? avp.value;
  const say = (left: unknown): string => `value: ${left}, tshark: ${shown}`;
  switch (avp.type) {
    case 'Unsigned32':
    case 'Integer32':
    case 'Enumerated':
      return Number(number) >>> 0 === Number(shown) >>> 0 ? '' : say(number);
    case 'Unsigned64':
    case 'Integer64':
      return BigInt.asUintN(64, BigInt(number)) === BigInt.asUintN(64, BigInt(shown)) ? '' : say(number);
    case 'Float32':
    case 'Float64':
      return Number(avp.value) === Number(shown) ? '' : say(avp.value);
    case 'Time':
      return Date.parse(avp.value) === Date.parse(shown.replace(/\.0+/, '')) ? '' : say(avp.value);
    case 'Address':
      return avp.value === shown ? '' : say(avp.value);
    default:
      return !text.has(avp.type) || avp.value === shown || control.test(avp.value) ? '' : say(avp.value);
  }
}
