import { RECORD_FINAL } from '../../../app/capture/batch-tags';
import { release } from './memory';
import { Record, writtenSize } from './record';
import { Stream } from './stream';

// Records that are ready to be sent, oldest first.

export let firstQueued: Record = changetype<Record>(0);
let lastQueued: Record = changetype<Record>(0);
/** Bytes that the queue will take in batches. */
export let queuedBytes: u32 = 0;

/** Gives the record its number and puts it at the end of the queue. */
export function enqueue(record: Record): void {
  const stream = record.stream;
  record.part = stream.nextPart++;
  stream.queued++;
  if (record.flags & RECORD_FINAL) stream.isFinalQueued = true;
  if (changetype<usize>(firstQueued) == 0) firstQueued = record;
  else lastQueued.next = record;
  lastQueued = record;
  queuedBytes += writtenSize(record);
}

/** Takes a record out of the queue; `before` is the one before it, or null when it is the first. */
export function dequeue(record: Record, before: Record): void {
  if (changetype<usize>(before) == 0) firstQueued = record.next;
  else before.next = record.next;
  if (lastQueued === record) lastQueued = before;
  record.stream.queued--;
  queuedBytes -= writtenSize(record);
  record.next = changetype<Record>(0);
}

/** Gives a stream's memory back once the proxy is done with it and nothing of it is queued. */
export function freeIfDone(stream: Stream): void {
  if (!stream.isClosed || stream.queued > 0) return;
  if (changetype<usize>(stream.connection) != 0) stream.connection.leave();
  release(changetype<usize>(stream));
}
