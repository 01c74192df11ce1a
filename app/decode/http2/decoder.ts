import type { Direction, Exchange, Header, Nanoseconds } from '../../model/exchange.ts';
import type { Problem } from '../../model/problem.ts';
import { addProblem, newExchange } from '../http/exchange.ts';
import { finishExchange } from '../http/finish.ts';
import type { DecodeContext, EndReason, StreamDecoder } from '../stream-decoder.ts';
import { CANCEL, errorCodeName, NO_ERROR } from './error-code.ts';
import { FLAG_END_HEADERS, FLAG_END_STREAM, FLAG_PADDED, FLAG_PRIORITY, type FrameHeader, FrameType } from './frame.ts';
import { type DataRun, type FrameListener, FrameReader, type ReceivedFrame } from './frame-reader.ts';
import { HeaderBlockBuffer } from './header-block-buffer.ts';
import { HpackDecoder } from './hpack-decoder.ts';
import { type HeaderBlock, readHeaderBlock } from './message-head.ts';
import { RecentSet } from './recent-set.ts';
import { type Side, Stream } from './stream.ts';

/** Streams open at a time; the oldest gives way. Peers allow some hundreds. */
const MAX_STREAMS = 10_000;

/** Everything that is kept of one direction. */
interface DirectionState {
  readonly reader: FrameReader;
  hpack: HpackDecoder;
  readonly block: HeaderBlockBuffer;
  /** A header block was decoded. */
  used: boolean;
  ended: boolean;
}

/** HTTP/2 (RFC 9113) with HPACK (RFC 7541), from the preface or from anywhere in a connection. */
export class Http2Decoder implements StreamDecoder, FrameListener {
  private readonly context: DecodeContext;
  private readonly directions: readonly [DirectionState, DirectionState];
  private readonly streams = new Map<number, Stream>();
  private readonly closed = new RecentSet(1024);
  /** Who opened the connection, and whether that was seen or is assumed. */
  private clientDirection: Direction = 0;
  private clientKnown = false;
  /** Frames may be missing: a stream that was never seen is no fault. */
  private incomplete: boolean;
  /** Highest stream of the client (odd) and of the server (even), by `streamId % 2`. */
  private readonly highestStream: [number, number] = [0, 0];

  constructor(context: DecodeContext) {
    this.context = context;
    this.incomplete = context.startsInTheMiddle;
    this.directions = [this.newDirection(0), this.newDirection(1)];
  }

  /** The decoder of a connection that was upgraded from HTTP/1.1: `exchange` goes on as stream 1. RFC 7540 section 3.2. */
  static afterUpgrade(context: DecodeContext, exchange: Exchange, clientDirection: Direction): Http2Decoder {
    const decoder = new Http2Decoder({ ...context, startsInTheMiddle: false });
    exchange.streamId = 1;
    exchange.protocol = 'HTTP/2';
    const stream = new Stream(context, exchange);
    stream.ended[0] = true;
    decoder.streams.set(1, stream);
    decoder.highestStream[1] = 1;
    decoder.clientDirection = clientDirection;
    decoder.clientKnown = true;
    return decoder;
  }

  data(direction: Direction, bytes: Uint8Array, time: Nanoseconds): void {
    this.directions[direction].reader.data(bytes, time);
  }

  gap(direction: Direction, length: number, time: Nanoseconds): void {
    this.directions[direction].reader.gap(length, time);
  }

  end(direction: Direction, reason: EndReason, time: Nanoseconds): void {
    const state = this.directions[direction];
    if (state.ended) return;
    state.reader.end(time);
    state.ended = true;
    if (reason === 'reset') this.end(direction === 0 ? 1 : 0, reason, time);
    if (!this.directions[0].ended || !this.directions[1].ended) return;
    for (const stream of this.streams.values()) this.finish(stream, reason);
    this.streams.clear();
  }

  frame(direction: Direction, frame: ReceivedFrame): void {
    const { header } = frame;
    const { block } = this.directions[direction];
    if (block.isOpen && (header.type !== FrameType.CONTINUATION || header.streamId !== block.streamId)) {
      this.blockBroken(direction, 'A header block was interrupted by another frame.');
    }
    switch (header.type) {
      case FrameType.HEADERS:
      case FrameType.PUSH_PROMISE:
        this.beginBlock(direction, frame);
        return;
      case FrameType.CONTINUATION:
        this.continueBlock(direction, frame);
        return;
      case FrameType.RST_STREAM:
        this.resetStream(direction, header.streamId, u32(frame.bytes, frame.start), frame.time);
        return;
      case FrameType.GOAWAY:
        this.goAway(direction, u32(frame.bytes, frame.start) & 0x7fffffff, u32(frame.bytes, frame.start + 4));
        return;
    }
  }

  dataFrame(direction: Direction, header: FrameHeader, run: DataRun, time: Nanoseconds): void {
    const stream = this.streamOf(header.streamId);
    if (stream === null) return;
    const side = this.sideOf(direction);
    if (run.bytes.length > 0) stream.data(side, run.bytes, time);
    if (run.last && (header.flags & FLAG_END_STREAM) !== 0) this.endSide(header.streamId, stream, side, time);
    else if (run.bytes.length > 0) this.context.sink.change(stream.exchange);
  }

  dataLost(direction: Direction, header: FrameHeader, length: number, last: boolean, time: Nanoseconds): void {
    const stream = this.streamOf(header.streamId);
    if (stream === null) return;
    const side = this.sideOf(direction);
    if (length > 0) stream.lost(side, length, time);
    if (last && (header.flags & FLAG_END_STREAM) !== 0) this.endSide(header.streamId, stream, side, time);
  }

  framesLost(direction: Direction): void {
    const state = this.directions[direction];
    state.hpack.table.damage();
    state.block.clear();
    this.incomplete = true;
    const text = 'Frames are missing from the capture: header fields that refer to them are shown as unknown.';
    this.context.problem({ severity: 'warning', code: 'http2.frames.lost', text });
  }

  preface(direction: Direction): void {
    this.clientDirection = direction;
    this.clientKnown = true;
    // The connection is seen from its beginning after all.
    for (const state of this.directions) if (!state.used) state.hpack = new HpackDecoder(false);
  }

  problem(_direction: Direction, problem: Problem): void {
    this.context.problem(problem);
  }

  private newDirection(direction: Direction): DirectionState {
    const middle = this.context.startsInTheMiddle;
    return {
      reader: new FrameReader(direction, this, middle),
      hpack: new HpackDecoder(middle),
      block: new HeaderBlockBuffer(),
      used: false,
      ended: false,
    };
  }

  private sideOf(direction: Direction): Side {
    return direction === this.clientDirection ? 0 : 1;
  }

  private beginBlock(direction: Direction, frame: ReceivedFrame): void {
    const { header, bytes } = frame;
    let { start, end } = frame;
    if ((header.flags & FLAG_PADDED) !== 0 && start < end) end -= bytes[start++]!;
    let promisedStream = 0;
    if (header.type === FrameType.PUSH_PROMISE) {
      promisedStream = u32(bytes, start) & 0x7fffffff;
      start += 4;
    } else if ((header.flags & FLAG_PRIORITY) !== 0) start += 5;
    if (start > end) {
      this.blockBroken(direction, 'The padding of a header block is longer than the frame.');
      return;
    }
    if ((header.flags & FLAG_END_HEADERS) !== 0) {
      const begun = { header, promisedStream, began: frame.began };
      this.decodeBlock(direction, begun, bytes, start, end, frame.time);
    } else {
      this.directions[direction].block.open(header, promisedStream, frame.began, bytes.subarray(start, end));
    }
  }

  private continueBlock(direction: Direction, frame: ReceivedFrame): void {
    const { block } = this.directions[direction];
    if (!block.isOpen) {
      this.blockBroken(direction, 'A CONTINUATION frame does not continue a header block.');
      return;
    }
    if (!block.append(frame.bytes.subarray(frame.start, frame.end))) {
      this.blockBroken(direction, 'A header block is longer than any server would accept, and was skipped.');
      return;
    }
    if ((frame.header.flags & FLAG_END_HEADERS) === 0) return;
    const { begun, bytes } = block.take();
    this.decodeBlock(direction, begun, bytes, 0, bytes.length, frame.time);
  }

  private blockBroken(direction: Direction, text: string): void {
    const state = this.directions[direction];
    state.block.clear();
    // What the block would have inserted into the table is not known.
    state.hpack.table.damage();
    if (!this.incomplete) this.context.problem({ severity: 'error', code: 'http2.header_block', text });
    this.incomplete = true;
  }

  private decodeBlock(
    direction: Direction,
    begun: { readonly header: FrameHeader; readonly promisedStream: number; readonly began: Nanoseconds },
    bytes: Uint8Array,
    start: number,
    end: number,
    time: Nanoseconds,
  ): void {
    const state = this.directions[direction];
    const headers: Header[] = [];
    state.used = true;
    const wellFormed = state.hpack.decode(bytes, start, end, headers);
    const block = readHeaderBlock(headers);
    this.learnClient(direction, begun.header.streamId, block);
    const streamId = begun.promisedStream === 0 ? begun.header.streamId : begun.promisedStream;
    const stream = this.streamOf(streamId);
    if (stream === null) return;
    if (!wellFormed) {
      const text = 'A header block is not well-formed HPACK: the fields after the fault are missing.';
      addProblem(stream.exchange.problems, 'error', 'http2.hpack', text);
    }
    if (begun.promisedStream !== 0) {
      stream.promised(block, begun.began, time);
      this.context.sink.change(stream.exchange);
      return;
    }
    const side = this.sideOf(direction);
    const endStream = (begun.header.flags & FLAG_END_STREAM) !== 0;
    stream.headers(side, block, begun.began, time, endStream);
    if (endStream) this.endSide(streamId, stream, side, time);
    else this.context.sink.change(stream.exchange);
  }

  /** In the middle of a connection, the first pseudo-header fields tell who is the client. */
  private learnClient(direction: Direction, streamId: number, block: HeaderBlock): void {
    if (this.clientKnown || block.kind === '' || streamId % 2 === 0) return;
    this.clientKnown = true;
    this.clientDirection = (block.kind === 'request') === (direction === 0) ? 0 : 1;
  }

  /** The stream, made when it was not seen before; null when it is over. */
  private streamOf(streamId: number): Stream | null {
    const known = this.streams.get(streamId);
    if (known !== undefined) return known;
    if (this.closed.has(streamId)) return null;
    const opener = streamId % 2 === 0 ? 0 : 1;
    if (streamId > this.highestStream[opener]) this.highestStream[opener] = streamId;
    // Streams begin in the order of their identifiers (RFC 9113 section 5.1.1): an older one has long been closed.
    else if (!this.incomplete) return null;
    const exchange = newExchange(this.context, 'HTTP/2', streamId, this.clientDirection);
    const stream = new Stream(this.context, exchange);
    this.streams.set(streamId, stream);
    this.context.sink.open(exchange);
    if (this.streams.size > MAX_STREAMS) this.evictOldest();
    return stream;
  }

  private evictOldest(): void {
    const [streamId, stream] = this.streams.entries().next().value!;
    const text = 'Too many streams are open on this connection: this one is no longer followed.';
    addProblem(stream.exchange.problems, 'warning', 'http2.streams', text);
    this.forget(streamId);
    this.finish(stream, 'capture-end');
  }

  private endSide(streamId: number, stream: Stream, side: Side, time: Nanoseconds): void {
    stream.end(side, time);
    const { exchange } = stream;
    // A request from before the capture has ended as far as can be seen.
    if (stream.ended[1] && (stream.ended[0] || exchange.request === null)) {
      this.forget(streamId);
      finishExchange(this.context, exchange, 'complete');
    } else {
      this.context.sink.change(exchange);
    }
  }

  private resetStream(direction: Direction, streamId: number, code: number, time: Nanoseconds): void {
    const stream = this.streams.get(streamId);
    this.closed.add(streamId);
    if (stream === undefined) return;
    this.streams.delete(streamId);
    const { exchange } = stream;
    for (const message of [exchange.request, exchange.answer])
      if (message !== null && !message.complete) message.endTime = time;
    // RFC 9113 section 8.1: a server that has answered may say that it does not need the rest of the request.
    if (code === NO_ERROR && stream.ended[1]) {
      finishExchange(this.context, exchange, 'complete');
      return;
    }
    const byClient = this.sideOf(direction) === 0;
    if (byClient && code === CANCEL) exchange.cancelled = true;
    const text = `The ${byClient ? 'client' : 'server'} reset the stream: ${errorCodeName(code)}.`;
    // To take a call back is the client's good right.
    addProblem(exchange.problems, exchange.cancelled ? 'note' : 'warning', 'http2.rst_stream', text);
    finishExchange(this.context, exchange, 'reset');
  }

  /** RFC 9113 section 6.8. Without an error it is how connections end. */
  private goAway(direction: Direction, lastStream: number, code: number): void {
    if (code === NO_ERROR) return;
    const who = this.sideOf(direction) === 0 ? 'client' : 'server';
    const text = `The ${who} gave up the connection after stream ${lastStream}: ${errorCodeName(code)}.`;
    this.context.problem({ severity: 'warning', code: 'http2.goaway', text });
  }

  private forget(streamId: number): void {
    this.streams.delete(streamId);
    this.closed.add(streamId);
  }

  private finish(stream: Stream, reason: EndReason): void {
    const state = reason === 'reset' ? 'reset' : stream.ended[1] ? 'complete' : 'unanswered';
    finishExchange(this.context, stream.exchange, state);
  }
}

function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
