const DIGIT_BITS = 16;
const DIGITS = 1 << DIGIT_BITS;

/**
 * The places of `keys` in ascending order; equal keys keep their order. A radix sort over the bits of the numbers, which
 * takes a fixed number of passes where comparing would call back millions of times. No key may be NaN.
 */
export function argsort(keys: Float64Array): Uint32Array {
  const halves = new Uint32Array(keys.slice().buffer);
  makeSortable(halves);
  let order = new Uint32Array(keys.length);
  for (let index = 0; index < order.length; index++) order[index] = index;
  let spare = new Uint32Array(keys.length);
  for (let digit = 0; digit < 4; digit++) {
    if (sortByDigit(halves, digit, order, spare)) [order, spare] = [spare, order];
  }
  return order;
}

/**
 * Changes the bits of IEEE 754 numbers so that they compare as unsigned integers do: negative ones are inverted, the
 * others get their sign bit set. -0 is made 0 first.
 */
function makeSortable(halves: Uint32Array): void {
  for (let index = 0; index < halves.length; index += 2) {
    const low = halves[index]!;
    const high = halves[index + 1]!;
    const isNegativeZero = high === 0x80000000 && low === 0;
    if (high >= 0x80000000 && !isNegativeZero) {
      halves[index] = ~low;
      halves[index + 1] = ~high;
    } else {
      halves[index + 1] = (high | 0x80000000) >>> 0;
    }
  }
}

/** One stable pass by 16 bits, lowest digit first. False when all have the same digit, and nothing was moved. */
function sortByDigit(halves: Uint32Array, digit: number, from: Uint32Array, to: Uint32Array): boolean {
  const half = digit >> 1;
  const shift = (digit & 1) * DIGIT_BITS;
  const counts = new Uint32Array(DIGITS + 1);
  for (let index = half; index < halves.length; index += 2) counts[((halves[index]! >>> shift) & 0xffff) + 1]!++;
  if (from.length === 0 || counts[((halves[half]! >>> shift) & 0xffff) + 1] === from.length) return false;
  for (let index = 1; index < counts.length; index++) counts[index]! += counts[index - 1]!;
  for (let index = 0; index < from.length; index++) {
    const place = from[index]!;
    const value = (halves[place * 2 + half]! >>> shift) & 0xffff;
    to[counts[value]!++] = place;
  }
  return true;
}
