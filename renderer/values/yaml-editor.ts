import { EditorSelection, type Extension, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, drawSelection, EditorView, keymap, lineNumbers } from '@codemirror/view';
import type { ValuesProblem } from '../../app/mesh/values-document.ts';
import { createEditor, editCommands } from '../ui/editor-host.ts';
import { yamlColours } from './yaml-colours.ts';

export interface YamlEditorEvents {
  /** @param line where it was changed, from 1 */
  change(text: string, line: number): void;
  undo(): void;
  redo(): void;
}

/** YAML as text: lines with numbers, and marks on those that something is wrong with. Its steps back are the owner's. */
export class YamlEditor {
  readonly #view: EditorView;

  constructor(host: HTMLElement, text: string, events: YamlEditorEvents) {
    this.#view = createEditor(host, extensions(events), text);
  }

  /** Writes what came from elsewhere; the cursor stays where it is in what stays. */
  setText(text: string): void {
    const { doc } = this.#view.state;
    const before = doc.toString();
    if (before === text) return;
    let from = 0;
    while (from < before.length && before[from] === text[from]) from++;
    let end = 0;
    const most = Math.min(before.length, text.length) - from;
    while (end < most && before.at(-1 - end) === text.at(-1 - end)) end++;
    const insert = text.slice(from, text.length - end);
    this.#view.dispatch({ changes: { from, to: before.length - end, insert } });
  }

  setProblems(problems: readonly ValuesProblem[]): void {
    this.#view.dispatch({ effects: showProblems.of(problems) });
  }

  /** Puts the cursor into a line, from 1, and shows it. */
  goTo(line: number): void {
    const { doc } = this.#view.state;
    const { from } = doc.line(Math.min(Math.max(1, line), doc.lines));
    this.#view.dispatch({
      selection: EditorSelection.cursor(from),
      effects: EditorView.scrollIntoView(from, { y: 'center' }),
    });
    this.#view.focus();
  }

  destroy(): void {
    this.#view.destroy();
  }
}

const showProblems = StateEffect.define<readonly ValuesProblem[]>();

const problemLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, { changes, effects, newDoc }) {
    const shown = effects.find((effect) => effect.is(showProblems));
    if (!shown) return lines.map(changes);
    const messages = new Map<number, string>();
    for (const { line, message } of shown.value as readonly ValuesProblem[]) {
      messages.set(line, [messages.get(line), message].filter(Boolean).join('\n'));
    }
    return Decoration.set(
      [...messages]
        .filter(([line]) => line <= newDoc.lines)
        .map(([line, title]) =>
          Decoration.line({ class: 'is-wrong', attributes: { title } }).range(newDoc.line(line).from),
        ),
      true,
    );
  },
  provide: (field) => EditorView.decorations.from(field),
});

function extensions(events: YamlEditorEvents): Extension {
  return [
    theme,
    lineNumbers(),
    drawSelection(),
    yamlColours,
    problemLines,
    EditorView.contentAttributes.of({ 'aria-label': 'Values file as text', spellcheck: 'false' }),
    // Tab goes on to what follows, as everywhere: YAML takes none.
    keymap.of([{ key: 'Enter', run: newLine }]),
    editCommands(events),
    EditorView.updateListener.of(({ docChanged, changes, startState, state }) => {
      if (!docChanged) return;
      let at = startState.doc.length;
      changes.iterChangedRanges((from) => {
        at = Math.min(at, from);
      });
      events.change(state.doc.toString(), startState.doc.lineAt(at).number);
    }),
  ];
}

/** A new line under the text of the one before, a step further in behind a key without a value. */
function newLine(view: EditorView): boolean {
  const { state } = view;
  view.dispatch(
    state.changeByRange(({ from, to }) => {
      const line = state.doc.lineAt(from).text;
      const [indent = ''] = /^ */.exec(line) ?? [];
      const insert = `\n${indent}${/:\s*(#.*)?$/.test(line) ? '  ' : ''}`;
      return { changes: { from, to, insert }, range: EditorSelection.cursor(from + insert.length) };
    }),
    { scrollIntoView: true, userEvent: 'input' },
  );
  return true;
}

const theme = EditorView.theme({
  '&': { fontSize: '12px', height: '100%' },
  '.cm-scroller': { overflow: 'auto', lineHeight: '19px' },
  '.cm-content': { padding: '8px 0' },
  '.cm-line': { padding: '0 10px' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--faint)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 4px 0 12px' },
  '.is-wrong': {
    textDecoration: 'underline wavy var(--error)',
    textUnderlineOffset: '3px',
    boxShadow: 'inset 3px 0 0 var(--error)',
  },
  '.token-key': { color: 'var(--http2)' },
  '.token-comment': { color: 'var(--faint)', fontStyle: 'italic' },
});
