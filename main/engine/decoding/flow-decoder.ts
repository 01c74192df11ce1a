import { createDissector, type Dissector } from '../../../app/assemble/dissector.ts';
import { leftOverOf } from '../../../app/assemble/left-over.ts';
import { applicationName } from '../../../app/decode/diameter/applications.ts';
import { commandAbbreviation } from '../../../app/decode/diameter/commands.ts';
import { protocols } from '../../../app/decode/registry.ts';
import { type AddressBook, createAddressBook } from '../../../app/flows/address-book.ts';
import { FlowAssembler } from '../../../app/flows/flow-assembler.ts';
import { milliseconds } from '../../../app/flows/observation.ts';
import type { PodIdentity } from '../../../app/model/endpoint.ts';
import type { ExchangeSink } from '../../../app/model/exchange.ts';
import type { Packet } from '../../../app/model/packet.ts';
import type { Problem } from '../../../app/model/problem.ts';
import { contentReader } from '../read-content.ts';
import { ExchangeWriter } from '../store/exchange-writer.ts';
import type { SpillFile } from '../store/spill-file.ts';
import type { DecodedSink } from './decoded-sink.ts';

/** Packets and names in; flows out, bodies and exchanges to the spill file: the one way for live captures and files. */
export class FlowDecoder {
  readonly #book: AddressBook = createAddressBook();
  readonly #writer: ExchangeWriter;
  readonly #assembler: FlowAssembler;
  readonly #dissector: Dissector;
  /** What names say, which hold from the next packet on. */
  #names: ((since: number) => void)[] = [];

  constructor(spill: SpillFile, sink: DecodedSink) {
    this.#writer = new ExchangeWriter(spill, (number, offset, conversation) =>
      sink.recorded(number, offset, conversation),
    );
    this.#assembler = new FlowAssembler({
      book: this.#book,
      names: { commandAbbreviation, applicationName },
      sink,
    });
    this.#dissector = createDissector({
      protocols,
      sink: both(this.#writer, this.#assembler),
      store: spill,
      readContent: contentReader(spill),
      onProblem: (problem) => sink.problem(problem),
    });
  }

  /** Packets taken so far. */
  get packets(): number {
    return this.#dissector.statistics.packets;
  }

  /** What of the packets became no flow; null when nothing. */
  get leftOver(): Problem | null {
    return leftOverOf(this.#dissector.statistics);
  }

  packet(packet: Packet): void {
    if (this.#names.length > 0) this.#learnNames(packet);
    this.#dissector.packet(packet);
  }

  /** A name stands before the packets that it is for, in a session file and on the way of live captures. */
  learnName(address: string, name: string): void {
    this.#names.push((since) => this.#book.learnName(address, name, since));
  }

  learnIdentity(address: string, identity: PodIdentity): void {
    this.#names.push((since) => this.#book.learnIdentity(address, identity, since));
  }

  #learnNames({ time }: Packet): void {
    for (const learn of this.#names) learn(milliseconds(time));
    this.#names = [];
  }

  /** Brings records and flows up to date with exchanges that go on. */
  flush(): void {
    // What is written later than it changed has to be told again: who looked at it saw less.
    for (const exchange of this.#writer.flush()) this.#assembler.change(exchange);
    this.#assembler.flush();
  }

  /** Closes captures of which nothing came since `before`, by the clock of `now`, and returns their ids. Milliseconds. */
  expire(now: number, before: number): string[] {
    return this.#dissector.expire(now, before);
  }

  /** No packet comes any more: what is open is closed. */
  end(): void {
    this.#dissector.end();
    this.#assembler.flush();
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
