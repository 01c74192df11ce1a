import type { StreamMessage, StreamMessages } from '../../../app/api/types.ts';
import { milliseconds } from '../../../app/flows/observation.ts';
import type { Exchange } from '../../../app/model/exchange.ts';
import type { Session } from '../session/session.ts';
import { readBody } from '../store/read-body.ts';
import { fullerExchange } from './flow-detail.ts';
import { splitMessages } from './split-messages.ts';

export interface MessagesRequest {
  readonly id: number;
  readonly offset: number;
  readonly limit: number;
}

type Side = StreamMessage['side'];

function messagesOf(exchange: Exchange | null, side: Side, { spill }: Session): Omit<StreamMessage, 'index'>[] {
  const message = exchange?.[side] ?? null;
  if (exchange === null || message?.kind !== 'http') return [];
  const spans = splitMessages(exchange.protocol, readBody(spill, message.body));
  let chunk = 0;
  let chunkEnd = message.body.chunks[0]?.length ?? 0;
  return spans.map((span) => {
    while (span.end > chunkEnd && chunk + 1 < message.body.chunks.length) {
      chunk++;
      chunkEnd += message.body.chunks[chunk]!.length;
    }
    const { compressed, type, length, text, complete } = span;
    const time = milliseconds(message.body.chunks[chunk]?.time ?? message.startTime);
    return { side, time, compressed, type, length, text, complete };
  });
}

/** The messages of both sides of a stream, by the time at which each was whole. */
export function streamMessages(session: Session, { id, offset, limit }: MessagesRequest): StreamMessages {
  const seen = session.pipeline.observations(id);
  const all = (['request', 'answer'] as const)
    .flatMap((side) => messagesOf(fullerExchange(seen, side), side, session))
    .sort((a, b) => a.time - b.time)
    .map((message, index) => ({ index, ...message }));
  return { total: all.length, messages: all.slice(offset, offset + limit) };
}
