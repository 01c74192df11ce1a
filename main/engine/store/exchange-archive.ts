import { u32le } from '../../../app/bytes/integers.ts';
import type { Exchange } from '../../../app/model/exchange.ts';
import { type ConversationMark, spokenKinds } from './conversation-mark.ts';
import { decodeExchange } from './exchange-codec.ts';
import { GrowingNumbers } from './growing-numbers.ts';
import type { Spill } from './spill.ts';

/** In front of each record stands its length. */
export const RECORD_LENGTH_BYTES = 4;
/** Exchanges kept decoded, since one that is looked at is asked for several times. */
const cachedExchanges = 64;

/** Finds exchanges by their number, in the spill file. */
export class ExchangeArchive {
  readonly #spill: Spill;
  /** Offset in the spill file by number. */
  readonly #offsets = new GrowingNumbers(Float64Array, -1);
  readonly #streams = new GrowingNumbers(Int32Array, -1);
  /** The server's port and what is spoken there, in one number. */
  readonly #ports = new GrowingNumbers(Int32Array, -1);
  readonly #cache = new Map<number, Exchange>();

  constructor(spill: Spill) {
    this.#spill = spill;
  }

  /** The exchange lies there now. */
  recorded(number: number, offset: number, { stream, port, speaks }: ConversationMark): void {
    this.#cache.delete(number);
    this.#offsets.set(number, offset);
    this.#streams.set(number, stream);
    this.#ports.set(number, port * spokenKinds.length + spokenKinds.indexOf(speaks));
  }

  conversationOf(number: number): ConversationMark {
    const port = this.#ports.get(number);
    return {
      stream: this.#streams.get(number),
      port: Math.floor(port / spokenKinds.length),
      speaks: spokenKinds[port % spokenKinds.length] ?? 'other',
    };
  }

  /** The exchange as far as it is known; null when it is unknown or was lost by a full disk. */
  get(number: number): Exchange | null {
    const known = this.#cache.get(number);
    if (known !== undefined) return known;
    const offset = this.#offsets.get(number);
    if (offset < 0) return null;
    const head = this.#spill.read(offset, RECORD_LENGTH_BYTES);
    if (head === null) return null;
    const bytes = this.#spill.read(offset + RECORD_LENGTH_BYTES, u32le(head, 0));
    if (bytes === null) return null;
    const exchange = decodeExchange(bytes);
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size < cachedExchanges) break;
      this.#cache.delete(oldest);
    }
    this.#cache.set(number, exchange);
    return exchange;
  }
}
