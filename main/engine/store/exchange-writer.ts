import { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import { putU32le } from '../../../app/bytes/integers.ts';
import type { Exchange, ExchangeSink } from '../../../app/model/exchange.ts';
import { type ConversationMark, conversationMarkOf } from './conversation-mark.ts';
import { RECORD_LENGTH_BYTES } from './exchange-archive.ts';
import { encodeExchange } from './exchange-codec.ts';
import type { SpillFile } from './spill-file.ts';

/** What one open exchange may write at most: a stream that stays open for hours must not fill the disk with its past states. Bytes a millisecond. */
const openRate = 64;

/**
 * Writes exchanges to the spill file: finished ones once, open ones again after they changed, the larger the less often.
 * A record is never changed; the one told last holds.
 */
export class ExchangeWriter implements ExchangeSink {
  readonly #spill: SpillFile;
  readonly #recorded: (number: number, offset: number, conversation: ConversationMark) => void;
  readonly #record = new ByteBuilder(1 << 14);
  /** Open exchanges whose record is older than they are. */
  readonly #changed = new Set<Exchange>();
  /** When an open exchange may be written again, by the clock of `performance.now`. */
  readonly #due = new Map<Exchange, number>();

  constructor(spill: SpillFile, recorded: (number: number, offset: number, conversation: ConversationMark) => void) {
    this.#spill = spill;
    this.#recorded = recorded;
  }

  open(exchange: Exchange): void {
    this.#changed.add(exchange);
  }

  change(exchange: Exchange): void {
    this.#changed.add(exchange);
  }

  close(exchange: Exchange): void {
    this.#changed.delete(exchange);
    this.#due.delete(exchange);
    this.#write(exchange);
  }

  /** Writes what changed and may be written by now; returns these exchanges. */
  flush(): Exchange[] {
    const now = performance.now();
    const written: Exchange[] = [];
    for (const exchange of this.#changed) {
      if (now < (this.#due.get(exchange) ?? 0)) continue;
      this.#changed.delete(exchange);
      this.#due.set(exchange, now + this.#write(exchange) / openRate);
      written.push(exchange);
    }
    return written;
  }

  /** Returns the length of the record. */
  #write(exchange: Exchange): number {
    const record = this.#record;
    record.length = 0;
    record.u32le(0);
    encodeExchange(record, exchange);
    putU32le(record.bytes, 0, record.length - RECORD_LENGTH_BYTES);
    this.#recorded(exchange.number, this.#spill.append(record.built()), conversationMarkOf(exchange));
    return record.length;
  }
}
