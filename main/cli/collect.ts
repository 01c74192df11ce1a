/** For an option that may be repeated: adds its next value to those before. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
