import { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import { putU32le } from '../../../app/bytes/integers.ts';
import { NumberMap } from '../../../app/bytes/number-map.ts';
import type { Exchange, ExchangeSink } from '../../../app/model/exchange.ts';
import { type ConversationMark, conversationMarkOf } from './conversation-mark.ts';
import { RECORD_LENGTH_BYTES } from './exchange-archive.ts';
import { encodeExchange } from './exchange-codec.ts';
import type { SpillFile } from './spill-file.ts';

/** What one open exchange may write at most: a stream that stays open for hours must not fill the disk with its past states. Bytes a millisecond. */
const openRate = 64;

/** An exchange that is not closed. */
interface OpenExchange {
  /** Null once it is closed, so that a list in which it stands does not keep it. */
  exchange: Exchange | null;
  /** Its record is older than it is. */
  isChanged: boolean;
  /** When it may be written again, by the clock of `performance.now`. */
  due: number;
}

/**
 * Writes exchanges to the spill file: finished ones once, open ones again after they changed, the larger the less often.
 * A record is never changed; the one told last holds.
 */
export class ExchangeWriter implements ExchangeSink {
  readonly #spill: SpillFile;
  readonly #recorded: (number: number, offset: number, conversation: ConversationMark) => void;
  readonly #record = new ByteBuilder(1 << 14);
  /** By the number of the exchange. */
  readonly #open = new NumberMap<OpenExchange>();
  /** Those whose record is older than they are, and perhaps some that were closed since. */
  #changed: OpenExchange[] = [];

  constructor(spill: SpillFile, recorded: (number: number, offset: number, conversation: ConversationMark) => void) {
    this.#spill = spill;
    this.#recorded = recorded;
  }

  open(exchange: Exchange): void {
    const open: OpenExchange = { exchange, isChanged: true, due: 0 };
    this.#open.set(exchange.number, open);
    this.#changed.push(open);
  }

  change(exchange: Exchange): void {
    const open = this.#open.get(exchange.number);
    if (open === undefined || open.isChanged) return;
    open.isChanged = true;
    this.#changed.push(open);
  }

  close(exchange: Exchange): void {
    const open = this.#open.get(exchange.number);
    if (open !== undefined) {
      this.#open.delete(exchange.number);
      open.exchange = null;
      // Most are closed soon after they were opened.
      if (this.#changed.at(-1) === open) this.#changed.pop();
    }
    this.#write(exchange);
  }

  /** Writes what changed and may be written by now; returns these exchanges. */
  flush(): Exchange[] {
    const written: Exchange[] = [];
    if (this.#changed.length === 0) return written;
    const now = performance.now();
    const waiting: OpenExchange[] = [];
    for (const open of this.#changed) {
      const { exchange } = open;
      if (exchange === null) continue;
      if (now < open.due) {
        waiting.push(open);
        continue;
      }
      open.isChanged = false;
      open.due = now + this.#write(exchange) / openRate;
      written.push(exchange);
    }
    this.#changed = waiting;
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
