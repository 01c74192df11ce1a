import { useEffect } from 'react';
import type { MenuCommand } from '../../app/api/desktop.ts';
import { type Inspector, useInspector } from '../state/inspector.ts';
import { focusDetail, focusFilter, focusList } from './focus.ts';

/** Keys that work wherever the focus is, and the application menu, which says the same. */
export function useShortcuts(): void {
  const inspector = useInspector();

  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.defaultPrevented) return;
      const action = event.ctrlKey || event.metaKey ? withModifier(event, inspector) : plain(event, inspector);
      if (!action) return;
      event.preventDefault();
      action();
    }
    document.addEventListener('keydown', onKeyDown);
    const forget = inspector.platform.onMenu((command) => menuActions(inspector)[command]());
    const forgetFiles = inspector.platform.onOpenFile((path) => void inspector.commands.openPath(path));
    return () => {
      document.removeEventListener('keydown', onKeyDown);
      forget();
      forgetFiles();
    };
  }, [inspector]);
}

type Action = () => void;

function withModifier(event: KeyboardEvent, inspector: Inspector): Action | null {
  const { commands, dialogs } = inspector;
  const key = event.key.toLowerCase();
  if (event.altKey) return null;
  if (event.shiftKey) return key === 'w' ? () => void commands.openInWireshark() : null;
  switch (key) {
    case 'k':
      return () => dialogs.show('palette');
    case 'f':
      return focusFilter;
    case 'o':
      return () => open(inspector);
    case 's':
      return () => save(inspector);
    case ',':
      return () => dialogs.show('settings');
    case '[':
      return focusList;
    case ']':
      return focusDetail;
    default:
      return null;
  }
}

function plain(event: KeyboardEvent, { list, dialogs }: Inspector): Action | null {
  if (event.altKey || isTyping(event)) return null;
  switch (event.key) {
    case '/':
      return focusFilter;
    case '?':
      return () => dialogs.show('keys');
    case ' ':
      // On a button or a tab, Space presses it.
      return usesSpace(event) ? null : () => list.togglePause();
    default:
      return null;
  }
}

/** A capture; or, in front of the others, a values file. */
function open({ commands, dialogs, valuesEditor }: Inspector): void {
  if (dialogs.store.getState().open === 'values') void valuesEditor.replace('open');
  else void commands.openCapture();
}

function save({ commands, dialogs, valuesEditor }: Inspector): void {
  if (dialogs.store.getState().open === 'values') void valuesEditor.save();
  else void commands.save('pcapng');
}

function menuActions(inspector: Inspector): Record<MenuCommand, Action> {
  const { commands, dialogs, preferences } = inspector;
  return {
    open: () => open(inspector),
    save: () => save(inspector),
    'save-pcap': () => void commands.save('pcap'),
    'save-ns-pcap': () => void commands.save('ns.pcap'),
    'save-har': () => void commands.save('har'),
    wireshark: () => void commands.openInWireshark(),
    'new-session': () => void commands.newSession(),
    settings: () => dialogs.show('settings'),
    palette: () => dialogs.show('palette'),
    panel: () => preferences.setState(({ panelOpen }) => ({ panelOpen: !panelOpen })),
    find: focusFilter,
    'toggle-theme': () => commands.toggleTheme(),
    keys: () => dialogs.show('keys'),
  };
}

/** The event's own target: editors are in shadow trees, outside of which an event seems to come from their host. */
function origin(event: KeyboardEvent): Element | null {
  const target = event.composedPath()[0];
  return target instanceof Element ? target : null;
}

function isTyping(event: KeyboardEvent): boolean {
  const element = origin(event);
  if (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement) return true;
  return element?.closest('[contenteditable="true"]') != null;
}

function usesSpace(event: KeyboardEvent): boolean {
  return origin(event)?.closest('button, [role="menu"], [role="dialog"], summary') != null;
}
