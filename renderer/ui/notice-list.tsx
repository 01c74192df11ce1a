import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { useStore } from 'zustand';
import { useInspector } from '../state/inspector.ts';

/** What happened lately, read out by screen readers as it comes. */
export function NoticeList() {
  const { notices } = useInspector();
  const list = useStore(notices.store);
  return (
    <div className="notices" role="status" aria-live="polite">
      {list.map((notice) => (
        <div key={notice.id} className="notice">
          {notice.kind === 'error' ? (
            <CircleAlert size={15} className="is-error" aria-label="Error" />
          ) : (
            <CircleCheck size={15} className="is-ok" aria-label="Done" />
          )}
          <span>{notice.text}</span>
          {notice.action ? (
            <button type="button" className="button" onClick={notice.action.run}>
              {notice.action.label}
            </button>
          ) : (
            <span />
          )}
          <button type="button" className="icon-button" aria-label="Close" onClick={() => notices.close(notice.id)}>
            <X size={14} />
          </button>
        </div>
      ))}
    </div>
  );
}
