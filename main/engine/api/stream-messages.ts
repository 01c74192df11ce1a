import type { StreamMessages } from '../../../app/api/types.ts';
import { listStreamMessages } from '../../../app/decode/messages/list-messages.ts';
import type { ProtobufSchema } from '../../../app/decode/protobuf/schema.ts';
import type { HttpMessage } from '../../../app/model/exchange.ts';
import { nodeContentCodings } from '../content-codings.ts';
import type { Session } from '../session/session.ts';
import { fullerExchange } from './flow-detail.ts';

export interface MessagesRequest {
  readonly id: number;
  readonly offset: number;
  readonly limit: number;
}

/** The messages of both sides of a stream, by the time at which each was whole. */
export function streamMessages(
  session: Session,
  schema: ProtobufSchema,
  { id, offset, limit }: MessagesRequest,
): Promise<StreamMessages> {
  const seen = session.flows.observations(id);
  const side = (name: 'request' | 'answer'): HttpMessage | null => {
    const message = fullerExchange(seen, name)?.[name] ?? null;
    return message?.kind === 'http' ? message : null;
  };
  const source = {
    protocol: session.flows.index.get(id).protocol,
    request: side('request'),
    answer: side('answer'),
    read: (from: number, length: number) => session.spill.read(from, length),
    codings: nodeContentCodings,
    schema,
  };
  return listStreamMessages(source, offset, limit);
}
