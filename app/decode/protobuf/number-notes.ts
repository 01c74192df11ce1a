import { FIXED32, FIXED64, VARINT, type WireField } from './wire-reader.ts';

/** Seconds from 2001-09-09 to 2100: what is in between may well be a time. */
const EARLIEST = 1_000_000_000n;
const LATEST = 4_102_444_800n;

/** What a number of unknown type could also be, as a comment; '' when nothing suggests itself. */
export function annotation({ wireType, bits }: WireField): string {
  if (wireType === VARINT) {
    if (bits >> 63n === 1n) return `  # ${BigInt.asIntN(64, bits)}`;
    const time = timeOf(bits);
    return time === '' ? '' : `  # ${time}`;
  }
  if (wireType !== FIXED32 && wireType !== FIXED64) return '';
  const float = wireType === FIXED32 ? float32(bits) : float64(bits);
  return isPlausible(float) ? `  # ${float}` : '';
}

/** IEEE 754 single precision, as the shortest decimal number that stands for it: 0.1, not 0.10000000149011612. */
export function float32(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, Number(bits));
  const value = view.getFloat32(0);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

export function float64(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

/** Bits of integers and random data make floats of extreme size. */
function isPlausible(float: number): boolean {
  const size = Math.abs(float);
  return size >= 1e-6 && size < 1e12;
}

/** Seconds, milliseconds, microseconds or nanoseconds since 1970, where that gives a time of this century. */
function timeOf(value: bigint): string {
  for (const unit of [1n, 1_000n, 1_000_000n, 1_000_000_000n]) {
    const seconds = value / unit;
    if (seconds >= EARLIEST && seconds < LATEST) {
      return new Date(Number((value * 1_000n) / unit)).toISOString().replace('.000Z', 'Z');
    }
  }
  return '';
}
