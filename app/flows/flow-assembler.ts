import { NumberMap } from '../bytes/number-map.ts';
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

const nothing: readonly string[] = [];

/** An exchange that is not closed. */
interface OpenExchange {
  /** Null once it is closed, so that a list in which it stands does not keep it. */
  exchange: Exchange | null;
  /** Null while it has no flow. */
  member: Member | null;
  /** It has changed since its flow was brought up to date. */
  isChanged: boolean;
}

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
  /** By the number of the exchange. */
  readonly #open = new NumberMap<OpenExchange>();
  /** Those that have no flow yet, oldest first. */
  readonly #unborn: OpenExchange[] = [];
  /** Those that have changed since their flow was brought up to date, and perhaps were closed after that. */
  readonly #changed: OpenExchange[] = [];
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
    const open: OpenExchange = { exchange, member: null, isChanged: false };
    this.#open.set(exchange.number, open);
    this.#unborn.push(open);
  }

  change(exchange: Exchange): void {
    const open = this.#open.get(exchange.number);
    if (open === undefined || open.member === null || open.isChanged) return;
    open.isChanged = true;
    this.#changed.push(open);
  }

  close(exchange: Exchange): void {
    const open = this.#open.get(exchange.number);
    if (open === undefined) return;
    if (open.member === null) this.#beginUpTo(open);
    else this.#joins.update(open.member, observe(exchange, this.#names));
    open.exchange = null;
    this.#open.delete(exchange.number);
  }

  /** Brings all flows up to date with their exchanges. To be called before the index is shown. */
  flush(): void {
    const newest = this.#unborn.at(-1);
    if (newest !== undefined) this.#beginUpTo(newest);
    for (const { exchange, member } of this.#changed) {
      if (exchange !== null && member !== null) this.#joins.update(member, observe(exchange, this.#names));
    }
    for (let open = this.#changed.pop(); open !== undefined; open = this.#changed.pop()) open.isChanged = false;
    this.#emit();
  }

  /** Begins the flow of one without, and of those before it. */
  #beginUpTo(last: OpenExchange): void {
    const count = this.#unborn.indexOf(last) + 1;
    for (let index = 0; index < count; index++) this.#begin(this.#unborn[index]!);
    if (count === 1 && this.#unborn.length === 1) this.#unborn.pop();
    else this.#unborn.splice(0, count);
  }

  #begin(open: OpenExchange): void {
    const exchange = open.exchange!;
    const capture = exchange.conversation.capture;
    const observation = observe(exchange, this.#names);
    if (capture !== null) this.#book.learnCapture(capture, startOf(observation));
    open.member = this.#joins.add(observation);
  }

  #emit(): void {
    for (const record of this.#dirty) {
      const observed = record.observed();
      this.#wonder(record, record.waits ? unknownAddresses(observed, this.#book) : nothing);
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
    record.wondersAbout = nothing;
  }

  #learnt(address: string): void {
    for (const record of this.#wondering.get(address) ?? []) this.#dirty.add(record);
  }
}
