import { joinBytes } from '../../bytes/join.ts';
import type { HttpMessage } from '../../model/exchange.ts';
import type { ContentCodings, Inflated } from '../content/content-codings.ts';
import { headerValue } from '../http/exchange.ts';
import type { MessageSpan } from '../messages/message-span.ts';

/** Whether permessage-deflate was agreed on, and for which side each message is compressed by itself. RFC 7692 section 7. */
export interface DeflateParameters {
  readonly agreed: boolean;
  readonly noContextTakeover: { readonly request: boolean; readonly answer: boolean };
}

/** Reads the answer to the handshake: what it says is agreed. Without it, context takeover is supposed, the default. */
export function deflateParameters(answer: HttpMessage | null): DeflateParameters {
  const extensions = answer === null ? '' : headerValue(answer.headers, 'sec-websocket-extensions').toLowerCase();
  return {
    agreed: /(^|,)\s*permessage-deflate\s*(;|,|$)/.test(extensions),
    noContextTakeover: {
      request: extensions.includes('client_no_context_takeover'),
      answer: extensions.includes('server_no_context_takeover'),
    },
  };
}

/** What the sender's window holds at most. RFC 1951 section 2. */
const WINDOW = 32_768;

/** Compressed bytes of passed messages that are held and inflated together; a longer message is not followed. */
const BATCH = 1 << 20;

/** Most bytes that come out of a batch. */
const MAX_BATCH_OUTPUT = 64 << 20;

const MESSAGE_END = Uint8Array.of(0, 0, 0xff, 0xff);

/** Undoes the compression of the messages of one side, which go on from each other. */
export class MessageInflater {
  private readonly codings: ContentCodings;
  private readonly alone: boolean;
  private history: Uint8Array = new Uint8Array(0);
  private passed: Uint8Array[] = [];
  private passedLength = 0;
  /** A message that later ones go on from could not be followed. */
  private broken = false;

  /** @param alone each message is compressed by itself */
  constructor(codings: ContentCodings, alone: boolean) {
    this.codings = codings;
    this.alone = alone;
  }

  /** Follows a message that is not shown. */
  async pass(span: MessageSpan): Promise<void> {
    if (this.alone || this.broken) return;
    const payload = span.payload(BATCH);
    if (!span.complete || payload.length < span.length) {
      this.broken = true;
      return;
    }
    if (this.passedLength + payload.length > BATCH) await this.catchUp();
    this.passed.push(payload, MESSAGE_END);
    this.passedLength += payload.length;
  }

  /** At most `limit` bytes of a message; null when it goes on from one that could not be followed. */
  async inflate(span: MessageSpan, limit: number): Promise<Inflated | null> {
    await this.catchUp();
    if (this.broken) return null;
    const payload = span.payload(limit);
    const inflated = await this.codings.inflate('message-deflate', payload, limit, this.history);
    if (this.alone) return inflated;
    if (inflated.end === 'whole' && span.complete && payload.length === span.length) this.remember(inflated.bytes);
    else this.broken = true;
    return inflated;
  }

  /** Inflates what was passed in one go: each message ends at an octet boundary, so they can stand in a row. */
  private async catchUp(): Promise<void> {
    if (this.passed.length === 0) return;
    const row = joinBytes(this.passed.slice(0, -1));
    this.passed = [];
    this.passedLength = 0;
    const { bytes, end } = await this.codings.inflate('message-deflate', row, MAX_BATCH_OUTPUT, this.history);
    if (end === 'whole') this.remember(bytes);
    else this.broken = true;
  }

  private remember(bytes: Uint8Array): void {
    this.history =
      bytes.length >= WINDOW
        ? bytes.slice(-WINDOW)
        : joinBytes([this.history.subarray(Math.max(0, this.history.length + bytes.length - WINDOW)), bytes]);
  }
}
