import { type KeyboardEvent, useCallback } from 'react';
import { type Inspector, useInspector } from '../state/inspector.ts';
import { moveSelection, selectFirst, selectLast } from '../state/list-navigation.ts';
import { messageOf } from '../transport/engine-error.ts';
import { focusDetail } from '../ui/focus.ts';
import { columnsWith, flowLine } from './columns.ts';

/** Keys of the list while it has the focus: the arrows, and vi's j and k. */
export function useListKeys(): (event: KeyboardEvent) => void {
  const inspector = useInspector();
  return useCallback(
    (event) => {
      if (event.altKey) return;
      if (event.ctrlKey || event.metaKey) {
        // As everywhere; text that is selected elsewhere comes first.
        if (event.key !== 'c' || getSelection()?.isCollapsed === false) return;
        void copySelected(inspector);
        event.preventDefault();
        return;
      }
      if (press(event.key, inspector)) event.preventDefault();
    },
    [inspector],
  );
}

/** True when the key means something here. */
function press(key: string, inspector: Inspector): boolean {
  const { list, commands } = inspector;
  const page = Math.max(1, list.viewport.pageRows - 1);
  switch (key) {
    case 'j':
    case 'ArrowDown':
      void moveSelection(list, 1);
      return true;
    case 'k':
    case 'ArrowUp':
      void moveSelection(list, -1);
      return true;
    case 'PageDown':
      void moveSelection(list, page);
      return true;
    case 'PageUp':
      void moveSelection(list, -page);
      return true;
    case 'Home':
      void selectFirst(list);
      return true;
    case 'End':
      void selectLast(list);
      return true;
    case 'Enter':
      focusDetail();
      return true;
    case 'Escape':
      if (list.store.getState().selection) list.select(null);
      else commands.applyFilter('');
      return true;
    case 'c':
      void copySelected(inspector);
      return true;
    default:
      return false;
  }
}

async function copySelected({ list, client, commands, preferences, notices }: Inspector): Promise<void> {
  const { selection } = list.store.getState();
  if (!selection) return;
  try {
    const known = list.cache.rowAt(selection.index);
    // It may be out of sight, or not match the filter.
    const row = known?.id === selection.id ? known : (await client.request('flows.detail', { id: selection.id })).row;
    commands.copy(flowLine(columnsWith(preferences.getState().timeStyle), row), 'Flow');
  } catch (error) {
    notices.error(messageOf(error));
  }
}
