/** Where a text is found: from and to, in characters. */
export type Place = readonly [from: number, to: number];

/** More are not looked for: nobody goes through them one by one. */
export const mostPlaces = 10_000;

/** Every place where `wanted` stands in `text`, whatever the case of its letters. */
export function findText(text: string, wanted: string): readonly Place[] {
  if (wanted === '') return [];
  const places: Place[] = [];
  for (const { index, 0: found } of text.matchAll(new RegExp(literal(wanted), 'giu'))) {
    places.push([index, index + found.length]);
    if (places.length === mostPlaces) break;
  }
  return places;
}

/** The first place at or behind a position, or the very first where none is behind it; -1 when there is none. */
export function nextPlace(places: readonly Place[], position: number): number {
  const next = places.findIndex(([from]) => from >= position);
  return next >= 0 || places.length === 0 ? next : 0;
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
