import { u24be, u32be } from '../../bytes/integers.ts';
import type { DiameterMessage, Direction, Exchange, ExchangeState, Nanoseconds } from '../../model/exchange.ts';
import type { Problem, Severity } from '../../model/problem.ts';
import type { DecodeContext, EndReason, StreamDecoder } from '../stream-decoder.ts';
import { DiameterFramer, type FramedMessage } from './framer.ts';
import { FLAG_REQUEST, FLAG_RETRANSMITTED, FLAGS_RESERVED } from './header.ts';
import { RequestTable } from './pairing.ts';
import { SummaryReader } from './summary.ts';

/**
 * Decodes one Diameter connection: messages out of both directions, requests paired with answers. Either side may send
 * requests. The bytes of each message go to the store whole, for the tree of AVPs to be made when somebody looks.
 */
export class DiameterDecoder implements StreamDecoder {
  readonly #context: DecodeContext;
  readonly #framers: readonly [DiameterFramer, DiameterFramer];
  readonly #summaries: readonly [SummaryReader, SummaryReader] = [new SummaryReader(), new SummaryReader()];
  readonly #requests: RequestTable;
  readonly #ended: [boolean, boolean] = [false, false];
  #endState: ExchangeState = 'unanswered';

  constructor(context: DecodeContext) {
    this.#context = context;
    const events = {
      message: (message: FramedMessage) => this.#message(message),
      skipped: (direction: Direction, offset: number, count: number) => this.#skipped(direction, offset, count),
    };
    const synchronised = !context.startsInTheMiddle;
    this.#framers = [new DiameterFramer(0, synchronised, events), new DiameterFramer(1, synchronised, events)];
    this.#requests = new RequestTable((exchange) => this.#close(exchange, this.#endState));
  }

  data(direction: Direction, bytes: Uint8Array, time: Nanoseconds): void {
    this.#framers[direction].data(bytes, time);
  }

  gap(direction: Direction, length: number, time: Nanoseconds): void {
    this.#framers[direction].gap(length, time);
  }

  end(direction: Direction, reason: EndReason, time: Nanoseconds): void {
    if (this.#ended[direction]) return;
    this.#ended[direction] = true;
    this.#framers[direction].end(time);
    if (reason === 'reset') this.#endState = 'reset';
    // No answer comes out of this direction any more; a reset ends both.
    this.#requests.clear(direction === 0 ? 1 : 0);
    if (reason === 'reset') this.#requests.clear(direction);
  }

  #message(framed: FramedMessage): void {
    const problems: Problem[] = [];
    const message = this.#read(framed, problems);
    if ((message.flags & FLAG_REQUEST) !== 0) this.#request(framed.direction, message, problems);
    else this.#answer(framed.direction, message, problems);
  }

  #request(direction: Direction, request: DiameterMessage, problems: Problem[]): void {
    const earlier = this.#requests.peek(direction, request.hopByHopId);
    if ((request.flags & FLAG_RETRANSMITTED) !== 0)
      problems.push(
        problem('note', 'diameter.retransmitted', 'The sender marked this request as possibly sent before (T flag).'),
      );
    if (earlier !== undefined)
      earlier.problems.push(
        problem(
          'warning',
          'diameter.repeated',
          'Another request with the same Hop-by-Hop Identifier followed before an answer came.',
        ),
      );
    const exchange = this.#open(direction, request, null, problems);
    if (this.#ended[direction === 0 ? 1 : 0]) this.#close(exchange, this.#endState);
    else this.#requests.add(direction, request.hopByHopId, exchange);
  }

  #answer(direction: Direction, answer: DiameterMessage, problems: Problem[]): void {
    const requestDirection = direction === 0 ? 1 : 0;
    const exchange = this.#requests.take(requestDirection, answer.hopByHopId, answer.commandCode);
    if (exchange === undefined) {
      problems.push(
        problem(
          'note',
          'diameter.answer.unmatched',
          'No request with this Hop-by-Hop Identifier was waiting for an answer.',
        ),
      );
      this.#close(this.#open(requestDirection, null, answer, problems), 'complete');
      return;
    }
    exchange.answer = answer;
    exchange.problems.push(...problems);
    this.#close(exchange, 'complete');
  }

  #open(
    requestDirection: Direction,
    request: DiameterMessage | null,
    answer: DiameterMessage | null,
    problems: Problem[],
  ): Exchange {
    const exchange: Exchange = {
      number: this.#context.nextExchangeNumber(),
      protocol: 'Diameter',
      conversation: this.#context.conversation,
      streamId: 0,
      requestDirection,
      request,
      answer,
      informational: [],
      messageCount: [0, 0],
      state: 'open',
      problems,
    };
    this.#context.sink.open(exchange);
    return exchange;
  }

  #close(exchange: Exchange, state: ExchangeState): void {
    exchange.state = state;
    this.#context.sink.close(exchange);
  }

  #read(framed: FramedMessage, problems: Problem[]): DiameterMessage {
    const { bytes, start, end, length } = framed;
    const flags = bytes[start + 4]!;
    const stored = end - start;
    const summary = this.#summaries[framed.direction].read(bytes, start, end);
    if ((flags & FLAGS_RESERVED) !== 0)
      problems.push(problem('warning', 'diameter.flags.reserved', 'Reserved bits of the command flags are set.'));
    if (stored < length)
      problems.push(
        problem('warning', 'diameter.cut', `${length - stored} of ${length} bytes of this message were not captured.`),
      );
    else if (length % 4 !== 0)
      problems.push(problem('warning', 'diameter.length', `The message length ${length} is not a multiple of 4.`));
    else if (summary.broken)
      problems.push(problem('error', 'diameter.avp.length', 'An AVP of this message has an impossible length.'));
    return {
      kind: 'diameter',
      startTime: framed.first,
      endTime: framed.last,
      commandCode: u24be(bytes, start + 5),
      flags,
      applicationId: u32be(bytes, start + 8),
      hopByHopId: u32be(bytes, start + 12),
      endToEndId: u32be(bytes, start + 16),
      sessionId: summary.sessionId,
      resultCode: summary.resultCode,
      experimentalVendorId: summary.experimentalVendorId,
      originHost: summary.originHost,
      originRealm: summary.originRealm,
      destinationHost: summary.destinationHost,
      destinationRealm: summary.destinationRealm,
      ccRequestType: summary.ccRequestType,
      body: {
        chunks: [{ time: framed.last, offset: this.#context.store.append(bytes.subarray(start, end)), length: stored }],
        stored,
        length,
      },
      complete: stored === length,
    };
  }

  #skipped(direction: Direction, offset: number, count: number): void {
    this.#context.problem({
      severity: 'warning',
      code: 'diameter.skipped',
      text: `${count} bytes ${direction === 0 ? 'to' : 'from'} the server belong to no Diameter message.`,
      range: [offset, count],
    });
  }
}

function problem(severity: Severity, code: string, text: string): Problem {
  return { severity, code, text };
}
