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
import { useEffect, useMemo, useRef, useState } from 'react';
import { useDetailChoice, useInspector } from '../state/inspector.ts';
import { createEditor } from '../ui/editor-host.ts';
import { FindBar } from './find-bar.tsx';
import { findText, nextPlace } from './find-text.ts';
import { foundPlaces, showPlaces } from './found-places.ts';
import { jsonTokenKind, jsonTokenPattern } from './json-tokens.ts';

interface Props {
  readonly text: string;
  readonly json: boolean;
  readonly label: string;
}

/** Text of any length, read only, in which something can be found: only the lines that are seen are drawn. */
export function TextView({ text: given, json, label }: Props) {
  const { detailChoice } = useInspector();
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView | null>(null);
  const wanted = useDetailChoice('find');
  const [at, setAt] = useState(0);
  // As the editor counts: one character for the end of a line.
  const text = useMemo(() => given.replace(/\r\n?/g, '\n'), [given]);
  const places = useMemo(() => findText(text, wanted ?? ''), [text, wanted]);

  useEffect(() => {
    const view = createEditor(host.current!, extensions(json, label), '');
    editor.current = view;
    return () => view.destroy();
  }, [json, label]);

  // An editor that was made anew has nothing in it, though the text may be the same.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const view = editor.current!;
    const scroll = view.scrollSnapshot();
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, effects: scroll });
  }, [text, json, label]);

  // Another text is looked for from what is seen on; in another body, from its beginning.
  useEffect(() => setAt(nextPlace(places, firstSeen(editor.current!))), [places]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => showPlaces(editor.current!, places, at), [places, at, json, label]);

  return (
    <>
      {wanted === null ? null : (
        <FindBar
          wanted={wanted}
          count={places.length}
          at={at}
          onChange={(find) => detailChoice.setState({ find })}
          onMove={(step) => setAt((at + step + places.length) % Math.max(1, places.length))}
          onClose={() => {
            detailChoice.setState({ find: null });
            editor.current!.focus();
          }}
        />
      )}
      <div ref={host} className="text-view" />
    </>
  );
}

/** The position of the first line that is seen. */
function firstSeen(view: EditorView): number {
  return view.scrollDOM.scrollTop < 1 ? 0 : view.lineBlockAtHeight(view.scrollDOM.scrollTop).from;
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
    foundPlaces,
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
  // Whole pixels: over 100,000 lines, parts of them would part the numbers from their lines.
  '.cm-scroller': { overflow: 'auto', lineHeight: '18px' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--faint)', border: 'none' },
  '.cm-specialChar': { color: 'var(--error)' },
  '.found': { backgroundColor: 'var(--found)' },
  '.found.is-current': { backgroundColor: 'var(--found-current)', color: 'var(--background)' },
  '.found.is-current *': { color: 'inherit' },
  '.json-key': { color: 'var(--http2)' },
  '.json-string': { color: 'var(--ok)' },
  '.json-number': { color: 'var(--diameter)' },
  '.json-word': { color: 'var(--accent)' },
});
