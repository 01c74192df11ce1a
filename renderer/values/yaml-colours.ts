import {
  Decoration,
  type DecorationSet,
  type EditorView,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';

const key = Decoration.mark({ class: 'token-key' });
const comment = Decoration.mark({ class: 'token-comment' });

/** Keys at the begin of a line, and comments, line by line: enough to read values files by. */
const decorator = new MatchDecorator({
  regexp: /^\s*(?:- +)?([\w.-]+)(?=:(?:\s|$))|(?:^|\s)(#.*)$/g,
  decorate(add, from, _to, match) {
    const [whole, name, remark] = match;
    const end = from + whole.length;
    if (name !== undefined) add(end - name.length, end, key);
    if (remark !== undefined) add(end - remark.length, end, comment);
  },
});

export const yamlColours = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = decorator.createDeco(view);
    }

    update(update: ViewUpdate): void {
      this.decorations = decorator.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
