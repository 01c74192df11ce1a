import { Dialog } from 'radix-ui';
import { useState } from 'react';
import type { EmulatorList } from '../../../app/api/emulator-types.ts';
import type { ClusterCard } from '../../../app/api/types.ts';
import { useEngine, useInspector } from '../../state/inspector.ts';
import { formatBytes, formatCount, plural } from '../../ui/format.ts';
import { CaptureList } from './capture-list.tsx';
import { ReadingReport } from './reading-report.tsx';
import { mostShown, useCaptures } from './use-captures.ts';
import './emulator-sheet.css';

const noKeys: ReadonlySet<string> = new Set();

/** What analysis emulators have below `/tmp`: captures to be opened, followed while they are written, and saved. */
export function EmulatorSheet({ cluster }: { readonly cluster: ClusterCard }) {
  const { clusterControl, commands } = useInspector();
  const reading = useEngine((state) => (state.reading?.id === cluster.id ? state.reading : null));
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState(noKeys);
  const { list, message } = useCaptures(cluster.id, name);
  const total = list?.total ?? 0;
  // What was chosen stays chosen, whatever is filtered for afterwards.
  const selection =
    chosen.size > 0
      ? { id: cluster.id, name: '', captures: [...chosen] }
      : { id: cluster.id, name: name.trim(), captures: null };
  const canFollow = list?.pods.some(({ isListed }) => isListed) === true;
  const hasAny = chosen.size > 0 || total > 0;

  async function read(follow: boolean): Promise<void> {
    if (await commands.readCaptures(selection, follow)) clusterControl.hide();
  }

  return (
    <>
      <header className="sheet-head">
        <Dialog.Title>Emulator files of {cluster.name}</Dialog.Title>
        <p className="muted ellipsis">{list ? foundText(list) : ''}</p>
      </header>
      <div className="emulator-body">
        {reading ? <ReadingReport reading={reading} /> : null}
        <input
          className="text-field"
          aria-label="Filter captures by name"
          placeholder="Part of the name, or a regular expression"
          spellCheck={false}
          value={name}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown') return;
            event.preventDefault();
            document.getElementById('capture-list')?.focus();
          }}
        />
        {message ? (
          <p className="is-error" role="alert">
            {message}
          </p>
        ) : null}
        {list?.pods.map(({ pod, problem }) =>
          problem ? (
            <p key={pod} className="is-warning">
              {problem}
            </p>
          ) : null,
        )}
        {list && total > 0 ? (
          <CaptureList
            captures={list.captures}
            chosen={chosen}
            hasPods={list.pods.length > 1}
            onChoose={setChosen}
            onOpen={() => void read(false)}
          />
        ) : (
          <p className="emulator-empty muted" role="status">
            {list ? emptyText(list, name) : message ? '' : 'Looking at the pods of analysis emulators…'}
          </p>
        )}
      </div>
      <footer className="sheet-foot">
        <span className="muted ellipsis" role="status">
          {chosenText(chosen.size, total)}
        </span>
        {chosen.size > 0 ? (
          <button type="button" className="text-button" onClick={() => setChosen(noKeys)}>
            Choose none
          </button>
        ) : null}
        <span className="sheet-space" />
        <Dialog.Close className="button">Close</Dialog.Close>
        <button
          type="button"
          className="button"
          disabled={!hasAny}
          title="One BSON capture of all their .bson files"
          onClick={() => void commands.saveCaptures(selection, cluster.name)}
        >
          Save…
        </button>
        <button
          type="button"
          className="button"
          disabled={!canFollow}
          title="A new session of what there is and what is written from now on"
          onClick={() => void read(true)}
        >
          Follow live
        </button>
        <button type="button" className="button is-primary" disabled={!hasAny} onClick={() => void read(false)}>
          Open as session
        </button>
      </footer>
    </>
  );
}

/** `1 pod · 48 captures, 1.2 MB`. */
function foundText({ pods, total, bytes }: EmulatorList): string {
  return pods.length === 0 ? '' : `${plural(pods.length, 'pod')} · ${plural(total, 'capture')}, ${formatBytes(bytes)}`;
}

function chosenText(chosen: number, total: number): string {
  if (chosen > 0) return `${formatCount(chosen)} chosen`;
  if (total === 0) return '';
  const shown = total > mostShown ? `, the newest ${mostShown} shown` : '';
  return `All ${formatCount(total)} that match${shown}`;
}

function emptyText({ pods }: EmulatorList, name: string): string {
  if (pods.length === 0) {
    return 'No analysis emulator was found: no pod has the label app=packet-inspector-1-analysis-emulator or app=analysis-emulator. Switching capture on installs one.';
  }
  if (!pods.some(({ isListed }) => isListed)) return '';
  return name.trim() === ''
    ? 'The emulator has written nothing yet. Follow live waits for what comes.'
    : 'No capture has a name like that.';
}
