import type { Exchange, ExchangeSink } from '../model/exchange.ts';
import type { AddressBook } from './address-book.ts';
import type { FlowRecord, Member } from './flow-record.ts';
import type { FlowSink } from './flow-sink.ts';
import { JoinTable } from './join-table.ts';
import type { DiameterNames } from './naming.ts';
import { observe, startOf } from './observation.ts';
import { summarise, unknownAddresses } from './summarise.ts';

/** At the highest rate that is aimed at, 20,000 calls a second seen from both sides, that is the last second's. */
const maximumWaiting = 40_000;
/** Names stand before the packets that they are for in the files that have them; a large file should not cost more for others. */
const maximumNameless = 4_000;

export interface FlowAssemblerOptions {
  readonly sink: FlowSink;
  readonly book: AddressBook;
  readonly names: DiameterNames;
  /** Observations that may wait for their counterpart at once. */
  readonly maximumWaiting?: number;
}

/**
 * Makes flows of exchanges. Ids are given in the order in which exchanges began, whenever `flush` is called. An open
 * exchange may change with every packet, and its counterpart mostly comes soon after it; what changed is only marked, and
 * told by `flush`.
 */
export class FlowAssembler implements ExchangeSink {
  readonly #sink: FlowSink;
  readonly #book: AddressBook;
  readonly #names: DiameterNames;
  readonly #joins: JoinTable;
  /** Open exchanges that have a flow. */
  readonly #members = new Map<number, Member>();
  /** Exchanges that began and have no flow yet, oldest first. */
  readonly #unborn = new Map<number, Exchange>();
  readonly #changed = new Map<number, Exchange>();
  readonly #dirty = new Set<FlowRecord>();
  /** Flows that wait to learn who lives at an address, by address. */
  readonly #wondering = new Map<string, Set<FlowRecord>>();

  constructor(options: FlowAssemblerOptions) {
    this.#sink = options.sink;
    this.#book = options.book;
    this.#names = options.names;
    this.#joins = new JoinTable({
      maximumWaiting: options.maximumWaiting ?? maximumWaiting,
      maximumNameless: Math.min(options.maximumWaiting ?? maximumNameless, maximumNameless),
      touched: (record) => this.#dirty.add(record),
      removed: (record) => this.#remove(record),
      settled: (record) => this.#stopWondering(record),
    });
    this.#book.onLearn = (address) => this.#learnt(address);
  }

  open(exchange: Exchange): void {
    this.#unborn.set(exchange.number, exchange);
  }

  change(exchange: Exchange): void {
    if (!this.#unborn.has(exchange.number)) this.#changed.set(exchange.number, exchange);
  }

  close(exchange: Exchange): void {
    this.#changed.delete(exchange.number);
    if (this.#unborn.has(exchange.number)) {
      for (const [number, earlier] of this.#unborn) {
        this.#begin(earlier);
        if (number === exchange.number) break;
      }
    } else {
      this.#reobserve(exchange);
    }
    this.#members.delete(exchange.number);
  }

  /** Brings all flows up to date with their exchanges. To be called before the index is shown. */
  flush(): void {
    for (const exchange of this.#unborn.values()) this.#begin(exchange);
    for (const exchange of this.#changed.values()) this.#reobserve(exchange);
    this.#changed.clear();
    this.#emit();
  }

  #begin(exchange: Exchange): void {
    this.#unborn.delete(exchange.number);
    const capture = exchange.conversation.capture;
    const observation = observe(exchange, this.#names);
    if (capture !== null) this.#book.learnCapture(capture, startOf(observation));
    const member = this.#joins.add(observation);
    this.#members.set(exchange.number, member);
  }

  #reobserve(exchange: Exchange): void {
    const member = this.#members.get(exchange.number);
    if (member !== undefined) this.#joins.update(member, observe(exchange, this.#names));
  }

  #emit(): void {
    for (const record of this.#dirty) {
      const observed = record.observed();
      this.#wonder(record, record.waits ? unknownAddresses(observed, this.#book) : []);
      const summary = summarise(observed, this.#book);
      const exchanges = record.exchanges();
      if (record.id === -1) record.id = this.#sink.add(summary, exchanges);
      else this.#sink.update(record.id, summary, exchanges);
    }
    this.#dirty.clear();
  }

  #remove(record: FlowRecord): void {
    this.#dirty.delete(record);
    this.#stopWondering(record);
    if (record.id !== -1) this.#sink.remove(record.id);
  }

  #wonder(record: FlowRecord, addresses: readonly string[]): void {
    this.#stopWondering(record);
    record.wondersAbout = addresses;
    for (const address of addresses) {
      const records = this.#wondering.get(address);
      if (records === undefined) this.#wondering.set(address, new Set([record]));
      else records.add(record);
    }
  }

  #stopWondering(record: FlowRecord): void {
    for (const address of record.wondersAbout) {
      const records = this.#wondering.get(address);
      records?.delete(record);
      if (records?.size === 0) this.#wondering.delete(address);
    }
    record.wondersAbout = [];
  }

  #learnt(address: string): void {
    for (const record of this.#wondering.get(address) ?? []) this.#dirty.add(record);
  }
}
