/**
 * Remembers what was found for each code, in one byte: `find` gives 1 to 255, and is asked once for each code. Codes are
 * dense, so there are as many bytes as values.
 */
export function memoizeCodes(find: (code: number) => number): (code: number) => number {
  let known = new Uint8Array(64);
  return (code) => {
    if (code >= known.length) {
      const larger = new Uint8Array(Math.max(code + 1, known.length * 2));
      larger.set(known);
      known = larger;
    }
    const remembered = known[code]!;
    if (remembered !== 0) return remembered;
    const fresh = find(code);
    known[code] = fresh;
    return fresh;
  };
}
