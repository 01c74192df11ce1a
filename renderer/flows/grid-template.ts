import type { Column } from './columns.ts';

type Widths = Readonly<Record<string, number>>;

/** A column is dragged to no less than this many pixels. */
export const narrowest = 40;

/**
 * `grid-template-columns` of header and rows. A width that the user gave is kept. Of the others, those with a share divide what the window
 * has, the target always among them; the rest shrink to their least when it is narrow. None depends on content: header and rows are
 * grids of their own, which must come out the same.
 */
export function gridTemplate(columns: readonly Column[], widths: Widths): string {
  return columns
    .map((column) => {
      const given = widths[column.id];
      if (column.id === 'target') return `minmax(${given ?? column.least}px, ${column.share}fr)`;
      if (given !== undefined) return `${given}px`;
      return `minmax(${column.least}px, ${column.share > 0 ? `${column.share}fr` : `${column.width}px`})`;
    })
    .join(' ');
}

/** Below this the list scrolls sideways. */
export function leastWidth(columns: readonly Column[], widths: Widths): number {
  return columns.reduce((sum, column) => sum + (widths[column.id] ?? column.least), 0);
}
