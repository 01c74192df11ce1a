import { Redo2, Undo2 } from 'lucide-react';
import { valuesFileOf } from '../../app/mesh/aspen/values-capture.ts';
import { editValues, preparationSettings } from '../../app/mesh/aspen/values-edit.ts';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { useInspector, usePreference, useValuesEditor } from '../state/inspector.ts';

/** Steps back and on, and what can be put into the text at once. */
export function ValuesTools() {
  const { platform, valuesEditor } = useInspector();
  const { past, future } = useValuesEditor(({ history }) => history);
  const reader = useValuesEditor((state) => state.reader);
  const clusterId = useValuesEditor((state) => state.clusterId);
  const chosen = usePreference('captures')[clusterId ?? ''];
  return (
    <div className="values-tools">
      <button
        type="button"
        className="icon-button"
        aria-label="Undo"
        title={`Undo (${platform.modifier} Z)`}
        disabled={past.length === 0}
        onClick={() => valuesEditor.undo()}
      >
        <Undo2 size={15} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Redo"
        title={`Redo (${platform.modifier} Y)`}
        disabled={future.length === 0}
        onClick={() => valuesEditor.redo()}
      >
        <Redo2 size={15} />
      </button>
      <span className="sheet-space" />
      {reader === 'own' ? null : (
        <button
          type="button"
          className="text-button"
          title="citadel.enabled and global.certificateCustomFields, both true"
          onClick={() => valuesEditor.edit((text) => editValues(text, preparationSettings), 'preparation')}
        >
          Put in what preparing asks for
        </button>
      )}
      {chosen ? (
        <button
          type="button"
          className="text-button"
          title="What was chosen last in the sheet behind the cluster's switch, switched on"
          onClick={() =>
            valuesEditor.edit((text) => valuesFileOf(reader, { ...defaultCaptureOptions, ...chosen }, text), 'choice')
          }
        >
          Put in what the sheet has chosen
        </button>
      ) : null}
    </div>
  );
}
