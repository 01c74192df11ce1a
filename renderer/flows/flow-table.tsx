import { type CSSProperties, useEffect, useLayoutEffect, useMemo, useReducer, useRef } from 'react';
import type { FlowList } from '../state/flow-list.ts';
import { useInspector, useList, usePreference } from '../state/inspector.ts';
import { formatDateTime, isoText } from '../ui/format.ts';
import { columnsWith } from './columns.ts';
import { FlowRowView } from './flow-row-view.tsx';
import { gridTemplate, leastWidth } from './grid-template.ts';
import { ListHeader } from './list-header.tsx';
import { useListKeys } from './list-keys.ts';
import { rowHeight } from './viewport.ts';
import './flow-table.css';

/** Rows are moved in blocks of this many, so that their own offsets stay small and rarely change. */
const block = 4_096;
const headerHeight = 26;

/**
 * The list as an ARIA grid. One native scroll bar moves a virtual offset; the rows of the visible range are drawn into a layer that
 * sticks to the frame, so nothing depends on how high a browser lets an element be.
 */
export function FlowTable() {
  const { list } = useInspector();
  const viewport = list.viewport;
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useList((state) => state.revision);
  const selection = useList((state) => state.selection);
  const widths = usePreference('columnWidths');
  const hidden = usePreference('hiddenColumns');
  const timeStyle = usePreference('timeStyle');
  const columns = useMemo(
    () => columnsWith(timeStyle).filter((column) => !hidden.includes(column.id)),
    [timeStyle, hidden],
  );
  const frame = useRef<HTMLDivElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const drawn = useRef('');
  const onKeyDown = useListKeys();

  const { first, last } = viewport.visible;
  const base = Math.floor(first / block) * block;
  drawn.current = rangeKey(viewport.visible, viewport.count);

  useLayoutEffect(() => {
    const element = frame.current!;
    function place(): void {
      if (rangeKey(viewport.visible, viewport.count) !== drawn.current) redraw();
      else settle(element, layer.current!, viewport);
    }
    function measure(): void {
      element.style.setProperty('--frame-height', `${element.clientHeight}px`);
      list.resize(element.clientHeight - headerHeight);
    }
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    const forget = viewport.subscribe(place);
    return () => {
      observer.disconnect();
      forget();
    };
  }, [list, viewport]);

  useLayoutEffect(() => settle(frame.current!, layer.current!, viewport));

  // React listens to wheel events passively; here the browser's own scrolling must be prevented.
  useEffect(() => {
    const element = frame.current!;
    function onWheel(event: WheelEvent): void {
      if (!viewport.scaled || event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
      event.preventDefault();
      const unit =
        event.deltaMode === WheelEvent.DOM_DELTA_LINE
          ? rowHeight
          : event.deltaMode === WheelEvent.DOM_DELTA_PAGE
            ? 400
            : 1;
      viewport.scrollBy(event.deltaY * unit);
      if (event.deltaX !== 0) element.scrollLeft += event.deltaX;
    }
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [viewport]);

  const rows = [];
  for (let index = first; index <= last; index++) {
    const row = list.cache.rowAt(index);
    const selected = row !== undefined && row.id === selection?.id;
    // Keyed by slot: a row that leaves at one edge is drawn anew at the other, instead of being made and thrown away.
    rows.push(
      <FlowRowView
        key={index % viewport.slots}
        row={row}
        index={index}
        top={(index - base) * rowHeight}
        selected={selected}
        columns={columns}
      />,
    );
  }
  const activeVisible = selection !== null && list.cache.rowAt(selection.index)?.id === selection.id;
  const style = { '--columns': gridTemplate(columns, widths) } as CSSProperties;

  return (
    <div
      ref={frame}
      id="flow-list"
      className="flow-table"
      role="grid"
      tabIndex={0}
      aria-label="Flows"
      aria-rowcount={viewport.count + 1}
      aria-colcount={columns.length}
      aria-activedescendant={activeVisible ? `flow-${selection.index}` : undefined}
      style={style}
      onScroll={(event) => viewport.followScrollBar(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
      onPointerOver={(event) => tellWhole(event.target, list)}
      // At the press, not at the release: in between, a list that follows has moved on.
      onMouseDown={(event) => {
        if (event.button !== 0) return;
        const index = indexOfEvent(event.target);
        const row = index === null ? undefined : list.cache.rowAt(index);
        if (index !== null && row) list.select({ id: row.id, index });
      }}
    >
      <div
        role="presentation"
        className="flow-table-space"
        style={{ height: viewport.physicalHeight + headerHeight, minWidth: leastWidth(columns, widths) }}
      >
        <div role="presentation" className="flow-table-frame">
          <ListHeader columns={columns} />
          <div role="presentation" className="flow-table-rows">
            <div role="presentation" ref={layer} className="flow-table-layer" data-base={base}>
              {rows}
            </div>
          </div>
        </div>
      </div>
    </div>
  );
}

/** Puts the layer and the scroll bar where the virtual offset says. */
function settle(frame: HTMLElement, layer: HTMLElement, viewport: { offset: number; scrollTop: number }): void {
  const base = Number(layer.dataset.base) * rowHeight;
  layer.style.transform = `translateY(${base - viewport.offset}px)`;
  if (Math.abs(frame.scrollTop - viewport.scrollTop) >= 1) frame.scrollTop = viewport.scrollTop;
}

function rangeKey({ first, last }: { readonly first: number; readonly last: number }, count: number): string {
  return `${first}-${last}-${count}`;
}

/** What does not fit its cell is told by the browser's tooltip; of a time always all that is known. */
function tellWhole(target: EventTarget, list: FlowList): void {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[role="gridcell"]') : null;
  // Parties always have one.
  if (!cell || cell.querySelector('.party')) return;
  const row = cell.dataset.column === 'time' ? list.cache.rowAt(indexOfEvent(cell) ?? -1) : undefined;
  if (row) {
    cell.title = `${formatDateTime(row.time)}\n${isoText(row.time)}`;
    return;
  }
  const text = cell.querySelector<HTMLElement>('.ellipsis') ?? cell;
  cell.title = text.scrollWidth > text.clientWidth ? (text.textContent ?? '') : '';
}

/** The row of the list that an event came from. */
export function indexOfEvent(target: EventTarget | null): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return row ? Number(row.dataset.index) : null;
}
