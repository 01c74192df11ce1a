/**
 * Where rows stand and how that fits a browser's scroll bar. Chromium lays out no element higher than about 16.7 million
 * pixels, Firefox 17.8: a list of 1,000,000 rows of 23 px is higher. So there are two spaces: the virtual one, where row i
 * begins at i * rowHeight, and the physical one of the scroll bar, which is scaled down when the virtual one is too high.
 */
export interface ScrollSpace {
  readonly count: number;
  readonly rowHeight: number;
  /** Height of what is seen, in pixels. */
  readonly height: number;
}

/** Far enough below the browsers' limits that a device pixel ratio of 2 stays below them too. */
export const highestElement = 8_000_000;

export function contentHeight(space: ScrollSpace): number {
  return space.count * space.rowHeight;
}

/** Height of the element that makes the scroll bar. */
export function physicalHeight(space: ScrollSpace): number {
  return Math.min(contentHeight(space), highestElement);
}

export function isScaled(space: ScrollSpace): boolean {
  return contentHeight(space) > highestElement;
}

/** The virtual offset at the very end. */
export function lastOffset(space: ScrollSpace): number {
  return Math.max(0, contentHeight(space) - space.height);
}

export function clampOffset(space: ScrollSpace, offset: number): number {
  return Math.min(Math.max(0, offset), lastOffset(space));
}

/** Virtual offset to `scrollTop`. */
export function toPhysical(space: ScrollSpace, offset: number): number {
  const last = lastOffset(space);
  if (last === 0) return 0;
  return (clampOffset(space, offset) / last) * (physicalHeight(space) - space.height);
}

/** `scrollTop` to virtual offset. */
export function toVirtual(space: ScrollSpace, scrollTop: number): number {
  const room = physicalHeight(space) - space.height;
  if (room <= 0) return 0;
  return clampOffset(space, (scrollTop / room) * lastOffset(space));
}

/** First and last row that is at least partly seen; `last` is -1 when there is none. */
export function visibleRows(space: ScrollSpace, offset: number): { readonly first: number; readonly last: number } {
  const first = Math.floor(offset / space.rowHeight);
  const last = Math.min(space.count, Math.ceil((offset + space.height) / space.rowHeight)) - 1;
  return { first, last };
}

/** The nearest offset at which a row is seen whole. */
export function offsetToReveal(space: ScrollSpace, offset: number, row: number): number {
  const top = row * space.rowHeight;
  if (top < offset) return clampOffset(space, top);
  const bottom = top + space.rowHeight;
  if (bottom > offset + space.height) return clampOffset(space, bottom - space.height);
  return offset;
}
