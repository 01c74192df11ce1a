import { type PointerEvent, useRef } from 'react';
import type { Order } from '../../app/api/types.ts';
import { defaultOrder } from '../state/flow-list.ts';
import { useInspector, useList, usePreference } from '../state/inspector.ts';
import { ColumnMenu } from './column-menu.tsx';
import type { Column } from './columns.ts';
import { narrowest } from './grid-template.ts';

/** Names of the columns. A click sorts: up, down, then by time again. The right edge is dragged; a double click fits. */
export function ListHeader({ columns }: { readonly columns: readonly Column[] }) {
  const { list } = useInspector();
  const order = useList((state) => state.order);
  return (
    <div role="row" aria-rowindex={1} className="flow-header">
      {columns.map((column) => (
        <div
          key={column.id}
          role="columnheader"
          aria-sort={order.column !== column.order ? 'none' : order.descending ? 'descending' : 'ascending'}
          className={`cell cell-${column.id} is-${column.align}`}
        >
          <button type="button" tabIndex={-1} onClick={() => list.setOrder(nextOrder(order, column.order))}>
            {column.title}
            {order.column === column.order ? <span aria-hidden="true">{order.descending ? ' ↓' : ' ↑'}</span> : null}
          </button>
          <ResizeHandle column={column} />
        </div>
      ))}
      <ColumnMenu />
    </div>
  );
}

function nextOrder(order: Order, column: Order['column']): Order {
  if (order.column !== column) return { column, descending: false };
  return order.descending ? defaultOrder : { column, descending: true };
}

function ResizeHandle({ column }: { readonly column: Column }) {
  const { preferences } = useInspector();
  const widths = usePreference('columnWidths');
  const drag = useRef<{ readonly x: number; readonly width: number } | null>(null);

  function setWidth(width: number): void {
    preferences.setState({ columnWidths: { ...widths, [column.id]: Math.max(narrowest, Math.round(width)) } });
  }

  function move(event: PointerEvent): void {
    if (drag.current) setWidth(drag.current.width + event.clientX - drag.current.x);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a handle for the pointer alone, of no use to other input
    <span
      className="resize-handle"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = {
          x: event.clientX,
          width: event.currentTarget.parentElement!.getBoundingClientRect().width,
        };
      }}
      onPointerMove={move}
      onPointerUp={() => {
        drag.current = null;
      }}
      onDoubleClick={(event) => setWidth(fittingWidth(event.currentTarget, column))}
    />
  );
}

/** The width that the widest cell on the screen needs. */
function fittingWidth(handle: HTMLElement, column: Column): number {
  const cells = handle.closest('[role="grid"]')!.querySelectorAll<HTMLElement>(`[data-column="${column.id}"]`);
  const range = document.createRange();
  let widest = handle.parentElement!.querySelector('button')!.getBoundingClientRect().width;
  for (const cell of cells) {
    widest = Math.max(widest, contentWidth(cell, range));
  }
  return widest + 20;
}

/** Of all that is in a cell, also what is cut off or wrapped away. */
function contentWidth(cell: HTMLElement, range: Range): number {
  const party = cell.querySelector('.party');
  if (party) {
    const arrow = cell.querySelector('.arrow')?.clientWidth ?? 0;
    return Array.from(party.children).reduce((sum, part) => sum + part.scrollWidth, arrow);
  }
  range.selectNodeContents(cell);
  const shortened = cell.querySelector<HTMLElement>('.ellipsis');
  return range.getBoundingClientRect().width + (shortened ? shortened.scrollWidth - shortened.clientWidth : 0);
}
