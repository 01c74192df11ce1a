import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { FlowDetail, StreamMessage } from '../../app/api/types.ts';
import { useConnected, useEngine, useInspector } from '../state/inspector.ts';
import { messageOf } from '../transport/engine-error.ts';
import { formatBytes, formatTime, plural } from '../ui/format.ts';

const batch = 100;
const none: readonly StreamMessage[] = [];

/** Messages of a gRPC or WebSocket stream in the order of their time. A click shows all of a message. */
export function MessagesTab({ detail }: { readonly detail: FlowDetail }) {
  const { client, commands, dialogs } = useInspector();
  const connected = useConnected();
  const schema = useEngine((state) => state.schema);
  const { id, messageCount } = detail.row;
  const expected = messageCount[0] + messageCount[1];
  const [read, setMessages] = useState<readonly StreamMessage[] | null>(null);
  const messages = read ?? none;
  const [total, setTotal] = useState(expected);
  const [untyped, setUntyped] = useState(false);
  const [wanted, setWanted] = useState(batch);
  const [open, setOpen] = useState<number | null>(null);
  const [error, setError] = useState('');
  const frame = useRef<HTMLDivElement>(null);

  // A stream that goes on is read again when it has grown (`expected`), from the beginning: earlier messages may have become
  // complete; and with other types (`schema`) all of them read differently.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (!connected) return;
    let current = true;
    client.request('flows.messages', { id, offset: 0, limit: wanted }).then(
      (result) => {
        if (!current) return;
        setMessages(result.messages);
        setTotal(result.total);
        setUntyped(result.untyped);
        setError('');
      },
      (reason: unknown) => {
        if (current) setError(messageOf(reason));
      },
    );
    return () => {
      current = false;
    };
  }, [client, id, wanted, expected, schema, connected]);

  const rows = useVirtualizer({
    count: messages.length,
    getScrollElement: () => frame.current,
    estimateSize: () => 23,
    overscan: 12,
  });

  if (error) return <p className="is-error tab-padding">{error}</p>;
  if (read === null) return null;
  if (messages.length === 0) return <p className="muted tab-padding">No messages yet.</p>;
  return (
    <div className="messages-tab">
      <div className="tool-bar">
        <span className="muted">
          {plural(total, 'message')}
          {messages.length < total ? `, the first ${messages.length} shown` : ''}
        </span>
        <span className="tool-bar-end">
          {untyped ? (
            <>
              <span className="muted">Shown by field numbers: the type of the messages is not known.</span>
              <button type="button" className="button" onClick={() => dialogs.show('settings')}>
                Load schema…
              </button>
            </>
          ) : null}
          {messages.length < total ? (
            <button type="button" className="button" onClick={() => setWanted(wanted + 5 * batch)}>
              Show more
            </button>
          ) : null}
        </span>
      </div>
      <div ref={frame} className="messages-frame">
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const message = messages[index]!;
            return (
              <div
                key={message.index}
                ref={rows.measureElement}
                data-index={index}
                className="message-row"
                style={{ transform: `translateY(${start}px)` }}
              >
                <MessageHead
                  message={message}
                  open={open === message.index}
                  onToggle={() => setOpen(open === message.index ? null : message.index)}
                />
                {open === message.index ? (
                  <div className="message-text">
                    <button type="button" className="button" onClick={() => commands.copy(message.text, 'Message')}>
                      Copy
                    </button>
                    <pre className="data">{message.text}</pre>
                  </div>
                ) : null}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

interface HeadProps {
  readonly message: StreamMessage;
  readonly open: boolean;
  onToggle(): void;
}

function MessageHead({ message, open, onToggle }: HeadProps) {
  return (
    <button type="button" className="message-head data" aria-expanded={open} onClick={onToggle}>
      <span className="muted">{formatTime(message.time)}</span>
      <span className={message.side === 'request' ? 'http1' : 'grpc'}>
        {message.side === 'request' ? '→ request' : '← answer'}
      </span>
      <span className="is-right">{formatBytes(message.length)}</span>
      <span className="ellipsis">
        {message.type === 'message' ? '' : `${message.type} `}
        {message.text.replace(/\s+/g, ' ').slice(0, 400)}
        {message.complete ? '' : ' … not complete'}
      </span>
    </button>
  );
}
