import { type KeyboardEvent, useCallback } from 'react';
import { useInspector } from '../state/inspector.ts';
import { focusDetail } from '../ui/use-shortcuts.ts';
import { columns } from './columns.ts';

/** Keys of the list while it has the focus: the arrows, and vi's j and k. */
export function useListKeys(): (event: KeyboardEvent) => void {
  const { list, commands } = useInspector();
  return useCallback(
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const page = list.viewport.pageRows - 1;
      const moves: Record<string, () => Promise<void> | void> = {
        j: () => list.moveSelection(1),
        ArrowDown: () => list.moveSelection(1),
        k: () => list.moveSelection(-1),
        ArrowUp: () => list.moveSelection(-1),
        PageDown: () => list.moveSelection(page),
        PageUp: () => list.moveSelection(-page),
        Home: () => list.selectAt(0),
        End: () => list.selectAt(list.viewport.count - 1),
        Enter: focusDetail,
        Escape: () => list.select(null),
        c: () => {
          const { selection } = list.store.getState();
          const row = selection && list.cache.rowAt(selection.index);
          if (row) commands.copy(columns.map((column) => column.text(row)).join('\t'), 'Flow');
        },
      };
      const move = moves[event.key];
      if (!move) return;
      event.preventDefault();
      void move();
    },
    [list, commands],
  );
}
