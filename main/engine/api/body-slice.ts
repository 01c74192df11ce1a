import type { BodyForm, BodySlice } from '../../../app/api/types.ts';
import { headerValue } from '../../../app/flows/status.ts';
import type { Message } from '../../../app/model/exchange.ts';
import type { Session } from '../session/session.ts';
import { readBody } from '../store/read-body.ts';
import { fullerExchange } from './flow-detail.ts';

export interface BodyRequest {
  readonly id: number;
  readonly side: 'request' | 'answer';
  readonly form: BodyForm;
  readonly offset: number;
  readonly limit: number;
}

function fieldsOf(message: Message | null): { type: string; coding: string } {
  if (message?.kind !== 'http') return { type: '', coding: '' };
  return {
    type: headerValue(message.headers, 'content-type'),
    coding: headerValue(message.headers, 'content-encoding').trim().toLowerCase(),
  };
}

/** A slice of a body, with its content coding undone where that is asked for. */
export function bodySlice({ pipeline, spill }: Session, request: BodyRequest): BodySlice {
  const { id, side, form, offset, limit } = request;
  const message = fullerExchange(pipeline.observations(id), side)?.[side] ?? null;
  const { type, coding } = fieldsOf(message);
  const coded = form === 'decoded' && coding !== '' && coding !== 'identity';
  const bytes = message === null ? new Uint8Array(0) : readBody(spill, message.body, offset, limit);
  return {
    form,
    total: message?.body.stored ?? 0,
    offset,
    bytes: Buffer.from(bytes.buffer).toString('base64'),
    kind: 'hex',
    mediaType: type.split(';')[0]!.trim().toLowerCase(),
    charset: '',
    stopped: coded ? `The content coding ${coding} is not undone.` : '',
  };
}
