import { joinBytes } from '../../app/bytes/join.ts';
import type { Random } from './random.ts';

const MAXIMUM_LENGTH = 16_384;
/** Numbers where lengths and counters break. */
const EXTREMES = [
  0, 1, 2, 3, 4, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0xffffff, 0x7fffffff, 0x80000000, 0xffffffff,
];

type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const mutations: readonly Mutation[] = [
  function flipBit(bytes, random) {
    const at = random.below(bytes.length);
    bytes[at]! ^= 1 << random.below(8);
    return bytes;
  },
  function setByte(bytes, random) {
    bytes[random.below(bytes.length)] = random.next();
    return bytes;
  },
  function setNumber(bytes, random) {
    const width = random.pick([1, 2, 3, 4]);
    const value = random.pick(EXTREMES) + random.below(3) - 1;
    const at = random.below(bytes.length - width);
    const bigEndian = random.below(2) === 0;
    for (let index = 0; index < width; index++) {
      bytes[at + index] = Math.floor(value / 2 ** (8 * (bigEndian ? width - 1 - index : index)));
    }
    return bytes;
  },
  function addToNumber(bytes, random) {
    const at = random.below(bytes.length);
    bytes[at]! += random.below(33) - 16;
    return bytes;
  },
  function remove(bytes, random) {
    const [start, end] = range(bytes, random);
    return joinBytes([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  function repeat(bytes, random) {
    const [start, end] = range(bytes, random);
    return joinBytes([bytes.subarray(0, end), bytes.subarray(start)]);
  },
  function move(bytes, random) {
    const [start, end] = range(bytes, random);
    const at = random.below(start);
    return joinBytes([
      bytes.subarray(0, at),
      bytes.subarray(start, end),
      bytes.subarray(at, start),
      bytes.subarray(end),
    ]);
  },
  function insertNoise(bytes, random) {
    const at = random.below(bytes.length);
    const noise = Uint8Array.from({ length: 1 + random.below(16) }, () => random.next());
    return joinBytes([bytes.subarray(0, at), noise, bytes.subarray(at)]);
  },
  function splice(bytes, random, other) {
    const [start, end] = range(other, random);
    const at = random.below(bytes.length);
    return joinBytes([bytes.subarray(0, at), other.subarray(start, end), bytes.subarray(at)]);
  },
  function truncate(bytes, random) {
    return bytes.subarray(0, random.below(bytes.length));
  },
];

/** A changed copy of `bytes`, with one to eight mutations; pieces of `other` may come into it. */
export function mutate(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let result: Uint8Array = bytes.slice();
  for (let count = 1 + random.below(8); count > 0 && result.length > 4; count--) {
    result = random.pick(mutations)(result, random, other);
  }
  return result.length > MAXIMUM_LENGTH ? result.slice(0, MAXIMUM_LENGTH) : result;
}

/** A range of at most a quarter of the bytes, more often short. */
function range(bytes: Uint8Array, random: Random): [number, number] {
  const start = random.below(bytes.length);
  const longest = random.below(2) === 0 ? 16 : Math.max(1, bytes.length >>> 2);
  return [start, Math.min(bytes.length, start + 1 + random.below(longest))];
}
