import { decodeAvps } from '../../../app/decode/diameter/avps.ts';
import type { DecodedDiameter, DetailReader } from '../../../app/filter/flow-columns.ts';
import type { FlowExchanges } from '../../../app/flows/flow-sink.ts';
import { createFlowIndex, type FlowIndex } from '../../../app/index/flow-index.ts';
import type { Exchange, Header, HttpMessage, Message } from '../../../app/model/exchange.ts';
import type { FlowSummary } from '../../../app/model/flow.ts';
import type { Problem } from '../../../app/model/problem.ts';
import type { DecodedSink } from '../decoding/decoded-sink.ts';
import { diameterDictionary } from '../diameter-dictionary.ts';
import type { ConversationMark } from '../store/conversation-mark.ts';
import { ExchangeArchive } from '../store/exchange-archive.ts';
import { GrowingNumbers } from '../store/growing-numbers.ts';
import { readBody } from '../store/read-body.ts';
import type { Spill } from '../store/spill.ts';

/** Problems of conversations that are kept at most. */
const maximumProblems = 200;

/** Bytes of each body that a filter looks at. */
const searchedBody = 1 << 20;

/** A flow's exchanges as they were seen at each place. */
export interface FlowObservations {
  readonly consumer: Exchange | null;
  readonly producer: Exchange | null;
  readonly wire: Exchange | null;
}

/** All flows of one session: takes what decoding finds out, and answers. */
export class FlowStore implements DecodedSink {
  readonly index: FlowIndex;
  /** Of conversations, that belong to no exchange. */
  readonly problems: Problem[] = [];
  /** Reads what the index does not hold. */
  readonly details: DetailReader = {
    headers: (id, side) => this.#headers(id, side),
    http: (id, side) => this.#http(id, side),
    diameter: (id) => this.#diameter(id),
    bodies: (id) => this.#bodies(id),
  };
  readonly #spill: Spill;
  readonly #archive: ExchangeArchive;
  #count = 0;
  /** Exchange numbers by flow: seen at the consumer's side or on the wire, and at the producer's. */
  readonly #first = new GrowingNumbers(Int32Array, -1);
  readonly #second = new GrowingNumbers(Int32Array, -1);

  constructor(spill: Spill) {
    this.#spill = spill;
    this.#archive = new ExchangeArchive(spill);
    this.index = createFlowIndex({
      now: Date.now,
      details: this.details,
    });
  }

  /** Flows that were given an id so far; ids are dense from 0. */
  get count(): number {
    return this.#count;
  }

  add(summary: FlowSummary, exchanges: FlowExchanges): number {
    const id = this.index.add(summary);
    this.#count = id + 1;
    this.#remember(id, exchanges);
    return id;
  }

  update(id: number, summary: FlowSummary, exchanges: FlowExchanges): void {
    this.index.update(id, summary);
    this.#remember(id, exchanges);
  }

  remove(id: number): void {
    this.index.remove(id);
  }

  recorded(number: number, offset: number, conversation: ConversationMark): void {
    this.#archive.recorded(number, offset, conversation);
  }

  problem(problem: Problem): void {
    if (this.problems.length < maximumProblems) this.problems.push(problem);
  }

  observations(id: number): FlowObservations {
    const first = this.#exchange(this.#first.get(id));
    const producer = this.#exchange(this.#second.get(id));
    const onWire = first !== null && first.conversation.capture === null;
    return { consumer: onWire ? null : first, producer, wire: onWire ? first : null };
  }

  /** The conversations that a flow was seen in: number, port of the server, and whether HTTP/2 or Diameter was spoken. */
  conversations(id: number): ConversationMark[] {
    return [this.#first.get(id), this.#second.get(id)]
      .filter((number) => number !== -1)
      .map((number) => this.#archive.conversationOf(number));
  }

  #exchange(number: number): Exchange | null {
    return number === -1 ? null : this.#archive.get(number);
  }

  #remember(id: number, { consumer, producer, wire }: FlowExchanges): void {
    this.#first.set(id, wire === -1 ? consumer : wire);
    this.#second.set(id, producer);
  }

  #message(id: number, side: 'request' | 'answer'): Message | null {
    const { consumer, producer, wire } = this.observations(id);
    return (consumer ?? wire)?.[side] ?? producer?.[side] ?? null;
  }

  #http(id: number, side: 'request' | 'answer'): HttpMessage | null {
    const message = this.#message(id, side);
    return message?.kind === 'http' ? message : null;
  }

  #headers(id: number, side: 'request' | 'answer'): readonly Header[] {
    const message = this.#http(id, side);
    return message === null ? [] : [...message.headers, ...message.trailers];
  }

  #diameter(id: number): DecodedDiameter[] {
    return (['request', 'answer'] as const).flatMap((side) => {
      const message = this.#message(id, side);
      if (message?.kind !== 'diameter') return [];
      return { message, avps: () => decodeAvps(readBody(this.#spill, message.body), diameterDictionary()) };
    });
  }

  #bodies(id: number): string[] {
    return (['request', 'answer'] as const).flatMap((side) => {
      const message = this.#message(id, side);
      if (message?.kind !== 'http' || message.body.stored === 0) return [];
      return Buffer.from(readBody(this.#spill, message.body, 0, searchedBody).buffer).toString('utf8');
    });
  }
}
