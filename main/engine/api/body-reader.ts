import type { BodyForm, BodySlice } from '../../../app/api/types.ts';
import {
  type ContentCodings,
  type DecodedContent,
  decodeContent,
} from '../../../app/decode/content/content-codings.ts';
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
/** Decoded bodies kept, since a view asks for one in slices; and their bytes, but for the one used last. */
const keptBodies = 4;
const keptBytes = 64 << 20;

const noBody: Body = { chunks: [], stored: 0, length: 0 };

function fieldOf(message: Message | null, name: string): string {
  return message?.kind === 'http' ? headerValue(message.headers, name) : '';
}

interface Kept {
  readonly content: Promise<DecodedContent>;
  /** Bytes; 0 as long as it is not known. */
  length: number;
}

/** Reads bodies in slices, with their content coding undone where that is asked for. */
export class BodyReader {
  /** By session, flow, side and length; the one used last stands last. */
  readonly #kept = new Map<string, Kept>();
  readonly #codings: ContentCodings;
  /** Settles with the decoding that goes on. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(codings: ContentCodings = nodeContentCodings) {
    this.#codings = codings;
  }

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
    const kept = this.#kept.get(key) ?? this.#begin(session, message.body, coding);
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    this.#forgetOldest();
    return kept.content;
  }

  #begin(session: Session, body: Body, coding: string): Kept {
    const content = this.#inTurn(() =>
      decodeContent(readBody(session.spill, body), coding, this.#codings, maximumDecoded),
    );
    const kept: Kept = { content, length: 0 };
    content.then(
      ({ bytes }) => {
        kept.length = bytes.length;
        this.#forgetOldest();
      },
      () => {},
    );
    return kept;
  }

  #forgetOldest(): void {
    let length = 0;
    for (const kept of this.#kept.values()) length += kept.length;
    for (const [oldest, kept] of this.#kept) {
      if (this.#kept.size <= 1 || (this.#kept.size <= keptBodies && length <= keptBytes)) break;
      length -= kept.length;
      this.#kept.delete(oldest);
    }
  }

  /** One after the other: a hundred bytes may become as many as are decoded at most, and whoever steps through flows asks for many. */
  #inTurn(decode: () => Promise<DecodedContent>): Promise<DecodedContent> {
    const decoded = this.#last.then(decode);
    this.#last = decoded.catch(() => {});
    return decoded;
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
