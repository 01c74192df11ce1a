import { FIELD_HEAD, RECORD_HEAD } from '../../../app/capture/batch-tags';
import { release } from './memory';
import { Record } from './record';
import { Stream } from './stream';

// Records that are ready to be sent, oldest first.

export let firstQueued: Record = changetype<Record>(0);
let lastQueued: Record = changetype<Record>(0);
/** Bytes that the queue will take in batches, but for the connections. */
export let queuedBytes: u32 = 0;

/** Gives the record its number and puts it at the end of the queue. */
export function enqueue(record: Record): void {
  const stream = record.stream;
  record.part = stream.nextPart++;
  stream.queued++;
  if (changetype<usize>(firstQueued) == 0) firstQueued = record;
  else lastQueued.next = record;
  lastQueued = record;
  queuedBytes += weight(record);
}

/** Takes a record out of the queue; `before` is the one before it, or null when it is the first. */
export function dequeue(record: Record, before: Record): void {
  if (changetype<usize>(before) == 0) firstQueued = record.next;
  else before.next = record.next;
  if (lastQueued === record) lastQueued = before;
  queuedBytes -= weight(record);
  record.next = changetype<Record>(0);
}

function weight(record: Record): u32 {
  return FIELD_HEAD + RECORD_HEAD + record.size;
}

/** Gives a stream's memory back once the proxy is done with it and all its records are written. */
export function freeIfDone(stream: Stream): void {
  if (!stream.isClosed || stream.queued > 0) return;
  if (changetype<usize>(stream.connection) != 0) stream.connection.leave();
  release(changetype<usize>(stream));
}
