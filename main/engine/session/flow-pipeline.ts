import { createDissector, type Dissector } from '../../../app/assemble/dissector.ts';
import { applicationName } from '../../../app/decode/diameter/applications.ts';
import { decodeAvps } from '../../../app/decode/diameter/avps.ts';
import { commandAbbreviation } from '../../../app/decode/diameter/commands.ts';
import { protocols } from '../../../app/decode/registry.ts';
import type { DecodedDiameter, DetailReader } from '../../../app/filter/flow-columns.ts';
import { type AddressBook, createAddressBook } from '../../../app/flows/address-book.ts';
import { FlowAssembler } from '../../../app/flows/flow-assembler.ts';
import type { FlowExchanges } from '../../../app/flows/flow-sink.ts';
import { createFlowIndex, type FlowIndex } from '../../../app/index/flow-index.ts';
import type { Exchange, ExchangeSink, Header, Message } from '../../../app/model/exchange.ts';
import type { Problem } from '../../../app/model/problem.ts';
import { diameterDictionary } from '../diameter-dictionary.ts';
import { type ConversationMark, ExchangeArchive } from '../store/exchange-archive.ts';
import { GrowingNumbers } from '../store/growing-numbers.ts';
import { readBody } from '../store/read-body.ts';
import type { SpillFile } from '../store/spill-file.ts';

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

/** Packets in, flows out: the one way for live captures and files. Holds all flows of one session. */
export class FlowPipeline {
  readonly index: FlowIndex;
  readonly book: AddressBook;
  /** Of conversations, that belong to no exchange. */
  readonly problems: Problem[] = [];
  readonly dissector: Dissector;
  /** Reads what the index does not hold. */
  readonly details: DetailReader = {
    headers: (id, side) => this.#headers(id, side),
    diameter: (id) => this.#diameter(id),
    bodies: (id) => this.#bodies(id),
  };
  readonly #spill: SpillFile;
  readonly #archive: ExchangeArchive;
  readonly #assembler: FlowAssembler;
  #flows = 0;
  /** Exchange numbers by flow: seen at the consumer's side or on the wire, and at the producer's. */
  readonly #first = new GrowingNumbers(Int32Array, -1);
  readonly #second = new GrowingNumbers(Int32Array, -1);

  constructor(spill: SpillFile) {
    this.#spill = spill;
    this.#archive = new ExchangeArchive(spill);
    this.book = createAddressBook();
    this.index = createFlowIndex({
      now: Date.now,
      details: this.details,
    });
    this.#assembler = new FlowAssembler({
      book: this.book,
      names: { commandAbbreviation, applicationName },
      sink: {
        add: (summary, exchanges) => {
          const id = this.index.add(summary);
          this.#flows = id + 1;
          this.#remember(id, exchanges);
          return id;
        },
        update: (id, summary, exchanges) => {
          this.index.update(id, summary);
          this.#remember(id, exchanges);
        },
        remove: (id) => this.index.remove(id),
      },
    });
    this.dissector = createDissector({
      protocols,
      sink: both(this.#archive, this.#assembler),
      store: spill,
      onProblem: (problem) => this.#report(problem),
    });
  }

  /** Flows that were given an id so far; ids are dense from 0. */
  get flows(): number {
    return this.#flows;
  }

  #report(problem: Problem): void {
    if (this.problems.length < maximumProblems) this.problems.push(problem);
  }

  /** Brings the index up to date with exchanges that go on. */
  flush(): void {
    this.#assembler.flush();
  }

  /** No packet comes any more: what is open is closed. */
  end(): void {
    this.dissector.end();
    this.#assembler.flush();
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

  #headers(id: number, side: 'request' | 'answer'): readonly Header[] {
    const message = this.#message(id, side);
    return message?.kind === 'http' ? [...message.headers, ...message.trailers] : [];
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

function both(first: ExchangeSink, second: ExchangeSink): ExchangeSink {
  return {
    open(exchange) {
      first.open(exchange);
      second.open(exchange);
    },
    change(exchange) {
      first.change(exchange);
      second.change(exchange);
    },
    close(exchange) {
      first.close(exchange);
      second.close(exchange);
    },
  };
}
