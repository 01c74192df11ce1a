import { CircleAlert, CircleCheck, CircleHelp, Hourglass, X } from 'lucide-react';
import { useStore } from 'zustand';
import { useInspector } from '../state/inspector.ts';
import type { Notice } from '../state/notices.ts';

/** What happened lately, read out by screen readers as it comes. */
export function NoticeList() {
  const { notices } = useInspector();
  const list = useStore(notices.store);
  return (
    <div className="notices" role="status" aria-live="polite">
      {list.map((notice) => (
        <div key={notice.id} className="notice">
          <NoticeIcon kind={notice.kind} />
          <span>
            {notice.text}
            {notice.kind === 'working' ? <Progress of={notice.text} value={notice.progress} /> : null}
          </span>
          {notice.action ? (
            <button type="button" className="button" onClick={notice.action.run}>
              {notice.action.label}
            </button>
          ) : (
            <span />
          )}
          {notice.kind === 'working' ? null : (
            <button type="button" className="icon-button" aria-label="Close" onClick={() => notices.close(notice.id)}>
              <X size={14} />
            </button>
          )}
        </div>
      ))}
    </div>
  );
}

function NoticeIcon({ kind }: Pick<Notice, 'kind'>) {
  switch (kind) {
    case 'error':
      return <CircleAlert size={15} className="is-error" aria-label="Error" />;
    case 'question':
      return <CircleHelp size={15} className="is-warning" aria-label="Question" />;
    case 'done':
      return <CircleCheck size={15} className="is-ok" aria-label="Done" />;
    case 'working':
      return <Hourglass size={15} className="muted" aria-label="Going on" />;
  }
}

function Progress({ of, value }: { readonly of: string; readonly value: number | null }) {
  return <progress aria-label={of} {...(value === null ? {} : { value, max: 1 })} />;
}
