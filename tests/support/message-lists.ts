import { emptyBody, skipBody, storeBody } from '../../app/decode/http/body.ts';
import { newMessage, unknownHead } from '../../app/decode/http/exchange.ts';
import { listStreamMessages } from '../../app/decode/messages/list-messages.ts';
import type { Body, Header, HttpMessage, Protocol } from '../../app/model/exchange.ts';
import { nodeContentCodings } from '../../main/engine/content-codings.ts';

/** A body store in memory that counts what is read of it. */
export class MemoryStore {
  readonly bytes: number[] = [];
  read = 0;

  append(bytes: Uint8Array): number {
    const offset = this.bytes.length;
    for (const octet of bytes) this.bytes.push(octet);
    return offset;
  }

  readonly reader = (offset: number, length: number): Uint8Array | null => {
    if (offset + length > this.bytes.length) return null;
    this.read += length;
    return Uint8Array.from(this.bytes.slice(offset, offset + length));
  };
}

/** Bytes of a body and when they came; a number stands for so many missing ones. */
export type Piece = readonly [milliseconds: number, bytes: Uint8Array | number];

/** A body of pieces that arrived at these times; a number stands for so many missing bytes. */
export function bodyOf(store: MemoryStore, pieces: readonly Piece[]): Body {
  const body = emptyBody();
  for (const [time, bytes] of pieces) {
    if (typeof bytes === 'number') skipBody(body, bytes, BigInt(time) * 1_000_000n);
    else storeBody(body, store, bytes, BigInt(time) * 1_000_000n);
    // Bodies of different streams lie between each other in the store.
    store.append(Uint8Array.of(0xee));
  }
  return body;
}

/** A message with this body and these header fields. */
export function messageOf(body: Body, headers: Readonly<Record<string, string>> = {}, target = ''): HttpMessage {
  const fields: Header[] = Object.entries(headers).map(([name, value]) => ({ name, value }));
  return { ...newMessage({ ...unknownHead('2'), headers: fields, target }, 0n, 0n), body };
}

/** What is listed of a call with these two messages. */
export function list(
  protocol: Protocol,
  store: MemoryStore,
  request: HttpMessage | null,
  answer: HttpMessage | null,
  offset = 0,
  limit = 100,
) {
  const source = { protocol, request, answer, read: store.reader, codings: nodeContentCodings, schema: null };
  return listStreamMessages(source, offset, limit);
}

/** A gRPC message with its prefix. */
export function prefixed(payload: Uint8Array, flags = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flags;
  prefix.writeUInt32BE(payload.length, 1);
  return Buffer.concat([prefix, payload]);
}

/** One whose only field is a short text. */
export const grpcText = (text: string) => prefixed(Buffer.concat([Buffer.of(0x0a, text.length), Buffer.from(text)]));
