import { X } from 'lucide-react';
import { Tabs } from 'radix-ui';
import type { FlowDetail } from '../../app/api/types.ts';
import { statusText } from '../flows/columns.ts';
import { protocolClass } from '../flows/protocol.ts';
import { useDetailChoice, useInspector } from '../state/inspector.ts';
import { focusList } from '../ui/focus.ts';
import { AvpsTab } from './avps-tab.tsx';
import { BodyTab } from './body-tab.tsx';
import { copiedLines } from './copied-lines.ts';
import { HeadersTab } from './headers-tab.tsx';
import { KubernetesTab } from './kubernetes-tab.tsx';
import { MessagesTab } from './messages-tab.tsx';
import { NotesTab } from './notes-tab.tsx';
import { openFind } from './open-find.ts';
import { OverviewTab } from './overview-tab.tsx';
import { TimingTab } from './timing-tab.tsx';
import { TraceTab } from './trace-tab.tsx';
import { useDetail } from './use-detail.ts';
import './detail.css';

interface DetailTab {
  readonly id: string;
  readonly title: string;
  readonly content: (props: { readonly detail: FlowDetail }) => React.ReactNode;
  /** Shown for this flow. */
  applies(detail: FlowDetail): boolean;
  /** A number beside the title. */
  count?(detail: FlowDetail): number;
}

const always = () => true;
const isHttp = (detail: FlowDetail) => detail.row.protocol !== 'Diameter';

const tabs: readonly DetailTab[] = [
  { id: 'overview', title: 'Overview', content: OverviewTab, applies: always },
  { id: 'headers', title: 'Headers', content: HeadersTab, applies: isHttp },
  { id: 'avps', title: 'AVPs', content: AvpsTab, applies: (detail) => !isHttp(detail) },
  { id: 'body', title: 'Body', content: BodyTab, applies: always },
  { id: 'messages', title: 'Messages', content: MessagesTab, applies: hasMessages, count: messageCount },
  { id: 'timing', title: 'Timing', content: TimingTab, applies: always },
  { id: 'trace', title: 'Trace', content: TraceTab, applies: ({ row }) => row.traceId !== '' },
  {
    id: 'session',
    title: 'Session',
    content: TraceTab,
    applies: ({ row }) => row.traceId === '' && row.sessionId !== '',
  },
  { id: 'kubernetes', title: 'Kubernetes', content: KubernetesTab, applies: always },
  {
    id: 'notes',
    title: 'Notes',
    content: NotesTab,
    applies: always,
    count: (detail) => detail.notes.length + detail.problems.length,
  },
];

/** Everything about the selected flow. */
export function DetailPane({ id }: { readonly id: number }) {
  const inspector = useInspector();
  const { list, detailChoice } = inspector;
  const state = useDetail(id);
  const wanted = useDetailChoice('tab');

  if (state.phase === 'failed') {
    return (
      <section id="flow-detail" className="detail-message" aria-label="Flow detail">
        <p className="is-error">{state.message}</p>
      </section>
    );
  }
  const { detail } = state;
  if (!detail) return <section id="flow-detail" aria-label="Flow detail" aria-busy="true" />;

  const shown = tabs.filter((tab) => tab.applies(detail));
  const active = shown.some((tab) => tab.id === wanted) ? wanted : 'overview';
  return (
    <section
      id="flow-detail"
      className="detail"
      aria-label="Flow detail"
      aria-busy={state.phase === 'loading'}
      onCopy={(event) => {
        const text = event.defaultPrevented ? null : copiedLines(event.currentTarget, getSelection());
        if (text === null) return;
        event.preventDefault();
        event.clipboardData.setData('text/plain', text);
      }}
      onKeyDown={(event) => {
        if (event.defaultPrevented) return;
        if (event.key === 'Escape') focusList();
        else if (isFind(event) && event.currentTarget.querySelector('.text-view')) openFind(inspector);
        else return;
        event.preventDefault();
      }}
    >
      <Tabs.Root className="detail-tabs" value={active} onValueChange={(tab) => detailChoice.setState({ tab })}>
        <div className="detail-bar">
          <Tabs.List className="tab-list" aria-label="Parts of the flow">
            {shown.map((tab) => (
              <Tabs.Trigger key={tab.id} value={tab.id} className="tab">
                {tab.title}
                <Count value={tab.count?.(detail) ?? 0} calls={tab.id === 'notes'} />
              </Tabs.Trigger>
            ))}
          </Tabs.List>
          <Summary detail={detail} />
          <button
            type="button"
            className="icon-button"
            aria-label="Close detail"
            title="Close detail"
            onClick={() => {
              focusList();
              list.select(null);
            }}
          >
            <X size={14} />
          </button>
        </div>
        {shown.map(({ id: tabId, content: Content }) => (
          <Tabs.Content key={tabId} value={tabId} className="tab-content">
            <Content key={detail.row.id} detail={detail} />
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </section>
  );
}

function isFind({ key, ctrlKey, metaKey, shiftKey, altKey }: React.KeyboardEvent): boolean {
  return key.toLowerCase() === 'f' && (ctrlKey || metaKey) && !shiftKey && !altKey;
}

/** `calls`: for attention. */
function Count({ value, calls }: { readonly value: number; readonly calls: boolean }) {
  return value > 0 ? <span className={calls ? 'is-warning' : 'faint'}> {value}</span> : null;
}

function Summary({ detail: { row } }: { readonly detail: FlowDetail }) {
  const call = row.protocol === 'gRPC' ? row.target : `${row.method} ${row.target}`;
  return (
    <p className="detail-summary ellipsis muted" title={`${call} · ${statusText(row)}`}>
      <span className={protocolClass(row.protocol)}>{row.protocol}</span> · <bdi>{call}</bdi> · {statusText(row)}
    </p>
  );
}

function hasMessages(detail: FlowDetail): boolean {
  return detail.row.protocol.startsWith('gRPC') || detail.row.protocol === 'WebSocket';
}

function messageCount({ row }: FlowDetail): number {
  return row.messageCount[0] + row.messageCount[1];
}
