import {
  clampOffset,
  isScaled,
  lastOffset,
  offsetToReveal,
  physicalHeight,
  type ScrollSpace,
  toPhysical,
  toVirtual,
  visibleRows,
} from './scroll-space.ts';

export const rowHeight = 23;

/** Which part of the list is seen. Holds the virtual offset, so that what is read stays when rows come above or below it. */
export class Viewport {
  #space: ScrollSpace = { count: 0, rowHeight, height: 0 };
  #offset = 0;
  readonly #listeners = new Set<(byUser: boolean) => void>();

  get offset(): number {
    return this.#offset;
  }

  get count(): number {
    return this.#space.count;
  }

  get physicalHeight(): number {
    return physicalHeight(this.#space);
  }

  /** `scrollTop` that belongs to the offset. */
  get scrollTop(): number {
    return toPhysical(this.#space, this.#offset);
  }

  /** The scroll bar is coarser than the rows: a wheel must be followed here instead of by the browser. */
  get scaled(): boolean {
    return isScaled(this.#space);
  }

  get visible(): { readonly first: number; readonly last: number } {
    return visibleRows(this.#space, this.#offset);
  }

  /** Most rows that are at least partly seen at once. */
  get slots(): number {
    return Math.ceil(this.#space.height / rowHeight) + 1;
  }

  /** Whole rows that fit. */
  get pageRows(): number {
    return Math.max(1, Math.floor(this.#space.height / rowHeight));
  }

  /** Within half a row of the edge, so that the rounding of a device's pixels does not matter. */
  get atTop(): boolean {
    return this.#offset < rowHeight / 2;
  }

  get atBottom(): boolean {
    return this.#offset > lastOffset(this.#space) - rowHeight / 2;
  }

  /** `byUser`: the user scrolled, rather than the list having changed or something having been brought into view. */
  subscribe(listener: (byUser: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setHeight(height: number): void {
    this.#set({ ...this.#space, height }, this.#offset, false);
  }

  /**
   * A new number of rows, and what is to be seen then: an edge, or the same rows, of which `place` came (or went, when
   * negative) above what is seen.
   */
  setCount(count: number, place: number | 'top' | 'bottom' = 0): void {
    const edge = place === 'top' ? 0 : Number.MAX_SAFE_INTEGER;
    const offset = typeof place === 'number' ? this.#offset + place * rowHeight : edge;
    this.#set({ ...this.#space, count }, offset, false);
  }

  /** The user turned the wheel. */
  scrollBy(pixels: number): void {
    this.#set(this.#space, this.#offset + pixels, true);
  }

  /** The user moved the scroll bar. */
  followScrollBar(scrollTop: number): void {
    // The browser rounds what was set; such an echo is no movement.
    if (Math.abs(scrollTop - this.scrollTop) < 1) return;
    this.#set(this.#space, toVirtual(this.#space, scrollTop), true);
  }

  reveal(row: number): void {
    this.#set(this.#space, offsetToReveal(this.#space, this.#offset, row), false);
  }

  scrollToTop(): void {
    this.#set(this.#space, 0, false);
  }

  scrollToBottom(): void {
    this.#set(this.#space, lastOffset(this.#space), false);
  }

  #set(space: ScrollSpace, offset: number, byUser: boolean): void {
    const next = clampOffset(space, offset);
    if (next === this.#offset && space.count === this.#space.count && space.height === this.#space.height) return;
    this.#space = space;
    this.#offset = next;
    for (const listener of this.#listeners) listener(byUser);
  }
}
