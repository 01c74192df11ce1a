import type { AvpDetail } from '../../api/types.ts';
import { type AvpHeader, readAvpHeader } from './avp-header.ts';
import { hexText, readValue } from './avp-value.ts';
import type { AvpType, DiameterDictionary } from './dictionary.ts';
import { AVP_FLAG_MANDATORY, AVP_FLAGS_RESERVED, HEADER_LENGTH } from './header.ts';
import { readThreeGpp } from './three-gpp.ts';

/** Groups within groups: deeper ones are shown as bytes. Specifications stay below 10. */
const MAX_DEPTH = 16;
/** AVPs of one message; the rest is said to be missing. */
const MAX_AVPS = 20_000;

interface Walk {
  readonly bytes: Uint8Array;
  readonly dictionary: DiameterDictionary;
  remaining: number;
}

/**
 * The tree of AVPs of a whole message, header included. An AVP whose length cannot be carries a problem and takes what is
 * left of its group or message; everything outside of it is decoded. Ranges are offsets in `message`.
 */
export function decodeAvps(message: Uint8Array, dictionary: DiameterDictionary): readonly AvpDetail[] {
  return readGroup({ bytes: message, dictionary, remaining: MAX_AVPS }, HEADER_LENGTH, message.length, 0);
}

function readGroup(walk: Walk, start: number, end: number, depth: number): AvpDetail[] {
  const avps: AvpDetail[] = [];
  let at = start;
  while (at < end) {
    const header = readAvpHeader(walk.bytes, at, end);
    if (header === null) {
      avps.push(rest(walk, at, end, `${end - at} bytes are too few for an AVP.`));
      break;
    }
    if (walk.remaining-- <= 0) {
      avps.push(rest(walk, at, end, `The message has more than ${MAX_AVPS} AVPs; the rest is not decoded.`));
      break;
    }
    avps.push(readAvp(walk, header, depth));
    at = header.next;
  }
  return avps;
}

function readAvp(walk: Walk, header: AvpHeader, depth: number): AvpDetail {
  const { bytes, dictionary } = walk;
  const { code, vendorId, flags, start, dataStart, dataEnd } = header;
  const definition = dictionary.find(code, vendorId);
  const type: AvpType = definition?.type ?? 'OctetString';
  const base = {
    code,
    vendorId,
    name: definition?.name ?? `Unknown-${code}`,
    vendor: dictionary.vendorName(vendorId),
    mandatory: (flags & AVP_FLAG_MANDATORY) !== 0,
    type,
    range: [start, dataEnd - start] as const,
  };
  if (type === 'Grouped' && depth < MAX_DEPTH) {
    const problem = header.problem || flagsProblem(flags);
    const children = withExperimentalName(readGroup(walk, dataStart, dataEnd, depth + 1), dictionary);
    return { ...base, value: '', children, ...(problem === '' ? {} : { problem }) };
  }
  const data = bytes.subarray(dataStart, dataEnd);
  const special = type === 'OctetString' ? readThreeGpp(code, vendorId, data) : null;
  const value =
    special === null ? readValue(type, data, definition?.values ?? noNames) : { text: special, problem: '' };
  const tooDeep = type === 'Grouped' ? `Groups lie more than ${MAX_DEPTH} deep; this one is not decoded.` : '';
  const problem = header.problem || value.problem || tooDeep || flagsProblem(flags);
  return { ...base, value: value.text, children: [], ...(problem === '' ? {} : { problem }) };
}

const noNames: ReadonlyMap<number, string> = new Map();

function flagsProblem(flags: number): string {
  return (flags & AVP_FLAGS_RESERVED) === 0 ? '' : 'Reserved bits of the AVP flags are set.';
}

/** Bytes that are no AVP. */
function rest(walk: Walk, start: number, end: number, problem: string): AvpDetail {
  return {
    code: 0,
    vendorId: 0,
    name: 'Undecoded',
    vendor: '',
    mandatory: false,
    type: 'OctetString',
    value: hexText(walk.bytes.subarray(start, end)),
    children: [],
    range: [start, end - start],
    problem,
  };
}

const CODE_EXPERIMENTAL_RESULT_CODE = 298;
const CODE_VENDOR_ID = 266;

/** The name of an Experimental-Result-Code depends on the Vendor-Id beside it. RFC 6733 section 7.6. */
function withExperimentalName(children: AvpDetail[], dictionary: DiameterDictionary): AvpDetail[] {
  const vendor = children.find((avp) => avp.code === CODE_VENDOR_ID && avp.vendorId === 0);
  if (vendor === undefined) return children;
  return children.map((avp) => {
    if (avp.code !== CODE_EXPERIMENTAL_RESULT_CODE || avp.vendorId !== 0) return avp;
    const name = dictionary.resultName(Number(avp.value), Number(vendor.value));
    return name === '' ? avp : { ...avp, value: `${name} (${avp.value})` };
  });
}
