import type { CaptureMetadata } from '../../app/capture/metadata.ts';
import type { EndReason, ProtocolDescriptor, StreamDecoder } from '../../app/decode/stream-decoder.ts';
import type { Body, BodyStore, Direction, Exchange, ExchangeSink, HttpMessage } from '../../app/model/exchange.ts';
import type { Problem } from '../../app/model/problem.ts';
import { decodeContext } from './decode-context.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Keeps bodies in memory. */
export class MemoryStore implements BodyStore {
  bytes = new Uint8Array(65_536);
  length = 0;

  append(bytes: Uint8Array): number {
    const offset = this.length;
    if (offset + bytes.length > this.bytes.length) {
      const grown = new Uint8Array((offset + bytes.length) * 2);
      grown.set(this.bytes.subarray(0, offset));
      this.bytes = grown;
    }
    this.bytes.set(bytes, offset);
    this.length += bytes.length;
    return offset;
  }
}

/** Collects exchanges and checks the order of the calls: opened once, closed at most once, never changed afterwards. */
export class CollectingSink implements ExchangeSink {
  readonly exchanges: Exchange[] = [];
  readonly closed = new Set<Exchange>();
  readonly faults: string[] = [];

  open(exchange: Exchange): void {
    if (this.exchanges.includes(exchange)) this.faults.push(`exchange ${exchange.number} was opened twice`);
    this.exchanges.push(exchange);
  }

  change(exchange: Exchange): void {
    if (exchange.number >= this.exchanges.length)
      this.faults.push(`exchange ${exchange.number} was changed before it was opened`);
    if (this.closed.has(exchange)) this.faults.push(`exchange ${exchange.number} was changed after it was closed`);
  }

  close(exchange: Exchange): void {
    if (this.closed.has(exchange)) this.faults.push(`exchange ${exchange.number} was closed twice`);
    this.closed.add(exchange);
  }
}

/** A conversation with a decoder that a test can read as a script: `client(…)`, `server(…)`, `gap(…)`, `end()`. */
export class DecodedConversation {
  readonly store = new MemoryStore();
  readonly sink = new CollectingSink();
  readonly problems: Problem[] = [];
  private decoder: StreamDecoder;
  private now = 1_000_000_000n;

  constructor(protocol: ProtocolDescriptor, options: { startsInTheMiddle?: boolean; capture?: CaptureMetadata } = {}) {
    let next = 0;
    const context = decodeContext(8080, {
      sink: this.sink,
      store: this.store,
      nextExchangeNumber: () => next++,
      problem: (problem) => this.problems.push(problem),
      become: (decoder) => {
        this.decoder = decoder;
      },
      startsInTheMiddle: options.startsInTheMiddle ?? false,
    });
    context.conversation.capture = options.capture ?? null;
    this.decoder = protocol.create(context);
  }

  get exchanges(): readonly Exchange[] {
    return this.sink.exchanges;
  }

  /** Each call is one millisecond later than the one before. */
  send(direction: Direction, data: string | Uint8Array): this {
    this.now += 1_000_000n;
    this.decoder.data(direction, typeof data === 'string' ? encoder.encode(data) : data, this.now);
    return this;
  }

  client(data: string | Uint8Array): this {
    return this.send(0, data);
  }

  server(data: string | Uint8Array): this {
    return this.send(1, data);
  }

  gap(direction: Direction, length: number): this {
    this.decoder.gap(direction, length, this.now);
    return this;
  }

  end(reason: EndReason = 'fin', directions: readonly Direction[] = [0, 1]): this {
    for (const direction of directions) this.decoder.end(direction, reason, this.now);
    return this;
  }

  request(number = 0): HttpMessage {
    return http(this.exchanges[number]?.request);
  }

  answer(number = 0): HttpMessage {
    return http(this.exchanges[number]?.answer);
  }

  bodyBytes(body: Body): Uint8Array {
    const bytes = new Uint8Array(body.stored);
    let at = 0;
    for (const chunk of body.chunks) {
      bytes.set(this.store.bytes.subarray(chunk.offset, chunk.offset + chunk.length), at);
      at += chunk.length;
    }
    return bytes;
  }

  bodyText(message: HttpMessage): string {
    return decoder.decode(this.bodyBytes(message.body));
  }

  /** All that was found, without times and places in the store: equal for equal streams however they were split. */
  summary(): unknown {
    const message = (one: HttpMessage) => ({
      ...one,
      startTime: 0,
      endTime: 0,
      body: { length: one.body.length, bytes: decoder.decode(this.bodyBytes(one.body)) },
    });
    return this.exchanges.map((exchange) => ({
      protocol: exchange.protocol,
      streamId: exchange.streamId,
      requestDirection: exchange.requestDirection,
      state: exchange.state,
      messageCount: exchange.messageCount,
      problems: exchange.problems.map((problem) => problem.code),
      request: exchange.request && message(http(exchange.request)),
      answer: exchange.answer && message(http(exchange.answer)),
      informational: exchange.informational.map(message),
    }));
  }
}

function http(message: Exchange['request'] | undefined): HttpMessage {
  if (message?.kind !== 'http') throw new Error('There is no such HTTP message.');
  return message;
}

/** Header fields as text, one in a line. */
export function headerLines(headers: HttpMessage['headers']): string[] {
  return headers.map(({ name, value, unknown }) => (unknown ? `${name || '?'}: ${value || '?'}` : `${name}: ${value}`));
}
