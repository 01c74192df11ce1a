import { DATA_HEAD, FIELD_HEAD, RECORD_HEAD } from '../../../app/capture/batch-tags';
import { LANDING_ROOM } from './landing';
import { allocate, copy, release } from './memory';
import { Stream } from './stream';

/** A run of bytes of a record, in a block of its own. Its head stands at the block's beginning. */
@unmanaged
class Segment {
  next: Segment;
  start: usize;
  size: u32;
}

/** What will be one BATCH_RECORD: its fields, in order, as a chain of segments. */
@unmanaged
export class Record {
  /** Next in the queue. */
  next: Record;
  stream: Stream;
  first: Segment;
  last: Segment;
  /** Bytes of all segments. */
  size: u32;
  flags: u32;
  part: u32;

  /** Appends `size` bytes from `start` within the block that is given away. */
  append(block: usize, start: usize, size: u32): void {
    const segment = changetype<Segment>(block);
    segment.next = changetype<Segment>(0);
    segment.start = start;
    segment.size = size;
    if (changetype<usize>(this.first) == 0) this.first = segment;
    else this.last.next = segment;
    this.last = segment;
    this.size += size;
  }

  /** Appends a field whose value begins with a time, and goes on with what landed in `block`. */
  appendTimed(block: usize, tag: u32, time: u64, landed: u32): void {
    const start = block + LANDING_ROOM - 8 - FIELD_HEAD;
    store<u8>(start, <u8>tag);
    store<u32>(start, landed + 8, 1);
    store<u64>(start, time, FIELD_HEAD);
    this.append(block, start, FIELD_HEAD + 8 + landed);
  }

  /** Appends a data or message event around what landed in `block`; `length` is the true one. Returns where the field begins. */
  appendData(block: usize, tag: u32, time: u64, length: u64, landed: u32): usize {
    const start = block + LANDING_ROOM - DATA_HEAD - FIELD_HEAD;
    store<u8>(start, <u8>tag);
    store<u32>(start, landed + DATA_HEAD, 1);
    store<u64>(start, time, FIELD_HEAD);
    store<u64>(start, length, FIELD_HEAD + 8);
    this.append(block, start, FIELD_HEAD + DATA_HEAD + landed);
    return start;
  }

  /** Appends a field with a copy of `size` bytes. */
  appendCopy(tag: u32, data: usize, size: u32): void {
    const block = allocate(LANDING_ROOM + size);
    const start = block + LANDING_ROOM - FIELD_HEAD;
    store<u8>(start, <u8>tag);
    store<u32>(start, size, 1);
    copy(block + LANDING_ROOM, data, size);
    this.append(block, start, FIELD_HEAD + size);
  }

  /** Writes the segments and gives their memory back. Returns where they end. */
  writeAndFree(to: usize): usize {
    let segment = this.first;
    while (changetype<usize>(segment) != 0) {
      const next = segment.next;
      copy(to, segment.start, segment.size);
      to += segment.size;
      release(changetype<usize>(segment));
      segment = next;
    }
    release(changetype<usize>(this));
    return to;
  }

  free(): void {
    let segment = this.first;
    while (changetype<usize>(segment) != 0) {
      const next = segment.next;
      release(changetype<usize>(segment));
      segment = next;
    }
    release(changetype<usize>(this));
  }
}

export function newRecord(stream: Stream): Record {
  const record = changetype<Record>(allocate(offsetof<Record>()));
  record.next = changetype<Record>(0);
  record.stream = stream;
  record.first = changetype<Segment>(0);
  record.size = 0;
  record.flags = 0;
  return record;
}

/** Bytes of a batch that the record will take, its head and its connection included. */
export function writtenSize(record: Record): u32 {
  return FIELD_HEAD + RECORD_HEAD + record.stream.connection.size + record.size;
}
