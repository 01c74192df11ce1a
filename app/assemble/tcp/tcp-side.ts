import type { EndReason } from '../../decode/stream-decoder.ts';
import type { Nanoseconds } from '../../model/exchange.ts';
import type { MemoryBudget } from '../memory-budget.ts';
import type { Side, StreamReceiver } from '../transport.ts';
import type { HistoryRings } from './history-rings.ts';
import { PendingSegments } from './pending-segments.ts';
import { SentHistory } from './sent-history.ts';
import { addToSequence, sequenceDistance } from './sequence.ts';

/** Segments that wait behind a hole are given up waiting for beyond these. */
const MAXIMUM_PENDING_BYTES = 8 * 1024 * 1024;
const MAXIMUM_PENDING_SEGMENTS = 8192;

/**
 * One direction of a TCP connection: segments in any order in, the stream of bytes out. The first byte to come for a
 * sequence number wins. Sequence numbers are unsigned 32-bit, RFC 9293 section 3.4.
 */
export class TcpSide {
  /** The sequence number of the next byte is known. */
  isOpen = false;
  hasEnded = false;
  /** The sequence number of the SYN, when `hasSyn`. */
  initialSequence = 0;
  hasSyn = false;
  /** The next byte that the receiver has not had. */
  next = 0;
  /** Bytes handed over so far, gaps included. */
  offset = 0;
  /** The highest acknowledgement that the other side sent, when `isAcknowledged`. */
  acknowledged = 0;
  isAcknowledged = false;
  /** Packets of the connection since the other side acknowledged bytes that were never captured. */
  waited = 0;
  readonly pending: PendingSegments;
  private readonly history: SentHistory;
  /** The other side of the connection. */
  peer: TcpSide | null = null;
  private readonly receiver: StreamReceiver;
  private readonly side: Side;
  private readonly memory: MemoryBudget;
  /** Segments were cut by the snapshot length: bytes before this sequence number are missing unless they are sent again. */
  private cutUntil = 0;
  private isCut = false;
  private hasFin = false;
  private finSequence = 0;
  private finTime: Nanoseconds = 0n;

  constructor(receiver: StreamReceiver, side: Side, memory: MemoryBudget, rings: HistoryRings) {
    this.receiver = receiver;
    this.side = side;
    this.memory = memory;
    this.pending = new PendingSegments(memory);
    this.history = new SentHistory(rings);
  }

  /** The next byte has this sequence number. */
  open(sequence: number): void {
    this.isOpen = true;
    this.next = sequence >>> 0;
  }

  /** Its SYN was captured. */
  synchronize(sequence: number): void {
    this.hasSyn = true;
    this.initialSequence = sequence;
    if (!this.isOpen) this.open(addToSequence(sequence, 1));
  }

  /**
   * A segment with `length` bytes on the wire, of which those from `start` to `end` were captured. Its sender had every
   * byte of the other side before `acknowledgement`: when some of them have not come yet, the capture shows it too early.
   */
  segment(
    sequence: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    length: number,
    acknowledgement: number,
    time: Nanoseconds,
  ): void {
    if (this.hasEnded) return;
    if (this.isCut) this.skipCut(sequence, time);
    const ahead = sequenceDistance(sequence, this.next);
    if (ahead < 0) {
      this.compareWithHistory(-ahead, bytes, start, end, length);
      if (ahead + length <= 0) return;
    }
    const first = this.pending.first;
    const comesAgain = first !== undefined && sequenceDistance(first.sequence, sequence) < length;
    if (ahead > 0 || comesAgain || this.isEarly(acknowledgement)) {
      this.hold(sequence, bytes.subarray(start, end), length, acknowledgement, time);
      this.drain(time);
      return;
    }
    this.deliver(bytes, Math.min(end, start - ahead), end, length + ahead, time);
    this.drain(time);
  }

  /** The side has no more to send behind the byte before `sequence`. */
  fin(sequence: number, time: Nanoseconds): void {
    if (this.hasEnded || this.hasFin) return;
    if (this.isCut) this.skipCut(sequence, time);
    this.hasFin = true;
    this.finSequence = sequence >>> 0;
    this.finTime = time;
    this.endAtFin(time);
  }

  /** The other side has acknowledged every byte before `sequence`. */
  acknowledge(sequence: number, time: Nanoseconds): void {
    if (!this.isAcknowledged || sequenceDistance(sequence, this.acknowledged) > 0) {
      this.isAcknowledged = true;
      this.acknowledged = sequence;
    }
    if (this.isCut && sequenceDistance(sequence, this.cutUntil) >= 0) this.skipCut(this.cutUntil, time);
  }

  /** The bytes that come next are here, but their sender had bytes of the other side that have not come yet. */
  get isBlocked(): boolean {
    const { first } = this.pending;
    return first !== undefined && sequenceDistance(first.sequence, this.next) <= 0;
  }

  /** Something waits for bytes that the other side has acknowledged: they were lost by the capture, not by the network. */
  get isMissingAcknowledged(): boolean {
    return (
      (this.pending.count > 0 || this.hasFin || this.peer?.isBlocked === true) &&
      !this.hasEnded &&
      this.isAcknowledged &&
      sequenceDistance(this.acknowledged, this.next) > 0
    );
  }

  /** Gives up waiting for what stands before the first segment that is held: bytes of this side, or else of the other. */
  skipHole(): void {
    if (this.hasEnded) return;
    const { first } = this.pending;
    const blocked = this.peer?.pending.first;
    if (first !== undefined) {
      const isBlocked = this.isBlocked;
      this.skipTo(first.sequence, first.time);
      this.drain(null, isBlocked);
    } else if (this.hasFin) {
      this.skipTo(this.finSequence, this.finTime);
      this.endAtFin(this.finTime);
    } else if (blocked !== undefined && this.isOpen) {
      this.skipTo(blocked.acknowledgement, blocked.time);
    }
  }

  /** Ends the side now: hands over what waits, then what is known to be missing. */
  finish(reason: EndReason, time: Nanoseconds): void {
    if (this.hasEnded) return;
    while (this.pending.count > 0) this.skipHole();
    if (this.hasFin) this.skipHole();
    if (this.hasEnded) return;
    if (this.isCut) this.skipCut(this.cutUntil, time);
    const missing = this.isOpen && this.isAcknowledged ? sequenceDistance(this.acknowledged, this.next) : 0;
    // A FIN takes a sequence number too: one that was not captured is likelier than a single byte that was not.
    if (missing === 1) {
      this.close(reason === 'capture-end' ? 'fin' : reason, time);
      return;
    }
    // Further than any window reaches, it is not an acknowledgement of this stream.
    if (missing > 0 && missing <= MAXIMUM_WINDOW) this.skipTo(this.acknowledged, time);
    this.close(reason, time);
  }

  private isEarly(acknowledgement: number): boolean {
    const { peer } = this;
    if (peer === null || !peer.isOpen || peer.hasEnded) return false;
    const missing = sequenceDistance(acknowledgement, peer.next);
    return missing > 0 && missing <= MAXIMUM_WINDOW;
  }

  private hold(sequence: number, bytes: Uint8Array, length: number, acknowledgement: number, time: Nanoseconds): void {
    if (!this.pending.add(sequence, bytes, length, acknowledgement, time)) {
      this.receiver.conflict(this.side, this.offset + sequenceDistance(sequence, this.next), length);
    }
    const tooMany = this.pending.count > MAXIMUM_PENDING_SEGMENTS || this.pending.length > MAXIMUM_PENDING_BYTES;
    if (tooMany || this.memory.isExceeded) this.skipHole();
  }

  private compareWithHistory(back: number, bytes: Uint8Array, start: number, end: number, length: number): void {
    // A keep-alive repeats the last byte, with any value (RFC 9293 section 3.8.4).
    if (length === 1 && back === 1) return;
    if (!this.history.agrees(back, bytes, start, end)) {
      this.receiver.conflict(this.side, this.offset - back, Math.min(back, length));
    }
  }

  private deliver(bytes: Uint8Array, start: number, end: number, length: number, time: Nanoseconds): void {
    const captured = end - start;
    if (captured > 0) {
      const part = bytes.subarray(start, end);
      this.history.append(part);
      this.next = addToSequence(this.next, captured);
      this.offset += captured;
      this.receiver.data(this.side, part, time);
    }
    if (length > captured) this.cutUntil = addToSequence(this.next, length - captured);
    this.isCut = (this.isCut || length > captured) && sequenceDistance(this.cutUntil, this.next) > 0;
    this.waited = 0;
  }

  /** Something from behind a cut segment has come: up to there, its missing rest was never captured. */
  private skipCut(sequence: number, time: Nanoseconds): void {
    this.skipTo(sequenceDistance(sequence, this.cutUntil) < 0 ? sequence : this.cutUntil, time);
    if (sequenceDistance(this.cutUntil, this.next) <= 0) this.isCut = false;
  }

  private skipTo(sequence: number, time: Nanoseconds): void {
    const length = sequenceDistance(sequence, this.next);
    if (length <= 0) return;
    this.history.clear();
    this.next = sequence >>> 0;
    this.offset += length;
    this.waited = 0;
    this.receiver.gap(this.side, length, time);
  }

  /**
   * Hands over what waits for nothing any more: at `time`, or each segment at its own when null. `force`: the first of
   * them even if it is early. Returns whether there was any.
   */
  drain(time: Nanoseconds | null, force = false): boolean {
    let { first } = this.pending;
    let isForced = force;
    let any = false;
    while (first !== undefined && !this.hasEnded) {
      if (this.isCut) this.skipCut(first.sequence, first.time);
      const ahead = sequenceDistance(first.sequence, this.next);
      if (ahead > 0 || (!isForced && this.isEarly(first.acknowledgement))) break;
      isForced = false;
      any = true;
      this.pending.takeFirst();
      if (ahead + first.length > 0) {
        const start = Math.min(first.bytes.length, -ahead);
        this.deliver(first.bytes, start, first.bytes.length, first.length + ahead, time ?? first.time);
      }
      first = this.pending.first;
    }
    if (this.hasFin) this.endAtFin(time ?? this.finTime);
    return any;
  }

  private endAtFin(time: Nanoseconds): void {
    if (this.isOpen && sequenceDistance(this.finSequence, this.next) > 0) return;
    this.close('fin', time);
  }

  private close(reason: EndReason, time: Nanoseconds): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.pending.clear();
    this.history.clear();
    this.receiver.end(this.side, reason, time);
  }
}

/** RFC 7323 section 2.3: windows end below 2^30. */
const MAXIMUM_WINDOW = 2 ** 30;
