import type { Column } from './columns.ts';

type Widths = Readonly<Record<string, number>>;

/** A column is dragged to no less than this many pixels. */
export const narrowest = 40;

/**
 * `grid-template-columns` of header and rows. A width that the user gave is kept; other columns shrink to their least width when the
 * window is narrow, and what is left goes to the column that grows. None depends on content: header and rows are grids of their own.
 */
export function gridTemplate(columns: readonly Column[], widths: Widths): string {
  return columns
    .map((column) => {
      const given = widths[column.id];
      if (column.grows) return `minmax(${given ?? column.least}px, 1fr)`;
      return given === undefined ? `minmax(${column.least}px, ${column.width}px)` : `${given}px`;
    })
    .join(' ');
}

/** Below this the list scrolls sideways. */
export function leastWidth(columns: readonly Column[], widths: Widths): number {
  return columns.reduce((sum, column) => sum + (widths[column.id] ?? column.least), 0);
}
