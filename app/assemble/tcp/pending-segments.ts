import type { Nanoseconds } from '../../model/exchange.ts';
import type { MemoryBudget } from '../memory-budget.ts';
import { addToSequence, sequenceDistance } from './sequence.ts';

/** A segment that came before the bytes in front of it. */
export interface PendingSegment {
  readonly sequence: number;
  /** A copy of what was captured of it. */
  readonly bytes: Uint8Array;
  /** Its length on the wire. */
  readonly length: number;
  /** Its sender had every byte of the other side before this sequence number. */
  readonly acknowledgement: number;
  readonly time: Nanoseconds;
}

/** Segments behind a hole, in order and without overlap: of bytes that come twice, the first stay. */
export class PendingSegments {
  /** Sum of the wire lengths. */
  length = 0;
  private segments: PendingSegment[] = [];
  /** Segments before this index were taken already. */
  private head = 0;
  private held = 0;
  private readonly memory: MemoryBudget;

  constructor(memory: MemoryBudget) {
    this.memory = memory;
  }

  get count(): number {
    return this.segments.length - this.head;
  }

  get first(): PendingSegment | undefined {
    return this.segments[this.head];
  }

  takeFirst(): PendingSegment | undefined {
    const segment = this.segments[this.head];
    if (segment === undefined) return undefined;
    this.head++;
    this.length -= segment.length;
    this.held -= segment.bytes.length;
    this.memory.release(segment.bytes.length);
    if (this.head === this.segments.length) this.clear();
    return segment;
  }

  clear(): void {
    this.segments = [];
    this.head = 0;
    this.length = 0;
    this.memory.release(this.held);
    this.held = 0;
  }

  /**
   * Keeps what is new of the `wireLength` bytes from `sequence` on, of which `bytes` were captured. Returns false when
   * some of them had come before with other values.
   */
  add(sequence: number, bytes: Uint8Array, wireLength: number, acknowledgement: number, time: Nanoseconds): boolean {
    let index = this.segments.length;
    // Nearly always it belongs at the end, behind the segment that came before it.
    while (index > this.head && sequenceDistance(this.segments[index - 1]!.sequence, sequence) > 0) index--;
    let same = true;
    let from = 0;
    const before = index > this.head ? this.segments[index - 1]! : undefined;
    if (before !== undefined) {
      const start = sequenceDistance(sequence, before.sequence);
      same = equalOverlap(before.bytes, start, bytes, 0) && same;
      from = Math.max(0, this.shortenToCaptured(index - 1, start) - start);
    }
    while (from < wireLength) {
      const next = this.segments[index];
      const limit = next === undefined ? wireLength : Math.min(wireLength, sequenceDistance(next.sequence, sequence));
      if (limit > from) {
        this.insert(index, {
          sequence: addToSequence(sequence, from),
          bytes: bytes.slice(from, limit),
          length: limit - from,
          acknowledgement,
          time,
        });
        index++;
      }
      if (next === undefined) break;
      const nextStart = sequenceDistance(next.sequence, sequence);
      if (nextStart >= wireLength) break;
      same = equalOverlap(bytes, nextStart, next.bytes, 0) && same;
      from = Math.max(from, nextStart + next.length);
      index++;
    }
    return same;
  }

  /**
   * Of a segment whose capture was cut, takes away what was not captured from `start` on, because those bytes are here now.
   * Returns the length that is left.
   */
  private shortenToCaptured(index: number, start: number): number {
    const segment = this.segments[index]!;
    const length = Math.max(segment.bytes.length, Math.min(segment.length, start));
    if (length < segment.length) {
      this.segments[index] = { ...segment, length };
      this.length -= segment.length - length;
    }
    return length;
  }

  private insert(index: number, segment: PendingSegment): void {
    if (index === this.segments.length) this.segments.push(segment);
    else this.segments.splice(index, 0, segment);
    this.length += segment.length;
    this.held += segment.bytes.length;
    this.memory.hold(segment.bytes.length);
  }
}

/** Whether two runs of bytes agree from the given offsets on, as far as both reach. */
function equalOverlap(a: Uint8Array, aStart: number, b: Uint8Array, bStart: number): boolean {
  const length = Math.min(a.length - aStart, b.length - bStart);
  for (let index = 0; index < length; index++) {
    if (a[aStart + index] !== b[bStart + index]) return false;
  }
  return true;
}
