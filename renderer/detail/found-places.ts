import { StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView } from '@codemirror/view';
import type { Place } from './find-text.ts';

interface Shown {
  readonly places: readonly Place[];
  /** The one that is looked at; -1 for none. */
  readonly at: number;
}

const show = StateEffect.define<Shown>();
const found = Decoration.mark({ class: 'found' });
const current = Decoration.mark({ class: 'found is-current' });

/** Marks the places where something was found. */
export const foundPlaces = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { effects, changes }) {
    const shown = effects.find((effect) => effect.is(show))?.value as Shown | undefined;
    if (!shown) return marks.map(changes);
    return Decoration.set(
      shown.places.map(([from, to], index) => (index === shown.at ? current : found).range(from, to)),
    );
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** Marks these places, and brings the one that is looked at into view. */
export function showPlaces(view: EditorView, places: readonly Place[], at: number): void {
  const place = places[at];
  view.dispatch({
    effects: [show.of({ places, at }), ...(place ? [EditorView.scrollIntoView(place[0], { y: 'center' })] : [])],
  });
}
