import { allocate, fill, release } from './memory';
import { enqueue, freeIfDone } from './queue';
import { newRecord, Record } from './record';
import { addStream, removeStream, Stream } from './stream';

// Open streams with something unsent, the one that waits longest first.

let firstWaiting: Stream = changetype<Stream>(0);
let lastWaiting: Stream = changetype<Stream>(0);
let streamNumber: u64 = 0;

export function openStream(context: u32, isTcp: bool): Stream {
  const stream = changetype<Stream>(allocate(offsetof<Stream>()));
  fill(changetype<usize>(stream), 0, offsetof<Stream>());
  stream.context = context;
  stream.isTcp = isTcp;
  stream.number = ++streamNumber;
  addStream(stream);
  return stream;
}

/** What is new in the stream; begins when the first such thing happens. */
export function pendingRecord(stream: Stream, now: u64): Record {
  if (changetype<usize>(stream.pending) == 0) {
    stream.pending = newRecord(stream);
    stream.waitingSince = now;
    stream.isWaiting = true;
    stream.next = changetype<Stream>(0);
    stream.previous = lastWaiting;
    if (changetype<usize>(lastWaiting) == 0) firstWaiting = stream;
    else lastWaiting.next = stream;
    lastWaiting = stream;
  }
  return stream.pending;
}

/** Queues what is new in the stream as its next part. */
export function sendPending(stream: Stream): void {
  enqueue(takePending(stream));
}

/** Queues a part for each open stream whose news are older than `before`. */
export function sendWaiting(before: u64): void {
  while (changetype<usize>(firstWaiting) != 0 && firstWaiting.waitingSince <= before) sendPending(firstWaiting);
}

/** The proxy's context is done with, or nothing more of it is wanted. */
export function closeStream(stream: Stream): void {
  removeStream(stream);
  if (stream.isWaiting) takePending(stream).free();
  if (stream.diameter != 0) {
    release(stream.diameter);
    stream.diameter = 0;
  }
  stream.isClosed = true;
  freeIfDone(stream);
}

function takePending(stream: Stream): Record {
  const record = stream.pending;
  stream.pending = changetype<Record>(0);
  stream.data = 0;
  if (changetype<usize>(stream.previous) == 0) firstWaiting = stream.next;
  else stream.previous.next = stream.next;
  if (changetype<usize>(stream.next) == 0) lastWaiting = stream.previous;
  else stream.next.previous = stream.previous;
  stream.isWaiting = false;
  return record;
}
