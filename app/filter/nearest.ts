/** The names nearest to a misspelt one, best first: few edits, or the same words in another order. At most `limit`. */
export function nearestNames(name: string, names: readonly string[], limit: number): string[] {
  const wanted = name.toLowerCase();
  const parts = new Set(wanted.split(/[._-]/));
  const near = names
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, parts, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(2, candidate.length / 3))
    .sort((left, right) => left.distance - right.distance);
  return near
    .filter(({ distance }) => distance <= near[0]!.distance + 1)
    .slice(0, limit)
    .map(({ candidate }) => candidate);
}

/** Edits needed; where a name has all parts of the misspelt one, only its other parts count: `http.method`, `http.request.method`. */
function distanceOf(wanted: string, parts: ReadonlySet<string>, candidate: string): number {
  const own = candidate.split(/[._-]/);
  const holdsAll = [...parts].every((part) => own.includes(part));
  return holdsAll ? own.length - parts.size : editDistance(wanted, candidate);
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(left: string, right: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      let best = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + (same ? 0 : 1));
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) best = Math.min(best, beforePrevious[column - 2]! + 1);
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length]!;
}
