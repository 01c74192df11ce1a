import { isUtf8 } from '../content/text-look.ts';
import { DELIMITED, GROUP_START, readWireFields, type WireField, type WireFields } from './wire-reader.ts';

/** What the bytes of a delimited field of unknown type most likely are. */
export type Guess =
  | { readonly kind: 'message'; readonly fields: readonly WireField[] }
  | { readonly kind: 'string'; readonly text: string }
  | {
      readonly kind: 'bytes' /** As packed varints, where they look like that; else empty. */;
      readonly packed: readonly bigint[];
    };

/** Fields of a nested message beyond which no message is supposed. */
const MAX_FIELDS = 10_000;

/** Numbers above are used by extensions of descriptors, but in random bytes much more often. */
const PLAUSIBLE_NUMBER = 100_000;

/** Packed varints are only supposed to be numbers of up to this many octets each. */
const PACKED_OCTETS = 3;
const MAX_PACKED = 64;

/**
 * Judges by validity: text that is valid UTF-8 without control characters is a string, except where it begins with a line
 * break or tab (which are tags of field 1) and reads to its end as a message. Other bytes are a message when they read
 * as one exactly as a writer would have made it.
 */
function guess(bytes: Uint8Array): Guess {
  if (bytes.length === 0) return { kind: 'string', text: '' };
  const isText = isPlainText(bytes);
  if (!isText || bytes[0]! < 0x20) {
    const wire = readWireFields(bytes, MAX_FIELDS);
    if (isPlausible(wire)) return { kind: 'message', fields: wire.fields };
  }
  if (isText) return { kind: 'string', text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
  return { kind: 'bytes', packed: packedVarints(bytes) };
}

function isPlainText(bytes: Uint8Array): boolean {
  for (const octet of bytes) {
    if (octet === 0x7f || (octet < 0x20 && octet !== 0x09 && octet !== 0x0a && octet !== 0x0d)) return false;
  }
  return isUtf8(bytes) && !endsInCharacter(bytes);
}

/** The last character is cut, which text in a message never is. */
function endsInCharacter(bytes: Uint8Array): boolean {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const octet = bytes[bytes.length - back]!;
    if (octet < 0x80) return false;
    if (octet >= 0xc0) return back < (octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : 2);
  }
  return false;
}

/** Groups are left out: nobody has written one for long, but random bytes begin some. */
function isPlausible({ fields, problem, canonical }: WireFields): boolean {
  if (problem !== null || !canonical) return false;
  return fields.every(({ number, wireType }) => number <= PLAUSIBLE_NUMBER && wireType !== GROUP_START);
}

function packedVarints(bytes: Uint8Array): bigint[] {
  const numbers: bigint[] = [];
  let value = 0n;
  let octets = 0;
  for (const octet of bytes) {
    value |= BigInt(octet & 0x7f) << BigInt(7 * octets);
    octets++;
    if (octet >= 0x80) {
      if (octets === PACKED_OCTETS) return [];
      continue;
    }
    if (octet === 0 && octets > 1) return [];
    if (numbers.push(value) > MAX_PACKED) return [];
    value = 0n;
    octets = 0;
  }
  return octets === 0 && numbers.length > 1 ? numbers : [];
}

/** What a delimited field or group holds when nothing is known of its type. */
export function guessField(field: WireField): Guess {
  if (field.wireType === DELIMITED) return guess(field.bytes);
  return { kind: 'message', fields: readWireFields(field.bytes, MAX_FIELDS).fields };
}
