import { joinBytes } from '../../bytes/join.ts';
import type { EndReason } from '../../decode/stream-decoder.ts';
import type { Endpoint } from '../../model/endpoint.ts';
import type { Nanoseconds } from '../../model/exchange.ts';
import type { DataChunk } from '../../packet/sctp/chunks.ts';
import type { MemoryBudget } from '../memory-budget.ts';
import type { ConversationHost, ConversationReceiver, Side } from '../transport.ts';
import { MessageReassembly, type Piece } from './message-reassembly.ts';

/** Payload protocol identifiers of Diameter, in clear and under DTLS (RFC 6733 section 2.1), and 0 of stacks that set none. */
const DIAMETER = 46;
const handedOver: ReadonlySet<number> = new Set([DIAMETER, 47, 0]);

/** One association: who its ends are, and what they sent. A conversation is opened for it when the first message is there. */
export class SctpAssociation {
  readonly #host: ConversationHost;
  readonly #ends: readonly [Endpoint, Endpoint];
  readonly #interfaceName: string;
  readonly stream: number;
  readonly #reassembly: readonly [MessageReassembly, MessageReassembly];
  /** Verification tags in packets that side 0 and side 1 sent; 0 while unknown. */
  readonly tags: [number, number] = [0, 0];
  /** Who sent INIT; null when that was not captured. */
  client: Side | null = null;
  #receiver: ConversationReceiver | null = null;
  #protocolName = '';
  #time: Nanoseconds = 0n;

  constructor(
    host: ConversationHost,
    memory: MemoryBudget,
    ends: readonly [Endpoint, Endpoint],
    interfaceName: string,
  ) {
    this.#host = host;
    this.#ends = ends;
    this.#interfaceName = interfaceName;
    this.stream = host.nextStream();
    this.#reassembly = [
      new MessageReassembly(memory, (pieces, whole) => this.#message(0, pieces, whole)),
      new MessageReassembly(memory, (pieces, whole) => this.#message(1, pieces, whole)),
    ];
  }

  /** Takes a DATA or I-DATA chunk that `side` sent. */
  data(side: Side, chunk: DataChunk, time: Nanoseconds): void {
    if (chunk.payloadProtocol !== null && !handedOver.has(chunk.payloadProtocol)) return;
    this.#time = time;
    this.#reassembly[side].add(chunk);
  }

  end(reason: EndReason, time: Nanoseconds): void {
    this.#time = time;
    for (const reassembly of this.#reassembly) reassembly.end();
    this.#receiver?.end(0, reason, time);
    this.#receiver?.end(1, reason, time);
  }

  #message(side: Side, pieces: readonly Piece[], whole: boolean): void {
    const { payloadProtocol } = pieces[0]!;
    // Of a message whose first piece was lost nobody knows the protocol, unless all before it were Diameter.
    if (payloadProtocol === null ? this.#protocolName === '' : !handedOver.has(payloadProtocol)) return;
    if (payloadProtocol === DIAMETER) this.#protocolName = 'diameter';
    this.#receiver ??= this.#host.open({
      stream: this.stream,
      transport: 'sctp',
      ends: this.#ends,
      interfaceName: this.#interfaceName,
      client: this.client,
      startsInTheMiddle: this.client === null,
      protocolName: this.#protocolName,
    });
    if (pieces.every((piece) => piece.missing === 0)) {
      this.#receiver.data(
        side,
        pieces.length === 1 ? pieces[0]!.data : joinBytes(pieces.map(({ data }) => data)),
        this.#time,
      );
    } else {
      for (const { data, missing } of pieces) {
        this.#receiver.data(side, data, this.#time);
        if (missing > 0) this.#receiver.gap(side, missing, this.#time);
      }
    }
    if (!whole) this.#receiver.gap(side, 0, this.#time);
  }
}
