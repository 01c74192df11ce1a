import type { Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';

/**
 * Puts a CodeMirror editor into a shadow tree. There CodeMirror uses constructed style sheets instead of style elements, which a
 * content security policy without 'unsafe-inline' would refuse. Colours come in as custom properties, which shadow trees inherit.
 */
export function createEditor(host: HTMLElement, extensions: Extension, text: string): EditorView {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  root.replaceChildren();
  const parent = document.createElement('div');
  // As high as its host, so that the editor scrolls and is not as long as its text.
  parent.style.height = '100%';
  root.append(parent);
  return new EditorView({ parent, root, doc: text, extensions: [baseTheme, extensions] });
}

/** Steps back that the owner of the text keeps, by keys and by the application menu, which asks the page itself. */
export function editCommands({ undo, redo }: { undo(): void; redo(): void }): Extension {
  const run = (action: () => void) => () => {
    action();
    return true;
  };
  return [
    keymap.of([
      { key: 'Mod-z', run: run(undo), preventDefault: true },
      { key: 'Mod-y', run: run(redo), preventDefault: true },
      { key: 'Mod-Shift-z', run: run(redo), preventDefault: true },
    ]),
    EditorView.domEventHandlers({
      beforeinput: ({ inputType }) => {
        if (inputType === 'historyUndo') undo();
        else if (inputType === 'historyRedo') redo();
        else return false;
        // True: the browser does not do it once more.
        return true;
      },
    }),
  ];
}

const baseTheme = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'transparent', height: '100%' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { caretColor: 'var(--text)', fontVariantLigatures: 'none' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--text)' },
  '.cm-scroller': {
    fontFamily: 'var(--font-data)',
    scrollbarWidth: 'thin',
    scrollbarColor: 'var(--line-strong) transparent',
  },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground, & ::selection': {
    backgroundColor: 'var(--selection)',
  },
});
