import { useInspector, useValuesEditor } from '../state/inspector.ts';
import type { Replacing } from './values-editor.ts';

const replacing: Record<Replacing, string> = {
  open: 'Open another file',
  new: 'Start a new file',
  reload: 'Read it from disk again',
};

/** What waits for an answer of the user, or went wrong: one line above the buttons. */
export function ValuesNotes() {
  const { valuesEditor } = useInspector();
  const { name } = useValuesEditor(({ file }) => file);
  const asked = useValuesEditor((state) => state.asked);
  const failure = useValuesEditor((state) => state.failure);
  const isChanged = useValuesEditor((state) => state.isChanged);
  if (asked) {
    return (
      <div className="values-note" role="alert">
        <p>{name} has changes that are not saved. They would be lost.</p>
        <button type="button" className="button" onClick={() => void valuesEditor.replace(asked)}>
          {replacing[asked]}
        </button>
        <button type="button" className="button is-primary" onClick={() => valuesEditor.keep()}>
          Keep editing
        </button>
      </div>
    );
  }
  if (failure === '') return null;
  return (
    <div className="values-note" role="alert">
      <p className="is-error">{failure}</p>
      {isChanged ? (
        <>
          <button type="button" className="button" onClick={() => void valuesEditor.replace('reload')}>
            Read it again
          </button>
          <button type="button" className="button" onClick={() => void valuesEditor.save({ anyway: true })}>
            Replace it
          </button>
        </>
      ) : null}
    </div>
  );
}
