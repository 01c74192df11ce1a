import { ByteQueue } from '../../bytes/byte-queue.ts';
import type { Direction, Nanoseconds } from '../../model/exchange.ts';
import type { Problem } from '../../model/problem.ts';
import { gapText } from '../http/gap-text.ts';
import type { EndReason } from '../stream-decoder.ts';
import { parseChunkSize } from './chunk-size.ts';
import { readCutHead } from './cut-head.ts';
import { findSectionEnd, parseHeaderSection } from './header-section.ts';
import type { Framing, MessageListener } from './message-listener.ts';
import { findStartLine } from './resync.ts';
import { parseStartLine } from './start-line.ts';

/** A header or trailer section longer than this is given up; servers stop at 8 to 64 KiB. */
const MAX_SECTION_LENGTH = 262_144;
/** Chunk extensions and lines that are looked at while searching for a message may be this long. */
const MAX_LINE_LENGTH = 16_384;

const NOTHING = new Uint8Array(0);
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

type State =
  | 'start'
  | 'head'
  | 'length'
  | 'close'
  | 'chunk-size'
  | 'chunk'
  | 'chunk-end'
  | 'trailers'
  | 'search'
  | 'stopped';

/** Reads the HTTP/1 messages of one direction, one after the other, out of bytes that come in any pieces. */
export class MessageReader {
  private readonly direction: Direction;
  private readonly listener: MessageListener;
  private readonly queue = new ByteQueue();
  private state: State;
  /** Body bytes that are still to come: of the body ('length') or of the chunk ('chunk'). */
  private left = 0;
  private headStart: Nanoseconds = 0n;
  /** What is missing belongs to a message whose header section was told to be cut. */
  isInCutMessage = false;
  /** Bytes of the section that were searched for its end already. */
  private searched = 0;

  constructor(direction: Direction, listener: MessageListener, startsInTheMiddle: boolean) {
    this.direction = direction;
    this.listener = listener;
    this.state = startsInTheMiddle ? 'search' : 'start';
  }

  /** Bytes that belong to another protocol once a `stop` was asked for, else null. */
  data(bytes: Uint8Array, time: Nanoseconds): Uint8Array | null {
    const input = this.queue.join(bytes);
    let at = 0;
    while (at < input.length && this.state !== 'stopped') {
      const next = this.step(input, at, time);
      if (next < 0) break;
      at = next;
    }
    if (this.state === 'stopped') {
      const rest = input.slice(at);
      this.queue.clear();
      return rest;
    }
    this.queue.keep(input, at);
    return null;
  }

  /** Bytes are missing. Whether whole messages may be among them: not where a body is known to go on behind them. */
  gap(length: number, time: Nanoseconds): boolean {
    const inBody = this.state === 'length' || this.state === 'chunk';
    if (inBody && length > 0 && length <= this.left) {
      this.left -= length;
      this.listener.lost(this.direction, length, time);
      if (this.left === 0) this.bodyRunEnded(time);
      return false;
    }
    if (this.state === 'close') {
      this.listener.lost(this.direction, length, time);
      return false;
    }
    if (this.state === 'head') {
      this.endCutHead(gapText(length, 'within the header section'), time);
      this.queue.clear();
    } else if (this.state !== 'stopped') {
      this.abandon(time, inBody ? this.left : 0);
    }
    return this.state !== 'stopped';
  }

  end(reason: EndReason, time: Nanoseconds): void {
    if (this.state === 'close')
      this.listener.messageEnded(this.direction, reason === 'fin' ? 'complete' : 'incomplete', time);
    else if (this.inMessage()) this.listener.messageEnded(this.direction, 'incomplete', time);
    else if (this.queue.length > 0 && this.state === 'head') {
      this.endCutHead('The connection ended within the header section.', time);
    }
    this.queue.clear();
    this.state = 'stopped';
  }

  /** What follows in this direction belongs to the message that the listener has in mind, up to the end of the connection. */
  openTunnel(): void {
    this.state = 'close';
  }

  /** Takes what was not used yet and stops. */
  stop(): Uint8Array {
    const rest = this.queue.join(NOTHING).slice();
    this.queue.clear();
    this.state = 'stopped';
    return rest;
  }

  private inMessage(): boolean {
    return this.state !== 'start' && this.state !== 'head' && this.state !== 'search' && this.state !== 'stopped';
  }

  /** Uses some of the input and returns where the rest begins; -1 when more is needed. */
  private step(input: Uint8Array, at: number, time: Nanoseconds): number {
    switch (this.state) {
      case 'start':
        return this.skipLineEnds(input, at, time);
      case 'head':
        return this.readHead(input, at, time);
      case 'length':
      case 'chunk':
        return this.readRun(input, at, time);
      case 'close':
        this.listener.body(this.direction, at === 0 ? input : input.subarray(at), time);
        return input.length;
      case 'chunk-size':
        return this.readChunkSize(input, at, time);
      case 'chunk-end':
        return this.readChunkEnd(input, at, time);
      case 'trailers':
        return this.readTrailers(input, at, time);
      case 'search':
        return this.search(input, at, time);
      case 'stopped':
        return input.length;
    }
  }

  /** Empty lines before a start line are passed over. RFC 9112 section 2.2. */
  private skipLineEnds(input: Uint8Array, at: number, time: Nanoseconds): number {
    let start = at;
    while (start < input.length && (input[start] === LINE_FEED || input[start] === CARRIAGE_RETURN)) start++;
    if (start < input.length) this.beginHead(time);
    return start;
  }

  private beginHead(time: Nanoseconds): void {
    this.state = 'head';
    this.isInCutMessage = false;
    this.headStart = time;
    this.searched = 0;
  }

  private readHead(input: Uint8Array, at: number, time: Nanoseconds): number {
    if (this.searched > 0 && findSectionEnd(input, at + this.searched) < 0) return this.headGoesOn(input, at);
    const lineFeed = input.indexOf(LINE_FEED, at);
    if (lineFeed < 0) return input.length - at > MAX_SECTION_LENGTH ? this.badHead(at, input.length - at) : -1;
    const lineEnd = input[lineFeed - 1] === CARRIAGE_RETURN ? lineFeed - 1 : lineFeed;
    const line = parseStartLine(input, at, lineEnd);
    if (line === null) return this.badHead(at, lineEnd - at);
    const section = parseHeaderSection(input, lineFeed + 1, input.length);
    if (section.end < 0) return this.headGoesOn(input, at);
    this.follow(this.listener.head(this.direction, line, section, { start: this.headStart, end: time }), time);
    return section.end;
  }

  /** The empty line has not come: where it is not need not be searched again. */
  private headGoesOn(input: Uint8Array, at: number): number {
    const length = input.length - at;
    if (length > MAX_SECTION_LENGTH) return this.badHead(at, length);
    // The two octets before may be the beginning of the line end that is searched for.
    this.searched = Math.max(0, length - 2);
    return -1;
  }

  private follow(framing: Framing, time: Nanoseconds): void {
    switch (framing.kind) {
      case 'none':
        this.messageEnded(time);
        return;
      case 'length':
        this.left = framing.length;
        if (framing.length === 0) this.messageEnded(time);
        else this.state = 'length';
        return;
      case 'chunked':
        this.state = 'chunk-size';
        return;
      case 'close':
        this.state = 'close';
        return;
      case 'stop':
        this.state = 'stopped';
    }
  }

  private messageEnded(time: Nanoseconds): void {
    this.state = 'start';
    this.listener.messageEnded(this.direction, 'complete', time);
  }

  private badHead(at: number, length: number): number {
    this.report(
      'warning',
      'http.start_line',
      'This is not a start line of HTTP/1: searching for the next message.',
      at,
      length,
    );
    this.state = 'search';
    return at;
  }

  private readRun(input: Uint8Array, at: number, time: Nanoseconds): number {
    const end = Math.min(input.length, at + this.left);
    this.left -= end - at;
    this.listener.body(this.direction, at === 0 && end === input.length ? input : input.subarray(at, end), time);
    if (this.left === 0) this.bodyRunEnded(time);
    return end;
  }

  private bodyRunEnded(time: Nanoseconds): void {
    if (this.state === 'chunk') this.state = 'chunk-end';
    else this.messageEnded(time);
  }

  /** RFC 9112 section 7.1. Chunk extensions are passed over. */
  private readChunkSize(input: Uint8Array, at: number, time: Nanoseconds): number {
    const lineFeed = input.indexOf(LINE_FEED, at);
    if (lineFeed < 0 && input.length - at <= MAX_LINE_LENGTH) return -1;
    const size = lineFeed < 0 ? -1 : parseChunkSize(input, at, lineFeed);
    if (size < 0) return this.badChunk(at, time);
    this.left = size;
    this.searched = 0;
    this.state = size === 0 ? 'trailers' : 'chunk';
    return lineFeed + 1;
  }

  private readChunkEnd(input: Uint8Array, at: number, time: Nanoseconds): number {
    if (input[at] === LINE_FEED) {
      this.state = 'chunk-size';
      return at + 1;
    }
    if (input[at] !== CARRIAGE_RETURN) return this.badChunk(at, time);
    if (at + 1 >= input.length) return -1;
    if (input[at + 1] !== LINE_FEED) return this.badChunk(at, time);
    this.state = 'chunk-size';
    return at + 2;
  }

  private badChunk(at: number, time: Nanoseconds): number {
    this.report('error', 'http.chunk', 'A chunk does not begin with its size: searching for the next message.', at, 0);
    this.listener.messageEnded(this.direction, 'incomplete', time);
    this.state = 'search';
    return at;
  }

  /** RFC 9112 section 7.1.2: nothing but an empty line, or field lines and an empty line. */
  private readTrailers(input: Uint8Array, at: number, time: Nanoseconds): number {
    if (input[at] === LINE_FEED) return this.trailersEnded(input, at, at + 1, time);
    if (input[at] === CARRIAGE_RETURN) {
      if (at + 1 >= input.length) return -1;
      if (input[at + 1] === LINE_FEED) return this.trailersEnded(input, at, at + 2, time);
    }
    const end = findSectionEnd(input, at + this.searched);
    if (end >= 0) return this.trailersEnded(input, at, end, time);
    this.searched = Math.max(0, input.length - at - 2);
    return input.length - at > MAX_SECTION_LENGTH ? this.badChunk(at, time) : -1;
  }

  private trailersEnded(input: Uint8Array, at: number, end: number, time: Nanoseconds): number {
    const section = parseHeaderSection(input, at, end);
    for (const problem of section.problems) this.listener.problem(this.direction, problem);
    if (section.headers.length > 0) this.listener.trailers(this.direction, section.headers);
    this.messageEnded(time);
    return end;
  }

  private search(input: Uint8Array, at: number, time: Nanoseconds): number {
    const found = findStartLine(input, at);
    if (found !== null) {
      this.beginHead(time);
      return found.at;
    }
    const lastLine = input.lastIndexOf(LINE_FEED) + 1;
    const keepFrom = Math.max(at, lastLine);
    return input.length - keepFrom > MAX_LINE_LENGTH ? input.length : keepFrom === at ? -1 : keepFrom;
  }

  /**
   * The rest of a header section will not come, as where a capture keeps the first bytes of each packet only: the message has
   * the lines that came whole, how its body would be delimited is not known, and the next message is searched for.
   */
  private endCutHead(reason: string, time: Nanoseconds): void {
    const held = this.queue.join(NOTHING);
    const cut = readCutHead(held);
    this.state = 'search';
    this.isInCutMessage = true;
    const framing =
      cut && this.listener.head(this.direction, cut.line, cut.section, { start: this.headStart, end: time });
    this.report('warning', 'http.head.cut', reason, 0, held.length);
    if (framing?.kind === 'stop') this.state = 'stopped';
    else if (framing !== null) this.listener.messageEnded(this.direction, 'cut', time);
  }

  /** Bytes are missing where the framing needs them: the message ends here and the next one is searched for. */
  private abandon(time: Nanoseconds, lost: number): void {
    if (this.inMessage()) {
      this.listener.lost(this.direction, lost, time);
      this.listener.messageEnded(this.direction, 'incomplete', time);
    }
    this.queue.clear();
    this.state = 'search';
  }

  private report(severity: Problem['severity'], code: string, text: string, offset: number, length: number): void {
    this.listener.problem(this.direction, { severity, code, text, range: [offset, length] });
  }
}
