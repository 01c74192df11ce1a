/** Different values of which there are few, named by dense codes in the order in which they came. */
export interface Dictionary<Value> {
  readonly code: (value: Value) => number;
  readonly value: (code: number) => Value;
  size(): number;
}

/** Makes a dictionary; two values are the same when `keyOf` gives the same text. `copy` makes what is kept of a value. */
export function createDictionary<Value>(
  keyOf: (value: Value) => string,
  copy: (value: Value) => Value = (value) => value,
): Dictionary<Value> {
  const codes = new Map<string, number>();
  const values: Value[] = [];
  return {
    code(value) {
      const key = keyOf(value);
      const known = codes.get(key);
      if (known !== undefined) return known;
      codes.set(key, values.length);
      values.push(copy(value));
      return values.length - 1;
    },
    value: (code) => values[code]!,
    size: () => values.length,
  };
}
