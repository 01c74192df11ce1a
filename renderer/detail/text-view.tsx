import { EditorState } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightSpecialChars,
  lineNumbers,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { createEditor } from '../ui/editor-host.ts';
import { jsonTokenKind, jsonTokenPattern } from './json-tokens.ts';

interface Props {
  readonly text: string;
  readonly json: boolean;
  readonly label: string;
}

/** Text of any length, read only: only the lines that are seen are drawn. */
export function TextView({ text, json, label }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);

  useEffect(() => {
    const view = createEditor(host.current!, extensions(json, label), '');
    editor.current = view;
    return () => view.destroy();
  }, [json, label]);

  useEffect(() => {
    const view = editor.current!;
    const scroll = view.scrollSnapshot();
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, effects: scroll });
  }, [text]);

  return <div ref={host} className="text-view" />;
}

function extensions(json: boolean, label: string) {
  return [
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    EditorView.lineWrapping,
    lineNumbers(),
    drawSelection(),
    // What turns the direction of text, or cannot be seen, is made plain.
    highlightSpecialChars(),
    theme,
    json ? jsonColours : [],
  ];
}

const kinds = {
  key: Decoration.mark({ class: 'json-key' }),
  string: Decoration.mark({ class: 'json-string' }),
  number: Decoration.mark({ class: 'json-number' }),
  word: Decoration.mark({ class: 'json-word' }),
  plain: Decoration.mark({}),
};

const decorator = new MatchDecorator({
  regexp: jsonTokenPattern(),
  decorate: (add, from, _to, match) => add(from, from + (match[1] ?? match[0]).length, kinds[jsonTokenKind(match)]),
});

class Colours {
  decorations: DecorationSet;

  constructor(view: EditorView) {
    this.decorations = decorator.createDeco(view);
  }

  update(update: ViewUpdate): void {
    this.decorations = decorator.updateDeco(update, this.decorations);
  }
}

const jsonColours = ViewPlugin.fromClass(Colours, { decorations: (colours) => colours.decorations });

const theme = EditorView.theme({
  '&': { fontSize: '11.5px' },
  '.cm-scroller': { lineHeight: '1.55' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--faint)', border: 'none' },
  '.cm-specialChar': { color: 'var(--error)' },
  '.json-key': { color: 'var(--http2)' },
  '.json-string': { color: 'var(--ok)' },
  '.json-number': { color: 'var(--diameter)' },
  '.json-word': { color: 'var(--accent)' },
});
