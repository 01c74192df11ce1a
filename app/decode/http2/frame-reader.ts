import { ByteQueue } from '../../bytes/byte-queue.ts';
import type { Direction, Nanoseconds } from '../../model/exchange.ts';
import type { Problem } from '../../model/problem.ts';
import {
  FLAG_PADDED,
  FRAME_HEADER_LENGTH,
  type FrameHeader,
  FrameType,
  frameHeaderFault,
  PREFACE,
  readFrameHeader,
} from './frame.ts';
import { findFrame } from './resync.ts';

/** Who is told of the frames of one direction. */
export interface FrameListener {
  /** A whole frame but DATA; its payload is `[start, end)`, only valid during the call. `began`: time of its first octet. */
  frame(direction: Direction, frame: ReceivedFrame): void;
  /** A run of a DATA frame's payload without padding. `last` when the frame is over. */
  dataFrame(direction: Direction, header: FrameHeader, run: DataRun, time: Nanoseconds): void;
  /** Bytes of a DATA frame are missing from the capture. */
  dataLost(direction: Direction, header: FrameHeader, length: number, last: boolean, time: Nanoseconds): void;
  /** Frames are missing: nothing that was built up from earlier ones can be relied on. */
  framesLost(direction: Direction): void;
  /** The client's preface came in this direction. */
  preface(direction: Direction): void;
  problem(direction: Direction, problem: Problem): void;
}

export interface ReceivedFrame {
  readonly header: FrameHeader;
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly began: Nanoseconds;
  readonly time: Nanoseconds;
}

export interface DataRun {
  readonly bytes: Uint8Array;
  readonly last: boolean;
}

/** A frame other than DATA that is longer is passed over. */
const MAX_BUFFERED_FRAME = 1_048_576;
/** Behind a hole, a lone frame header is believed once so many bytes have come. */
const SEARCH_LENGTH = 65_536;

const NOTHING = new Uint8Array(0);

type State = 'preface' | 'frame' | 'data' | 'padding' | 'skip' | 'search';

/** Cuts one direction of a connection into frames, out of bytes in any pieces. DATA is passed on as it comes. */
export class FrameReader {
  private readonly direction: Direction;
  private readonly listener: FrameListener;
  private readonly queue = new ByteQueue();
  private state: State = 'preface';
  private began: Nanoseconds = 0n;
  private header: FrameHeader = { length: 0, type: 0, flags: 0, streamId: 0 };
  /** Octets of the frame that are still to come: data, padding or what is passed over. */
  private left = 0;
  private padding = 0;
  private readonly startsInTheMiddle: boolean;
  /** Length of the input when a lone candidate was found in it: it is searched again when that has grown by an eighth. */
  private searched = 0;

  constructor(direction: Direction, listener: FrameListener, startsInTheMiddle: boolean) {
    this.direction = direction;
    this.listener = listener;
    this.startsInTheMiddle = startsInTheMiddle;
  }

  data(bytes: Uint8Array, time: Nanoseconds): void {
    if (this.queue.length === 0) this.began = time;
    const input = this.queue.join(bytes);
    let at = 0;
    while (at < input.length) {
      const next = this.step(input, at, time);
      if (next < 0) break;
      if (next !== at) this.began = time;
      at = next;
    }
    this.queue.keep(input, at);
  }

  gap(length: number, time: Nanoseconds): void {
    const left = this.state === 'data' ? this.left + this.padding : this.left;
    const inRun = this.state === 'data' || this.state === 'padding' || this.state === 'skip';
    if (inRun && length > 0 && length <= left) {
      this.skipRun(length, time);
      return;
    }
    if (this.state === 'frame' && this.skipRestOfFrame(length)) return;
    if (this.state === 'data') this.listener.dataLost(this.direction, this.header, this.left, true, time);
    this.queue.clear();
    this.listener.framesLost(this.direction);
    this.state = 'search';
  }

  /** A hole within a frame whose header came costs that frame: where the next one begins is known. */
  private skipRestOfFrame(length: number): boolean {
    if (this.queue.length < FRAME_HEADER_LENGTH) return false;
    const held = this.queue.join(NOTHING);
    const header = readFrameHeader(held, 0);
    const left = FRAME_HEADER_LENGTH + header.length - held.length - length;
    if (length === 0 || left < 0 || header.type === FrameType.DATA) return false;
    this.queue.clear();
    this.passOver(header, left);
    return true;
  }

  /** Nothing more will come: a lone frame header that was found in a search is now believed. */
  end(time: Nanoseconds): void {
    if (this.state !== 'search' || this.queue.length === 0) return;
    const input = this.queue.join(NOTHING).slice();
    const found = findFrame(input, 0);
    if (found.at < 0) return;
    this.queue.clear();
    this.foundFrame(found.at);
    this.data(input.subarray(found.at), time);
  }

  private skipRun(length: number, time: Nanoseconds): void {
    const inData = this.state === 'data' ? Math.min(length, this.left) : 0;
    this.left -= inData;
    if (inData > 0) this.listener.dataLost(this.direction, this.header, inData, this.left === 0, time);
    if (this.state === 'data' && this.left === 0) this.beginPadding();
    if (length > inData) {
      this.left -= length - inData;
      if (this.left === 0) this.state = 'frame';
    }
  }

  /** Uses some of the input and returns where the rest begins; -1 when more is needed. */
  private step(input: Uint8Array, at: number, time: Nanoseconds): number {
    switch (this.state) {
      case 'preface':
        return this.readPreface(input, at);
      case 'frame':
        return this.readFrame(input, at, time);
      case 'data':
        return this.readData(input, at, time);
      case 'padding':
      case 'skip': {
        const end = Math.min(input.length, at + this.left);
        this.left -= end - at;
        if (this.left === 0) this.state = 'frame';
        return end;
      }
      case 'search':
        return this.search(input, at);
    }
  }

  /** The preface is expected of the client only, but who that is shows here. */
  private readPreface(input: Uint8Array, at: number): number {
    const length = Math.min(PREFACE.length, input.length - at);
    for (let offset = 0; offset < length; offset++) {
      if (input[at + offset] !== PREFACE[offset]) {
        this.state = this.startsInTheMiddle ? 'search' : 'frame';
        return at;
      }
    }
    if (length < PREFACE.length) return -1;
    this.state = 'frame';
    this.listener.preface(this.direction);
    return at + PREFACE.length;
  }

  private readFrame(input: Uint8Array, at: number, time: Nanoseconds): number {
    const payload = at + FRAME_HEADER_LENGTH;
    if (payload > input.length) return -1;
    const header = readFrameHeader(input, at);
    const fault = frameHeaderFault(header);
    if (fault !== '') return this.badFrame(header, fault, at);
    if (header.type === FrameType.DATA) return this.beginData(header, input, payload, time);
    if (header.length > MAX_BUFFERED_FRAME) {
      const text = `A frame of type ${header.type} has ${header.length} octets and was skipped.`;
      this.report('warning', 'http2.frame.size', text, payload, 0);
      this.passOver(header, header.length);
      return payload;
    }
    const end = payload + header.length;
    if (end > input.length) return -1;
    this.listener.frame(this.direction, { header, bytes: input, start: payload, end, began: this.began, time });
    return end;
  }

  private badFrame(header: FrameHeader, fault: string, at: number): number {
    this.report(
      'error',
      'http2.frame',
      `A frame of type ${header.type} ${fault}: searching for the next frame.`,
      at,
      9,
    );
    this.listener.framesLost(this.direction);
    this.state = 'search';
    return at + 1;
  }

  /** The frame is not read: its `left` octets that are still to come are skipped. */
  private passOver(header: FrameHeader, left: number): void {
    const { type } = header;
    if (type === FrameType.HEADERS || type === FrameType.CONTINUATION || type === FrameType.PUSH_PROMISE) {
      this.listener.framesLost(this.direction);
    }
    this.left = left;
    this.state = left > 0 ? 'skip' : 'frame';
  }

  private beginData(header: FrameHeader, input: Uint8Array, payload: number, time: Nanoseconds): number {
    let start = payload;
    this.padding = 0;
    if ((header.flags & FLAG_PADDED) !== 0 && header.length > 0) {
      if (payload >= input.length) return -1;
      this.padding = input[payload]!;
      start++;
    }
    const length = header.length - (start - payload);
    if (this.padding > length) {
      this.report('error', 'http2.padding', 'The padding of a DATA frame is longer than the frame.', payload, 1);
      this.padding = length;
    }
    this.header = header;
    this.left = length - this.padding;
    this.state = 'data';
    if (this.left === 0) {
      this.listener.dataFrame(this.direction, header, { bytes: NOTHING, last: true }, time);
      this.beginPadding();
    }
    return start;
  }

  private readData(input: Uint8Array, at: number, time: Nanoseconds): number {
    const end = Math.min(input.length, at + this.left);
    this.left -= end - at;
    const last = this.left === 0;
    this.listener.dataFrame(this.direction, this.header, { bytes: input.subarray(at, end), last }, time);
    if (last) this.beginPadding();
    return end;
  }

  private beginPadding(): void {
    this.left = this.padding;
    this.padding = 0;
    this.state = this.left > 0 ? 'padding' : 'frame';
  }

  private search(input: Uint8Array, at: number): number {
    const length = input.length - at;
    if (this.searched > 0 && length < this.searched + (this.searched >>> 3)) return -1;
    const found = findFrame(input, at);
    if (found.at >= 0 && (found.sure || length > SEARCH_LENGTH)) return this.foundFrame(found.at);
    // Without a candidate, only the beginning of a header can be in the last octets.
    const keepFrom = found.at >= 0 ? found.at : Math.max(at, input.length - FRAME_HEADER_LENGTH + 1);
    this.searched = found.at >= 0 ? input.length - keepFrom : 0;
    return keepFrom === at ? -1 : keepFrom;
  }

  private foundFrame(at: number): number {
    this.searched = 0;
    this.state = 'frame';
    return at;
  }

  private report(severity: Problem['severity'], code: string, text: string, offset: number, length: number): void {
    this.listener.problem(this.direction, { severity, code, text, range: [offset, length] });
  }
}
