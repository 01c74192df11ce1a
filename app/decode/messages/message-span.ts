import type { Nanoseconds } from '../../model/exchange.ts';

/** Where a message of a stream lies in the body of its side. */
export interface MessageSpan {
  /** When its last byte had arrived. */
  readonly time: Nanoseconds;
  /** 'message' or 'trailers' for gRPC; name of the opcode for WebSocket. */
  readonly type: string;
  /** Bytes of its payload by its own account. */
  readonly length: number;
  readonly compressed: boolean;
  /** All of its bytes are in the capture. */
  readonly complete: boolean;
  /** Reads the payload as it was on the wire (unmasked), at most `limit` bytes and only up to missing ones. */
  payload(limit: number): Uint8Array;
}

/** A message with the side that sent it. */
export interface SidedSpan {
  readonly side: 'request' | 'answer';
  readonly span: MessageSpan;
}

/** The messages of both sides by the time at which each was whole. */
export function* inOrderOfTime(request: Iterator<MessageSpan>, answer: Iterator<MessageSpan>): Generator<SidedSpan> {
  let asked = request.next();
  let answered = answer.next();
  while (!asked.done || !answered.done) {
    if (!asked.done && (answered.done || asked.value.time <= answered.value.time)) {
      yield { side: 'request', span: asked.value };
      asked = request.next();
    } else if (!answered.done) {
      yield { side: 'answer', span: answered.value };
      answered = answer.next();
    }
  }
}

/** Makes the text of messages. Called in the order of the stream. */
export interface MessageTextReader {
  /** The message as a person reads it, cut at `MAX_TEXT` characters. */
  text(side: 'request' | 'answer', span: MessageSpan): Promise<string>;
  /** The message is passed over; later ones may depend on it. */
  pass(side: 'request' | 'answer', span: MessageSpan): Promise<void>;
}

/** Characters of a message's text. */
export const MAX_TEXT = 65_536;

/** Bytes of a payload that are read for its text, and that come out of decompressing it. */
export const MAX_PAYLOAD = 1 << 20;
