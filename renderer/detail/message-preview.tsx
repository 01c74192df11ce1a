import { useEffect, useState } from 'react';
import type { StreamMessage } from '../../app/api/types.ts';
import { useConnected, useEngine, useInspector } from '../state/inspector.ts';
import { PreviewText } from './preview-text.tsx';

interface Props {
  readonly id: number;
  readonly side: 'request' | 'answer';
  /** Messages of this side so far. */
  readonly count: number;
}

/** Messages of the other side may come before the first of this one. */
const looked = 20;

/** The first message of one side of a stream. */
export function MessagePreview({ id, side, count }: Props) {
  const { client } = useInspector();
  const connected = useConnected();
  const schema = useEngine((state) => state.schema);
  const [message, setMessage] = useState<StreamMessage | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: with other types (`schema`) the message reads differently.
  useEffect(() => {
    if (!connected) return;
    let current = true;
    client.request('flows.messages', { id, offset: 0, limit: looked }).then(
      ({ messages }) => {
        if (current) setMessage(messages.find((each) => each.side === side) ?? null);
      },
      () => {},
    );
    return () => {
      current = false;
    };
  }, [client, id, side, schema, connected]);

  if (!message || message.text === '') return null;
  const json = message.text.startsWith('{') || message.text.startsWith('[');
  return <PreviewText text={message.text} json={json} more={count > 1 ? `${count - 1} more under Messages` : ''} />;
}
