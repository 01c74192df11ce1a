import { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import { putU32le } from '../../../app/bytes/integers.ts';
import type { Exchange, ExchangeSink } from '../../../app/model/exchange.ts';
import { decodeExchange, encodeExchange } from './exchange-codec.ts';
import { GrowingNumbers } from './growing-numbers.ts';
import type { SpillFile } from './spill-file.ts';

const lengthBytes = 4;
/** Finished exchanges kept decoded, since one that is looked at is asked for several times. */
const cachedExchanges = 64;

/** What is known of an exchange's conversation without reading the exchange. */
export interface ConversationMark {
  readonly stream: number;
  /** The server's port. */
  readonly port: number;
  readonly speaks: 'http2' | 'diameter' | 'other';
}

const spoken = ['other', 'http2', 'diameter'] as const;

/** Finds exchanges by their number: open ones in memory, finished ones in the spill file. */
export class ExchangeArchive implements ExchangeSink {
  readonly #spill: SpillFile;
  readonly #record = new ByteBuilder(1 << 14);
  readonly #open = new Map<number, Exchange>();
  /** Offset in the spill file by number; -1 while open. */
  readonly #offsets = new GrowingNumbers(Float64Array, -1);
  readonly #streams = new GrowingNumbers(Int32Array, -1);
  /** The server's port and what is spoken there, in one number. */
  readonly #ports = new GrowingNumbers(Int32Array, -1);
  readonly #cache = new Map<number, Exchange>();

  constructor(spill: SpillFile) {
    this.#spill = spill;
  }

  open(exchange: Exchange): void {
    this.#open.set(exchange.number, exchange);
    const { stream, server } = exchange.conversation;
    this.#streams.set(exchange.number, stream);
    const speaks = exchange.protocol === 'Diameter' ? 'diameter' : exchange.streamId > 0 ? 'http2' : 'other';
    this.#ports.set(exchange.number, server.port * spoken.length + spoken.indexOf(speaks));
  }

  change(): void {
    // Open exchanges are read where they are.
  }

  close(exchange: Exchange): void {
    this.#open.delete(exchange.number);
    const record = this.#record;
    record.length = 0;
    record.u32le(0);
    encodeExchange(record, exchange);
    putU32le(record.bytes, 0, record.length - lengthBytes);
    this.#offsets.set(exchange.number, this.#spill.append(record.built()));
  }

  conversationOf(number: number): ConversationMark {
    const port = this.#ports.get(number);
    return {
      stream: this.#streams.get(number),
      port: Math.floor(port / spoken.length),
      speaks: spoken[port % spoken.length] ?? 'other',
    };
  }

  /** The exchange as far as it is known; null when it is unknown or was lost by a full disk. */
  get(number: number): Exchange | null {
    const known = this.#open.get(number) ?? this.#cache.get(number);
    if (known !== undefined) return known;
    const offset = this.#offsets.get(number);
    if (offset < 0) return null;
    const head = this.#spill.read(offset, lengthBytes);
    if (head === null) return null;
    const bytes = this.#spill.read(offset + lengthBytes, Buffer.from(head.buffer).readUInt32LE(0));
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
