import { Connection } from './connection';
import { fill } from './memory';
import { Record } from './record';

// What is open: HTTP exchanges and TCP connections, found by the proxy's context id.

/** One HTTP exchange or one TCP connection. */
@unmanaged
export class Stream {
  context: u32;
  /** Next with the same remainder of the context id. */
  chained: Stream;
  /** Neighbours in the list of open streams with something unsent, oldest first. */
  previous: Stream;
  next: Stream;
  isWaiting: bool;
  isTcp: bool;
  /** The proxy is done with it; it lives on until its last record is written into a batch. */
  isClosed: bool;
  /** HTTP: sides that have ended, as bits. */
  ended: u32;
  /** HTTP: the upstream answered, and not with an error. */
  isOrdinary: bool;
  /** HTTP: the upstream was looked up; it is known. */
  askedUpstream: bool;
  hasUpstream: bool;
  /** Bytes of the side's body that went by: request, answer. */
  requestBody: u64;
  answerBody: u64;
  number: u64;
  nextPart: u32;
  /** Records that are not written into a batch yet. */
  queued: u32;
  /** Sequence of the batch with the last part, plus one; 0 before that. */
  carrier: u32;
  /** When the oldest unsent event happened. */
  waitingSince: u64;
  connection: Connection;
  /** HTTP: what is new since the last record. */
  pending: Record;
  /** HTTP: the data event at the end of `pending`, to which more can be added, and its side. */
  data: usize;
  dataSide: u32;
  /** TCP: what the Diameter splitter knows (diameter.ts). */
  diameter: usize;
}

const BUCKETS: usize = 4096;
const buckets: usize = heap.alloc(BUCKETS << 2);
fill(buckets, 0, BUCKETS << 2);

function bucketOf(context: u32): usize {
  return buckets + ((<usize>context & (BUCKETS - 1)) << 2);
}

/** The open stream of a context, or null. */
export function findStream(context: u32): Stream | null {
  let stream = changetype<Stream | null>(load<u32>(bucketOf(context)));
  while (stream) {
    if (stream.context == context) return stream;
    stream = stream.chained;
  }
  return null;
}

export function addStream(stream: Stream): void {
  const bucket = bucketOf(stream.context);
  stream.chained = changetype<Stream>(load<u32>(bucket));
  store<u32>(bucket, <u32>changetype<usize>(stream));
}

/** Later callbacks of its context find nothing. */
export function removeStream(stream: Stream): void {
  let link = bucketOf(stream.context);
  while (load<u32>(link) != 0) {
    const found = changetype<Stream>(load<u32>(link));
    if (found === stream) {
      store<u32>(link, <u32>changetype<usize>(found.chained));
      return;
    }
    link = changetype<usize>(found) + offsetof<Stream>('chained');
  }
}

/** Calls `close` with each open stream; it has to remove it. */
export function closeEach(close: (stream: Stream) => void): void {
  for (let bucket = buckets; bucket < buckets + (BUCKETS << 2); bucket += 4) {
    while (load<u32>(bucket) != 0) close(changetype<Stream>(load<u32>(bucket)));
  }
}
