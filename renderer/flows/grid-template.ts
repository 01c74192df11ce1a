import type { Column } from './columns.ts';

type Widths = Readonly<Record<string, number>>;

export const narrowest = 40;

export function widthOf(column: Column, widths: Widths): number {
  return Math.max(narrowest, widths[column.id] ?? column.width);
}

/** `grid-template-columns` of header and rows: fixed widths, and the one column that takes what is left. */
export function gridTemplate(columns: readonly Column[], widths: Widths): string {
  return columns
    .map((column) => {
      const width = widthOf(column, widths);
      return column.grows ? `minmax(${width}px, 1fr)` : `${width}px`;
    })
    .join(' ');
}

/** Below this the list scrolls sideways. */
export function leastWidth(columns: readonly Column[], widths: Widths): number {
  return columns.reduce((sum, column) => sum + widthOf(column, widths), 0);
}
