/**
 * A map of whole numbers from 0 to 2^31 - 1 for entries that come and go by the thousand a second. The platform's `Map`
 * takes a new table whenever it has been emptied or filled with deleted entries, and each of its old tables keeps the next
 * one alive, so that all of them end up in the collector's old space; this one stays in the arrays that it has.
 *
 * Numbers are taken for well spread, as counters and hashes are: open addressing, linear probing, at most half full.
 */
export class NumberMap<T> {
  private numbers = new Int32Array(INITIAL_SLOTS).fill(FREE);
  private values: (T | undefined)[] = new Array(INITIAL_SLOTS).fill(undefined);
  private count = 0;

  get size(): number {
    return this.count;
  }

  get(number: number): T | undefined {
    const slot = this.slotOf(number);
    return this.numbers[slot] === FREE ? undefined : this.values[slot];
  }

  set(number: number, value: T): void {
    let slot = this.slotOf(number);
    if (this.numbers[slot] === FREE) {
      if ((this.count + 1) * 2 > this.numbers.length) {
        this.grow();
        slot = this.slotOf(number);
      }
      this.numbers[slot] = number;
      this.count++;
    }
    this.values[slot] = value;
  }

  delete(number: number): void {
    const { numbers, values } = this;
    const mask = numbers.length - 1;
    let free = this.slotOf(number);
    if (numbers[free] === FREE) return;
    // What stands behind it moves up where it would not be found over the free slot.
    for (let at = (free + 1) & mask; numbers[at] !== FREE; at = (at + 1) & mask) {
      const home = numbers[at]! & mask;
      if (((at - home) & mask) < ((at - free) & mask)) continue;
      numbers[free] = numbers[at]!;
      values[free] = values[at];
      free = at;
    }
    numbers[free] = FREE;
    values[free] = undefined;
    this.count--;
  }

  /** Where the number stands, or else where it is to be put. */
  private slotOf(number: number): number {
    const { numbers } = this;
    const mask = numbers.length - 1;
    let slot = number & mask;
    while (numbers[slot] !== number && numbers[slot] !== FREE) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { numbers, values } = this;
    this.numbers = new Int32Array(numbers.length * 2).fill(FREE);
    this.values = new Array(numbers.length * 2).fill(undefined);
    for (let at = 0; at < numbers.length; at++) {
      if (numbers[at] === FREE) continue;
      const slot = this.slotOf(numbers[at]!);
      this.numbers[slot] = numbers[at]!;
      this.values[slot] = values[at];
    }
  }
}

const FREE = -1;
/** A power of two, as each later size is. */
const INITIAL_SLOTS = 64;
