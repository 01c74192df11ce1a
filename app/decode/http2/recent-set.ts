/** The last `capacity` numbers that were added. */
export class RecentSet {
  private readonly capacity: number;
  private readonly numbers = new Set<number>();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  has(number: number): boolean {
    return this.numbers.has(number);
  }

  add(number: number): void {
    this.numbers.add(number);
    // A Set gives its members in the order in which they came.
    if (this.numbers.size > this.capacity) this.numbers.delete(this.numbers.values().next().value!);
  }
}
