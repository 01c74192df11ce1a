import type { Exchange, HttpMessage, Nanoseconds } from '../../model/exchange.ts';
import { skipBody, storeBody } from '../http/body.ts';
import { type BodyWatcher, type WatchedProtocol, watchedProtocol } from '../http/body-watcher.ts';
import { addProblem, newMessage, unknownHead } from '../http/exchange.ts';
import { gapText } from '../http/gap-text.ts';
import type { DecodeContext } from '../stream-decoder.ts';
import { WebSocketCounter } from '../websocket/counter.ts';
import type { HeaderBlock } from './message-head.ts';

/** 0: the request, 1: the answer. */
export type Side = 0 | 1;

const GRPC = watchedProtocol('application/grpc')!;
const WEB_SOCKET: WatchedProtocol = { protocol: 'WebSocket', watch: () => new WebSocketCounter() };
const MAX_INFORMATIONAL = 32;

/** One HTTP/2 stream: the exchange that it carries and how far both of its sides are. RFC 9113 section 8.1. */
export class Stream {
  readonly exchange: Exchange;
  readonly ended: [boolean, boolean] = [false, false];
  private readonly context: DecodeContext;
  private readonly messages: [HttpMessage | null, HttpMessage | null] = [null, null];
  private readonly watchers: [BodyWatcher | null, BodyWatcher | null] = [null, null];
  /** Bytes of the side's body were lost. */
  private readonly lossy: [boolean, boolean] = [false, false];

  /** `exchange` is open at the sink already. */
  constructor(context: DecodeContext, exchange: Exchange) {
    this.context = context;
    this.exchange = exchange;
    this.messages[0] = exchange.request?.kind === 'http' ? exchange.request : null;
  }

  /** A header section, informational answer or trailer section. */
  headers(side: Side, block: HeaderBlock, began: Nanoseconds, time: Nanoseconds, endStream: boolean): void {
    const known = this.messages[side];
    if (block.hasUnknown)
      this.note('http2.headers.unknown', 'Some header fields refer to a table from before the capture.');
    if (block.hasGrpcStatus && this.exchange.protocol === 'HTTP/2') this.recognise(GRPC);
    if (known !== null || this.isTrailers(block, endStream)) {
      const message = known ?? this.messageWithoutHead(side, began);
      message.trailers = message.trailers.length === 0 ? block.headers : [...message.trailers, ...block.headers];
      message.endTime = time;
    } else if (side === 1 && block.status >= 100 && block.status < 200) {
      this.informational(block, began, time);
    } else {
      this.begin(side, block, began, time);
    }
  }

  /** Headers of a promised request, which has no body. RFC 9113 section 8.4. */
  promised(block: HeaderBlock, began: Nanoseconds, time: Nanoseconds): void {
    this.begin(0, block, began, time);
    this.end(0, time);
  }

  data(side: Side, bytes: Uint8Array, time: Nanoseconds): void {
    const message = this.messages[side] ?? this.messageWithoutHead(side, time);
    storeBody(message.body, this.context.store, bytes, time);
    message.endTime = time;
    const watcher = this.watchers[side];
    if (watcher === null) return;
    watcher.push(bytes);
    if (this.exchange.protocol !== 'HTTP/2') this.exchange.messageCount[side] = watcher.count;
  }

  lost(side: Side, length: number, time: Nanoseconds): void {
    const message = this.messages[side] ?? this.messageWithoutHead(side, time);
    skipBody(message.body, length, time);
    this.watchers[side]?.skip(length);
    this.lossy[side] = true;
    const text = gapText(length, `in the ${side === 0 ? 'request' : 'answer'}'s body`);
    addProblem(this.exchange.problems, 'warning', 'tcp.gap', text);
  }

  /** END_STREAM came on this side. */
  end(side: Side, time: Nanoseconds): void {
    this.ended[side] = true;
    const message = this.messages[side];
    if (message === null) return;
    message.endTime = time;
    message.complete = !this.lossy[side];
    const watcher = this.watchers[side];
    watcher?.end?.();
    if (watcher && this.exchange.protocol !== 'HTTP/2') this.exchange.messageCount[side] = watcher.count;
    const trailers = watcher?.trailers;
    if (trailers !== undefined && trailers.length > 0) message.trailers = [...message.trailers, ...trailers];
  }

  private begin(side: Side, block: HeaderBlock, began: Nanoseconds, time: Nanoseconds): void {
    const message = newMessage(block, began, time);
    this.messages[side] = message;
    if (side === 0) this.exchange.request = message;
    else this.exchange.answer = message;
    if (block.protocol === 'websocket') this.recognise(WEB_SOCKET);
    const watched = block.contentType === '' ? null : watchedProtocol(block.contentType);
    if (watched !== null) this.recognise(watched);
    if (this.watchers[side] !== null) return;
    if (this.exchange.protocol === 'WebSocket') this.watchers[side] = WEB_SOCKET.watch(message, this.context);
    else if (watched !== null) this.watchers[side] = watched.watch(message, this.context);
    // The content type may be among the fields that are not known: counts as gRPC until the stream shows what it is.
    else if (block.hasUnknown && block.contentType === '') this.watchers[side] = GRPC.watch(message, this.context);
  }

  /** The exchange turns out to be of this protocol: what was counted so far counts. */
  private recognise(watched: WatchedProtocol): void {
    if (this.exchange.protocol !== 'HTTP/2') return;
    this.exchange.protocol = watched.protocol;
    for (const side of [0, 1] as const) this.exchange.messageCount[side] = this.watchers[side]?.count ?? 0;
  }

  private isTrailers(block: HeaderBlock, endStream: boolean): boolean {
    // A section without pseudo-header fields cannot begin a message: its own header section was before the capture.
    return endStream && block.kind === '' && !block.beginsUnknown && block.headers.length > 0;
  }

  private messageWithoutHead(side: Side, time: Nanoseconds): HttpMessage {
    const message = newMessage(unknownHead('2'), time, time);
    this.messages[side] = message;
    if (side === 0) this.exchange.request = message;
    else this.exchange.answer = message;
    const text = `The header section of the ${side === 0 ? 'request' : 'answer'} is not in the capture.`;
    this.note('http2.headers.missing', text);
    return message;
  }

  private informational(block: HeaderBlock, began: Nanoseconds, time: Nanoseconds): void {
    if (this.exchange.informational.length >= MAX_INFORMATIONAL) return;
    const answer = newMessage(block, began, time);
    answer.complete = true;
    this.exchange.informational.push(answer);
  }

  private note(code: string, text: string): void {
    if (this.exchange.problems.some((problem) => problem.code === code)) return;
    addProblem(this.exchange.problems, 'note', code, text);
  }
}
