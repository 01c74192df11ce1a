import type { FlowList } from './flow-list.ts';
import { tailEdge } from './tail.ts';

/** Moves the selection by rows, clamped to the list, and brings it into view. */
export async function moveSelection(list: FlowList, rows: number): Promise<void> {
  const { selection } = list.store.getState();
  const { first, last } = list.viewport.visible;
  if (!selection) return selectAt(list, rows >= 0 ? first : last);
  const stays = list.cache.rowAt(selection.index)?.id === selection.id;
  const index = stays ? selection.index : await list.locate(selection.id);
  return selectAt(list, index < 0 ? first : index + rows);
}

export async function selectAt(list: FlowList, index: number): Promise<void> {
  const { viewport } = list;
  if (viewport.count === 0) return;
  const target = Math.max(0, Math.min(index, viewport.count - 1));
  viewport.reveal(target);
  const row = await list.rowAt(target);
  if (row) list.select({ id: row.id, index: target });
}

/** The first row; in a list whose new flows come in above it, they are followed from then on. */
export async function selectFirst(list: FlowList): Promise<void> {
  await selectAt(list, 0);
  if (tailEdge(list.store.getState().order) === 'top') list.follow();
}

/** The last row; in a list whose new flows come in at its end, they are followed from then on. */
export async function selectLast(list: FlowList): Promise<void> {
  await selectAt(list, list.viewport.count - 1);
  if (tailEdge(list.store.getState().order) === 'bottom') list.follow();
}

/** A flow that was found elsewhere: it is shown, also where it does not match the filter; brought into view where it does. */
export async function selectFlow(list: FlowList, id: number): Promise<void> {
  const index = await list.locate(id);
  if (index >= 0) list.viewport.reveal(index);
  list.select({ id, index });
}
