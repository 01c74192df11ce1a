import type { BodyForm, BodySlice } from '../../../app/api/types.ts';
import { type DecodedContent, decodeContent } from '../../../app/decode/content/content-codings.ts';
import { HEAD_LENGTH, recogniseBody } from '../../../app/decode/content/recognise.ts';
import { headerValue } from '../../../app/flows/status.ts';
import type { Body, Message } from '../../../app/model/exchange.ts';
import { nodeContentCodings } from '../content-codings.ts';
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

/** What content coding may make of a body at most, for viewing. Bytes. */
const maximumDecoded = 64 << 20;
/** Decoded bodies kept, since a view asks for one in slices. */
const keptBodies = 4;

const noBody: Body = { chunks: [], stored: 0, length: 0 };

function fieldOf(message: Message | null, name: string): string {
  return message?.kind === 'http' ? headerValue(message.headers, name) : '';
}

/** Reads bodies in slices, with their content coding undone where that is asked for. */
export class BodyReader {
  /** Decoded bodies by session, flow, side and length; the one used last stands last. */
  readonly #decoded = new Map<string, Promise<DecodedContent>>();

  async slice(session: Session, request: BodyRequest): Promise<BodySlice> {
    const { id, side, form, offset, limit } = request;
    const message = fullerExchange(session.flows.observations(id), side)?.[side] ?? null;
    const type = fieldOf(message, 'content-type');
    const coding = fieldOf(message, 'content-encoding');
    if (message === null || form === 'raw' || coding === '') {
      const body = message?.body ?? noBody;
      const head = readBody(session.spill, body, 0, HEAD_LENGTH);
      const bytes = readBody(session.spill, body, offset, limit);
      // What is still coded is nothing else, whatever the field says it would be.
      const recognised = recogniseBody(coding === '' ? type : '', head);
      return { form, offset, total: body.stored, bytes: base64(bytes), ...recognised, stopped: '' };
    }
    const { bytes, stopped } = await this.#decode(session, message, coding, `${id} ${side}`);
    const recognised = recogniseBody(type, bytes.subarray(0, HEAD_LENGTH));
    const slice = bytes.subarray(offset, offset + limit);
    return { form, offset, total: bytes.length, bytes: base64(slice), ...recognised, stopped };
  }

  #decode(session: Session, message: Message, coding: string, name: string): Promise<DecodedContent> {
    const key = `${session.spill.path} ${name} ${message.body.stored}`;
    const decoded =
      this.#decoded.get(key) ??
      decodeContent(readBody(session.spill, message.body), coding, nodeContentCodings, maximumDecoded);
    this.#decoded.delete(key);
    this.#decoded.set(key, decoded);
    for (const oldest of this.#decoded.keys()) {
      if (this.#decoded.size <= keptBodies) break;
      this.#decoded.delete(oldest);
    }
    return decoded;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
