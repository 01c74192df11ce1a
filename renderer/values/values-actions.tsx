import type { ClusterCard } from '../../app/api/types.ts';
import { captureOfFile } from '../../app/mesh/aspen/values-capture.ts';
import { useInspector, useValuesEditor } from '../state/inspector.ts';
import { isDirty } from './values-editor.ts';

interface Props {
  /** Whose values they are; null where none was said. */
  readonly cluster: ClusterCard | null;
  /** The file has values for Packet Inspector, and nothing is wrong with it. */
  readonly isUsable: boolean;
}

/** What is done with the file as a whole. */
export function ValuesActions({ cluster, isUsable }: Props) {
  const { clusterControl, commands, dialogs, platform, preferences, valuesEditor } = useInspector();
  const { text } = useValuesEditor(({ history }) => history);
  const reader = useValuesEditor((state) => state.reader);
  const hasPlace = useValuesEditor(({ file }) => file.target !== null);
  const dirty = useValuesEditor(isDirty);
  const inBrowser = platform.kind === 'browser';

  /** The values drive the cluster's sheet: they are what is chosen in it. */
  function use({ id }: ClusterCard): void {
    const capture = captureOfFile(reader, text);
    if (!capture) return;
    preferences.setState(({ captures }) => ({ captures: { ...captures, [id]: { ...captures[id], ...capture } } }));
    dialogs.close();
    clusterControl.show('enable', id);
  }

  return (
    <footer className="sheet-foot">
      <button type="button" className="button" onClick={() => void valuesEditor.replace('open')}>
        Open…
      </button>
      <button type="button" className="button" onClick={() => void valuesEditor.replace('new')}>
        New
      </button>
      {inBrowser ? null : (
        <button
          type="button"
          className="button"
          disabled={!hasPlace}
          onClick={() => void valuesEditor.replace('reload')}
        >
          Reload
        </button>
      )}
      <span className="sheet-space" />
      <button type="button" className="button" onClick={() => commands.copy(text, 'Values file')}>
        Copy
      </button>
      {inBrowser ? (
        <button type="button" className="button" disabled={text === ''} onClick={() => void valuesEditor.save()}>
          Download
        </button>
      ) : (
        <>
          <button
            type="button"
            className="button"
            disabled={text === ''}
            onClick={() => void valuesEditor.save({ elsewhere: true })}
          >
            Save as…
          </button>
          <button
            type="button"
            className={`button${cluster ? '' : ' is-primary'}`}
            disabled={!dirty}
            onClick={() => void valuesEditor.save()}
          >
            Save
          </button>
        </>
      )}
      {cluster ? (
        <button
          type="button"
          className="button is-primary"
          disabled={!isUsable}
          title="Takes the values over into the sheet behind the cluster's switch"
          onClick={() => use(cluster)}
        >
          Use in {cluster.name}
        </button>
      ) : null}
    </footer>
  );
}
