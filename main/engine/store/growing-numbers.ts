type NumberArray = Float64Array | Int32Array;

/** Numbers by a dense index, in a typed array that grows by doubling. */
export class GrowingNumbers {
  readonly #make: new (
    length: number,
  ) => NumberArray;
  readonly #missing: number;
  #values: NumberArray;

  /** @param missing what an index has that was never set */
  constructor(make: new (length: number) => NumberArray, missing: number) {
    this.#make = make;
    this.#missing = missing;
    this.#values = new make(1024).fill(missing);
  }

  get(index: number): number {
    return this.#values[index] ?? this.#missing;
  }

  set(index: number, value: number): void {
    if (index >= this.#values.length) {
      const grown = new this.#make(Math.max(index + 1, this.#values.length * 2)).fill(this.#missing);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[index] = value;
  }
}
