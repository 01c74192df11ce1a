import { useEffect, useState } from 'react';
import type { FlowDetail, FlowRow } from '../../app/api/types.ts';
import { relationsOf } from '../../app/filter/relations.ts';
import { partyText, statusText } from '../flows/columns.ts';
import { protocolClass, statusClass } from '../flows/protocol.ts';
import { useInspector } from '../state/inspector.ts';
import { selectFlow } from '../state/list-navigation.ts';
import { formatDuration, plural } from '../ui/format.ts';
import { type WaterfallStep, waterfallOf } from './waterfall.ts';
import './trace-tab.css';

/** Calls that are drawn at most. */
const mostSteps = 500;
const refreshTime = 1_000;

/** The calls of a trace, or of a Diameter session, one below the other over the time that they took. */
export function TraceTab({ detail: { row } }: { readonly detail: FlowDetail }) {
  const { list } = useInspector();
  // The closest relation is the trace, where there is none the Diameter session.
  const found = useFlows(relationsOf(row)[0]!.filter);
  if (!found) return null;
  const steps = waterfallOf(found.rows);
  return (
    <div className="trace tab-padding">
      <p className="muted">
        {plural(found.matching, 'call')} of the same {row.traceId === '' ? 'Session-Id' : 'trace'}
        {found.matching > steps.length ? `, the first ${steps.length} of them` : ''}. One is drawn within another when
        the pod that was called made it meanwhile.
      </p>
      <ul>
        {steps.map((step) => (
          <li key={step.row.id}>
            <Step step={step} selected={step.row.id === row.id} onSelect={() => void selectFlow(list, step.row.id)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface StepProps {
  readonly step: WaterfallStep;
  readonly selected: boolean;
  onSelect(): void;
}

function Step({ step: { row, depth, from, length }, selected, onSelect }: StepProps) {
  return (
    <button
      type="button"
      className={`trace-step ${protocolClass(row.protocol)}`}
      aria-pressed={selected}
      title={`${partyText(row.source)} → ${partyText(row.destination)}`}
      onClick={onSelect}
    >
      <span className="ellipsis" style={{ paddingLeft: depth * 12 }}>
        <span className="trace-name">{row.destination.service || partyText(row.destination)}</span>{' '}
        <span className="muted data">
          {row.method} {row.protocol === 'gRPC' ? '' : row.target}
        </span>
      </span>
      <span className={`data ${statusClass(row)}`}>{statusText(row)}</span>
      <span className="trace-track">
        <span className="trace-fill" style={{ left: `${from * 100}%`, width: `${length * 100}%` }} />
      </span>
      <span className="data muted trace-duration">{row.duration === null ? '' : formatDuration(row.duration)}</span>
    </button>
  );
}

interface FoundFlows {
  readonly rows: readonly FlowRow[];
  readonly matching: number;
}

/** The flows that match, in order of time, asked for anew each second: calls may still come in. */
function useFlows(filter: string): FoundFlows | null {
  const { client } = useInspector();
  const [found, setFound] = useState<FoundFlows | null>(null);
  useEffect(() => {
    let timer = 0;
    let wanted = true;
    const order = { column: 'time', descending: false } as const;
    async function ask(): Promise<void> {
      try {
        const { rows, matching } = await client.request('flows.window', { filter, order, offset: 0, limit: mostSteps });
        if (wanted) setFound({ rows, matching });
      } catch {
        // While the engine cannot be asked, what came last stays.
      }
      if (wanted) timer = window.setTimeout(() => void ask(), refreshTime);
    }
    void ask();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [client, filter]);
  return found;
}
