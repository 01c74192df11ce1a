import { useId, useState } from 'react';
import { useInspector } from '../state/inspector.ts';
import { messageOf } from '../transport/engine-error.ts';

interface Props {
  /** Of the cluster. */
  readonly id: string;
  /** What is named now; '' for the chart that the release keeps. */
  readonly path: string;
  /** `istiod 1.11.8-am1.4`. */
  readonly chart: string;
  /** Why it cannot be used, as the driver says; ''. */
  readonly problem: string;
  onSaved(): void;
}

/** The chart that the release is upgraded with, where the release does not keep all of it. */
export function ChartField({ id, path, chart, problem, onSaved }: Props) {
  const { client } = useInspector();
  const [typed, setTyped] = useState(path);
  const [saved, setSaved] = useState(path);
  const [refused, setRefused] = useState('');
  const wrong = refused || problem;
  const describedBy = useId();

  async function save(): Promise<void> {
    try {
      await client.request('clusters.nameChart', { id, path: typed.trim() });
      setSaved(typed.trim());
      setRefused('');
      onSaved();
    } catch (error) {
      setRefused(messageOf(error));
    }
  }

  return (
    <section>
      <h3>Release folder or archive of the chart {chart}</h3>
      <div className="setting-line">
        <input
          className={`text-field data${wrong ? ' is-invalid' : ''}`}
          aria-label="Path of the chart"
          aria-invalid={wrong !== ''}
          aria-describedby={describedBy}
          value={typed}
          placeholder="as the release keeps it"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.ctrlKey || event.metaKey) return;
            event.preventDefault();
            void save();
          }}
        />
        <button type="button" className="button" disabled={typed.trim() === saved} onClick={() => void save()}>
          Use
        </button>
      </div>
      <p id={describedBy} className={wrong ? 'is-error' : 'muted'} role={wrong ? 'alert' : undefined}>
        {wrong || 'Asked for where the release does not keep all of its chart.'}
      </p>
    </section>
  );
}
