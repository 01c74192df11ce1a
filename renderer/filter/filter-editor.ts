import {
  acceptCompletion,
  autocompletion,
  closeCompletion,
  completionKeymap,
  completionStatus,
  moveCompletionSelection,
  selectedCompletion,
} from '@codemirror/autocomplete';
import { EditorState, Prec, type Transaction } from '@codemirror/state';
import { drawSelection, EditorView, keymap, placeholder } from '@codemirror/view';
import { createEditor, editCommands } from '../ui/editor-host.ts';
import { beginHistory, redone, type TextHistory, undone, written } from '../ui/text-history.ts';
import { filterColours } from './filter-colours.ts';
import { filterCompletion, type ValueSource } from './filter-completion.ts';

export interface FilterEditorEvents {
  change(text: string): void;
  /** False when the filter is not valid. */
  apply(text: string): boolean;
  /** Escape: back to the list. */
  leave(): void;
  /** The text was left, or another one is looked for: it may be wanted again. */
  keep(text: string): void;
  /** Filters applied before, newest first. */
  history(): readonly string[];
  readonly values: ValueSource;
}

/** One line of CodeMirror with the filter language's colours, errors, completion, history, and steps back whoever wrote the text. */
export class FilterEditor {
  readonly #view: EditorView;
  readonly #events: FilterEditorEvents;
  /** How far up in the history the text stands; -1 for what the user wrote. */
  #back = -1;
  #draft = '';
  #steps: TextHistory;

  constructor(host: HTMLElement, text: string, events: FilterEditorEvents) {
    this.#events = events;
    this.#steps = beginHistory(text);
    this.#view = createEditor(host, this.#extensions(), text);
  }

  focus(): void {
    this.#view.focus();
    this.#view.dispatch({ selection: { anchor: 0, head: this.#view.state.doc.length } });
  }

  setText(text: string): void {
    // What is there may differ by white space at the ends, where the user is still typing.
    if (this.#text.trim() === text) return;
    this.#write(text);
  }

  destroy(): void {
    this.#view.destroy();
  }

  get #text(): string {
    return this.#view.state.doc.toString();
  }

  #write(text: string): void {
    this.#view.dispatch({
      changes: { from: 0, to: this.#view.state.doc.length, insert: text },
      selection: { anchor: text.length },
    });
  }

  #extensions() {
    return [
      oneLine,
      theme,
      drawSelection(),
      placeholder('Filter, as in Wireshark: http.response.code >= 500 && k8s.namespace == "shop"'),
      EditorView.contentAttributes.of({ 'aria-label': 'Filter', spellcheck: 'false' }),
      filterColours,
      autocompletion({
        override: [filterCompletion(this.#events.values)],
        icons: false,
        closeOnBlur: true,
        selectOnOpen: false,
        interactionDelay: 0,
        defaultKeymap: false,
      }),
      Prec.highest(keymap.of(this.#keys())),
      keymap.of(completionKeymap),
      editCommands({ undo: () => this.#step(undone), redo: () => this.#step(redone) }),
      EditorView.domEventHandlers({ blur: () => this.#events.keep(this.#text) }),
      EditorView.updateListener.of(({ docChanged, transactions }) => {
        if (!docChanged) return;
        // Whoever wrote it, it is no longer what was recalled.
        this.#back = -1;
        this.#steps = written(this.#steps, this.#text, authorOf(transactions), Date.now());
        this.#events.change(this.#text);
      }),
    ];
  }

  #step(move: (history: TextHistory) => TextHistory): void {
    this.#steps = move(this.#steps);
    this.#write(this.#steps.text);
  }

  #keys() {
    return [
      {
        key: 'Enter',
        run: (view: EditorView) => {
          // A completion is taken when the user went to it; else a finished filter is applied, an unfinished one completed.
          if (selectedCompletion(view.state)) return acceptCompletion(view);
          this.#back = -1;
          if (this.#events.apply(this.#text)) closeCompletion(view);
          else acceptFirst(view);
          return true;
        },
      },
      { key: 'Tab', run: acceptFirst },
      { key: 'Escape', run: (view: EditorView) => closeCompletion(view) || this.#leave() },
      { key: 'ArrowUp', run: (view: EditorView) => completionStatus(view.state) === null && this.#recall(1) },
      { key: 'ArrowDown', run: (view: EditorView) => completionStatus(view.state) === null && this.#recall(-1) },
    ];
  }

  #leave(): boolean {
    this.#events.leave();
    return true;
  }

  #recall(step: number): boolean {
    if (this.#back === -1) {
      this.#draft = this.#text;
      this.#events.keep(this.#draft);
    }
    // What stands there already is no other filter.
    const history = this.#events.history().filter((filter) => filter !== this.#draft.trim());
    const next = Math.max(-1, Math.min(history.length - 1, this.#back + step));
    if (next === this.#back) return true;
    this.#write(next === -1 ? this.#draft : (history[next] ?? ''));
    this.#back = next;
    return true;
  }
}

/** Who wrote: what one writes without a pause is one step back. */
function authorOf(transactions: readonly Transaction[]): string {
  const kinds = ['input.type', 'delete'];
  return kinds.find((kind) => transactions.some((transaction) => transaction.isUserEvent(kind))) ?? '';
}

/** Takes the chosen completion, or the first when none is chosen. */
function acceptFirst(view: EditorView): boolean {
  if (completionStatus(view.state) !== 'active') return false;
  if (!selectedCompletion(view.state)) moveCompletionSelection(true)(view);
  return acceptCompletion(view);
}

const oneLine = EditorState.transactionFilter.of((transaction) => {
  if (transaction.newDoc.lines <= 1) return transaction;
  const text = transaction.newDoc.toString().replace(/\s*\n\s*/g, ' ');
  return [
    { changes: { from: 0, to: transaction.startState.doc.length, insert: text }, selection: { anchor: text.length } },
  ];
});

const theme = EditorView.theme({
  '&': { fontSize: '12px' },
  '.cm-scroller': { overflowX: 'auto', scrollbarWidth: 'none', lineHeight: '28px' },
  '.cm-content': { padding: '0' },
  '.cm-line': { padding: '0 10px' },
  '.cm-placeholder': { color: 'var(--faint)' },
  '.token-field': { color: 'var(--http2)' },
  '.token-operator, .token-logical, .token-punctuation': { color: 'var(--muted)' },
  '.token-value': { color: 'var(--ok)' },
  '.token-search': { color: 'var(--text)' },
  '.token-wrong': { textDecoration: 'underline wavy var(--error)', textUnderlineOffset: '3px' },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: '8px',
    backgroundColor: 'var(--raised)',
    boxShadow: 'var(--shadow)',
    overflow: 'hidden',
    zIndex: '20',
    // Below the box, not over its edge.
    marginTop: '7px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--font-data)',
    fontSize: '11.5px',
    maxHeight: '260px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { display: 'flex', padding: '3px 10px', maxWidth: '620px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--selection)',
    color: 'var(--text)',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', color: 'var(--accent)' },
  '.cm-completionDetail': {
    marginLeft: 'auto',
    paddingLeft: '24px',
    color: 'var(--muted)',
    fontStyle: 'normal',
    fontFamily: 'var(--font-text)',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
  },
});
