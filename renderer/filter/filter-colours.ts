import { RangeSetBuilder } from '@codemirror/state';
import { Decoration, type DecorationSet, type EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';
import { checkFilter } from '../../app/filter/check.ts';

/** Colours the tokens by what they are, and underlines what is wrong at its place. */
export const filterColours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = decorate(view);
    }

    update(update: ViewUpdate): void {
      if (update.docChanged) this.decorations = decorate(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

interface Mark {
  readonly from: number;
  readonly to: number;
  readonly mark: Decoration;
}

function decorate(view: EditorView): DecorationSet {
  const text = view.state.doc.toString();
  const { tokens, classes, errors } = checkFilter(text, Date.now());
  const marks: Mark[] = tokens.map(({ range: [from, to] }, index) => ({
    from,
    to,
    mark: Decoration.mark({ class: `token-${classes[index] ?? 'search'}` }),
  }));
  for (const { range, message } of errors) {
    const from = Math.min(range[0], text.length);
    const to = Math.min(range[1], text.length);
    if (to > from)
      marks.push({ from, to, mark: Decoration.mark({ class: 'token-wrong', attributes: { title: message } }) });
  }
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to, mark } of marks.sort((a, b) => a.from - b.from || b.to - a.to)) builder.add(from, to, mark);
  return builder.finish();
}
