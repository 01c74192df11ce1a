import type { Direction, ExchangeState, Header, HttpMessage, Nanoseconds } from '../../model/exchange.ts';
import type { Problem } from '../../model/problem.ts';
import { skipBody, storeBody } from '../http/body.ts';
import { type BodyWatcher, watchedProtocol } from '../http/body-watcher.ts';
import { addProblem, newExchange, newMessage } from '../http/exchange.ts';
import { finishExchange, isCut } from '../http/finish.ts';
import { gapText } from '../http/gap-text.ts';
import { Http2Decoder } from '../http2/decoder.ts';
import type { DecodeContext, EndReason, StreamDecoder } from '../stream-decoder.ts';
import { WebSocketCounter } from '../websocket/counter.ts';
import { answerFraming, requestFraming } from './framing.ts';
import type { HeaderSection } from './header-section.ts';
import type { Framing, HeadTimes, MessageEnd, MessageListener } from './message-listener.ts';
import { MessageReader } from './message-reader.ts';
import type { RequestLine, StatusLine } from './start-line.ts';
import { type Call, WaitingCalls } from './waiting-calls.ts';

/** The message that a direction is in. */
interface Current {
  readonly call: Call;
  readonly side: 'request' | 'answer' | 'informational';
  readonly message: HttpMessage;
  watcher: BodyWatcher | null;
}

const NOTHING = new Uint8Array(0);
const NO_CALLS: readonly Call[] = [];
const TUNNEL: Framing = { kind: 'close' };
const MAX_INFORMATIONAL = 32;

/** HTTP/1.0 and HTTP/1.1 (RFC 9110, RFC 9112): reads both directions and matches the answers with the requests in order. */
export class Http1Decoder implements StreamDecoder, MessageListener {
  private readonly context: DecodeContext;
  private readonly readers: readonly [MessageReader, MessageReader];
  private readonly current: [Current | null, Current | null] = [null, null];
  private readonly waiting = new WaitingCalls();
  private readonly directionEnded: [boolean, boolean] = [false, false];
  /** How the connection is coming to its end, while it does. */
  private ending: EndReason | null = null;
  /** Which way requests go, once a message has told. */
  private requestDirection: Direction | null = null;
  /** A call that goes on as HTTP/2. */
  private upgraded: Call | null = null;

  constructor(context: DecodeContext) {
    this.context = context;
    const middle = context.startsInTheMiddle;
    this.readers = [new MessageReader(0, this, middle), new MessageReader(1, this, middle)];
  }

  data(direction: Direction, bytes: Uint8Array, time: Nanoseconds): void {
    const rest = this.readers[direction].data(bytes, time);
    if (this.upgraded !== null) this.handOver(this.upgraded, direction, rest ?? NOTHING, time);
  }

  gap(direction: Direction, length: number, time: Nanoseconds): void {
    const reader = this.readers[direction];
    const isBetween = this.current[direction] === null && !reader.isInCutMessage;
    const mayHideMessages = reader.gap(length, time);
    if (mayHideMessages) this.waiting.bytesLost(direction === this.requestDirection ? 'requests' : 'answers');
    if (isBetween && !reader.isInCutMessage) {
      const text = gapText(length, 'between messages');
      this.context.problem({ severity: 'warning', code: 'tcp.gap', text });
    }
  }

  end(direction: Direction, reason: EndReason, time: Nanoseconds): void {
    if (this.directionEnded[direction]) return;
    this.directionEnded[direction] = true;
    this.ending = reason;
    this.readers[direction].end(reason, time);
    if (reason === 'reset') this.end(other(direction), reason, time);
    if (this.directionEnded[0] && this.directionEnded[1]) this.closeAll(reason);
  }

  head(direction: Direction, line: RequestLine | StatusLine, section: HeaderSection, times: HeadTimes): Framing {
    this.requestDirection = line.kind === 'request' ? direction : other(direction);
    return line.kind === 'request'
      ? this.requestHead(direction, line, section, times)
      : this.answerHead(direction, line, section, times);
  }

  body(direction: Direction, bytes: Uint8Array, time: Nanoseconds): void {
    const current = this.current[direction];
    if (current === null) return;
    const { message, watcher, call } = current;
    storeBody(message.body, this.context.store, bytes, time);
    message.endTime = time;
    if (watcher !== null) {
      watcher.push(bytes);
      call.exchange.messageCount[current.side === 'request' ? 0 : 1] = watcher.count;
    }
    this.context.sink.change(call.exchange);
  }

  lost(direction: Direction, length: number, time: Nanoseconds): void {
    const current = this.current[direction];
    if (current === null) return;
    skipBody(current.message.body, length, time);
    current.watcher?.skip(length);
    addProblem(current.call.exchange.problems, 'warning', 'tcp.gap', gapText(length, `in the ${current.side}'s body`));
  }

  trailers(direction: Direction, headers: Header[]): void {
    const current = this.current[direction];
    if (current !== null) current.message.trailers = headers;
  }

  messageEnded(direction: Direction, end: MessageEnd, time: Nanoseconds): void {
    const current = this.current[direction];
    if (current === null) return;
    this.current[direction] = null;
    const { call, side, message, watcher } = current;
    message.endTime = time;
    message.complete = end === 'complete' && message.body.chunks.every((chunk) => chunk.lostBefore === undefined);
    if (side === 'informational') return;
    if (watcher !== null) {
      watcher.end?.();
      call.exchange.messageCount[side === 'request' ? 0 : 1] = watcher.count;
      if (watcher.trailers !== undefined) message.trailers.push(...watcher.trailers);
    }
    if (end === 'incomplete' && !isCut(this.context, side)) {
      addProblem(
        call.exchange.problems,
        'warning',
        'http.body.incomplete',
        `The ${side} ended before its body was complete.`,
      );
    }
    if (side === 'request') call.requestEnded = true;
    else call.answerEnded = true;
    if (call.requestEnded && call.answerEnded) {
      const brokenOff = side === 'answer' && end !== 'complete' && this.ending !== null && !isCut(this.context, side);
      this.close(call, brokenOff ? stateAfter(this.ending!) : 'complete');
    } else this.context.sink.change(call.exchange);
  }

  problem(direction: Direction, problem: Problem): void {
    const current = this.current[direction];
    if (current === null) this.context.problem(problem);
    else addProblem(current.call.exchange.problems, problem.severity, problem.code, problem.text);
  }

  private requestHead(direction: Direction, line: RequestLine, section: HeaderSection, times: HeadTimes): Framing {
    const protocol = line.version === '1.0' ? 'HTTP/1.0' : 'HTTP/1.1';
    const exchange = newExchange(this.context, protocol, 0, direction);
    if (section.problems.length > 0) exchange.problems.push(...section.problems);
    const { method, target, version } = line;
    const { host: authority, headers } = section;
    const head = { version, method, target, scheme: '', authority, status: 0, reason: '', headers };
    const request = newMessage(head, times.start, times.end);
    exchange.request = request;
    const call: Call = { exchange, request, requestEnded: false, answerEnded: false };
    this.begin(direction, { call, side: 'request', message: request, watcher: null }, section);
    this.context.sink.open(exchange);
    const given = this.waiting.add(call);
    if (given !== null) this.close(given, 'unanswered');
    return requestFraming(section, exchange.problems);
  }

  private answerHead(direction: Direction, line: StatusLine, section: HeaderSection, times: HeadTimes): Framing {
    const { version, status, reason } = line;
    const { headers } = section;
    const head = { version, method: '', target: '', scheme: '', authority: '', status, reason, headers };
    const answer = newMessage(head, times.start, times.end);
    if (status >= 100 && status < 200 && status !== 101) return this.informationalHead(direction, answer, times);
    const call =
      this.waiting.take(times.start, (lost) => this.close(lost, 'unanswered')) ??
      this.callWithoutRequest(direction, line);
    const { exchange } = call;
    if (section.problems.length > 0) exchange.problems.push(...section.problems);
    if (status === 101 && /^h2c$/i.test(section.upgrade) && exchange.request !== null) {
      exchange.informational.push(answer);
      answer.complete = true;
      this.upgraded = call;
      return { kind: 'stop' };
    }
    exchange.answer = answer;
    const current: Current = { call, side: 'answer', message: answer, watcher: null };
    this.begin(direction, current, section);
    this.context.sink.change(exchange);
    const method = call.request?.method ?? '';
    if (status === 101) return this.openTunnel(call, current, direction, section.upgrade);
    if (method === 'CONNECT' && status >= 200 && status < 300) return this.openTunnel(call, current, direction, '');
    return answerFraming(section, method, status, exchange.problems);
  }

  /** RFC 9110 section 15.2. */
  private informationalHead(direction: Direction, answer: HttpMessage, times: HeadTimes): Framing {
    const call = this.waiting.first;
    answer.complete = true;
    answer.endTime = times.end;
    if (call !== null && call.exchange.informational.length < MAX_INFORMATIONAL) {
      call.exchange.informational.push(answer);
      this.current[direction] = { call, side: 'informational', message: answer, watcher: null };
      this.context.sink.change(call.exchange);
    }
    return { kind: 'none' };
  }

  private callWithoutRequest(direction: Direction, line: StatusLine): Call {
    const protocol = line.version === '1.0' ? 'HTTP/1.0' : 'HTTP/1.1';
    const exchange = newExchange(this.context, protocol, 0, other(direction));
    addProblem(exchange.problems, 'note', 'http.request.missing', 'The request to this answer is not in the capture.');
    const call: Call = { exchange, request: null, requestEnded: true, answerEnded: false };
    this.context.sink.open(exchange);
    return call;
  }

  private begin(direction: Direction, current: Current, section: HeaderSection): void {
    const watched = section.contentType === '' ? null : watchedProtocol(section.contentType);
    if (watched !== null) {
      current.watcher = watched.watch(current.message, this.context);
      current.call.exchange.protocol = watched.protocol;
    }
    this.current[direction] = current;
  }

  /** After 101 (RFC 9110 section 7.8) or CONNECT, what follows in both directions belongs to this exchange. */
  private openTunnel(call: Call, answer: Current, direction: Direction, upgrade: string): Framing {
    const requestSide = other(direction);
    const webSocket = /^websocket$/i.test(upgrade);
    if (webSocket) {
      call.exchange.protocol = 'WebSocket';
      answer.watcher = new WebSocketCounter();
    }
    if (call.request !== null) {
      const watcher = webSocket ? new WebSocketCounter() : null;
      call.requestEnded = false;
      this.current[requestSide] = { call, side: 'request', message: call.request, watcher };
    }
    this.readers[requestSide].openTunnel();
    return TUNNEL;
  }

  /** h2c (RFC 7540 section 3.2): the request becomes stream 1, its answer comes there. */
  private handOver(call: Call, direction: Direction, rest: Uint8Array, time: Nanoseconds): void {
    this.upgraded = null;
    const clientDirection = other(direction);
    const early = this.readers[clientDirection].stop();
    const http2 = Http2Decoder.afterUpgrade(this.context, call.exchange, clientDirection);
    this.context.become(http2);
    http2.data(clientDirection, early, time);
    http2.data(direction, rest, time);
  }

  private closeAll(reason: EndReason): void {
    for (const call of this.openCalls()) {
      this.close(call, call.answerEnded && reason !== 'reset' ? 'complete' : stateAfter(reason));
    }
  }

  /** Calls that are not closed at the sink, oldest first: those that wait for their answer, and those that a message is read of. */
  private openCalls(): readonly Call[] {
    const [current0, current1] = this.current;
    // As most conversations end.
    if (current0 === null && current1 === null && this.waiting.first === null) return NO_CALLS;
    const open = new Set(this.waiting.all);
    if (current0 !== null) open.add(current0.call);
    if (current1 !== null) open.add(current1.call);
    return [...open].sort((a, b) => a.exchange.number - b.exchange.number);
  }

  private close(call: Call, state: ExchangeState): void {
    if (this.current[0]?.call === call) this.current[0] = null;
    if (this.current[1]?.call === call) this.current[1] = null;
    finishExchange(this.context, call.exchange, state);
  }
}

/** What becomes of an exchange that the end of its connection breaks off. */
function stateAfter(reason: EndReason): ExchangeState {
  return reason === 'reset' ? 'reset' : 'unanswered';
}

function other(direction: Direction): Direction {
  return direction === 0 ? 1 : 0;
}
