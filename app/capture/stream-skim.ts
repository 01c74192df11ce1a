import { ByteBuilder } from '../bytes/byte-builder.ts';
import { u32le } from '../bytes/integers.ts';
import { type BsonElement, bsonElements } from './bson-elements.ts';
import { StreamFormatError } from './document-splitter.ts';
import type { FromAggregator } from './stream-messages.ts';
import { parseFromAggregator } from './stream-parse.ts';

/** A document of which only the small fields were read. */
export interface Skimmed {
  /** As `parseFromAggregator`, but `events` holds the first one only; valid until the next document is read. */
  readonly message: FromAggregator;
  /** The document as a live tail gets it: without its events, under another sequence number. */
  forTail(sequence: bigint): Uint8Array;
}

const ARRAY = 0x04;
const BINARY = 0x05;
const EMPTY_DOCUMENT = Uint8Array.of(5, 0, 0, 0, 0);
/** What was read may hold views of the first; the copies for the ring are made in the second. */
const reduced = new ByteBuilder(16_384);
const tail = new ByteBuilder(16_384);

/**
 * Reads a document from an aggregator without touching its bodies and packets, which are most of it. Throws
 * `StreamFormatError` as `parseFromAggregator` does; what is wrong inside events after the first is not found.
 */
export function skimFromAggregator(bytes: Uint8Array): Skimmed {
  const elements = bsonElements(bytes);
  const forTail = (sequence: bigint) => copyForTail(bytes, elements, sequence);
  const pcap = elements.find(({ name, type }) => name === 'pcap' && type === BINARY);
  if (!pcap) return { message: parseFromAggregator(bytes), forTail };
  const message = parseFromAggregator(withoutBulk(bytes, elements));
  if (message.type === 'hello' || message.document.type !== 'capture') return { message, forTail };
  const packets = bytes.subarray(pcap.value + 5, pcap.end);
  return { message: { ...message, document: { ...message.document, pcap: packets } }, forTail };
}

/** The document with no packets and the first event alone. */
function withoutBulk(bytes: Uint8Array, elements: readonly BsonElement[]): Uint8Array {
  begin(reduced);
  for (const element of elements) {
    if (element.name === 'pcap') {
      // A binary of no bytes, of the generic subtype.
      reduced.append(bytes.subarray(element.start, element.value));
      reduced.append(EMPTY_DOCUMENT.subarray(1));
      reduced.u8(0);
    } else if (element.name === 'events' && element.type === ARRAY) {
      reduced.append(bytes.subarray(element.start, element.value));
      firstOf(bytes.subarray(element.value, element.end));
    } else {
      reduced.append(bytes.subarray(element.start, element.end));
    }
  }
  return finish(reduced);
}

/** An array with the first element of `array`. */
function firstOf(array: Uint8Array): void {
  const nameEnd = array.length > 5 ? array.indexOf(0, 5) : -1;
  const value = nameEnd + 1;
  if (nameEnd < 0 || value + 4 > array.length) {
    reduced.append(EMPTY_DOCUMENT);
    return;
  }
  const end = value + u32le(array, value);
  if (end >= array.length) throw new StreamFormatError('an event is longer than the array of events');
  reduced.u32le(end + 1);
  reduced.append(array.subarray(4, end));
  reduced.u8(0);
}

function copyForTail(bytes: Uint8Array, elements: readonly BsonElement[], sequence: bigint): Uint8Array {
  begin(tail);
  for (const { name, start, value, end } of elements) {
    if (name === 'events') continue;
    tail.append(bytes.subarray(start, end));
    if (name === 'sequence' && end - value === 8) tail.view.setBigInt64(tail.length - 8, sequence, true);
  }
  return finish(tail).slice();
}

function begin(out: ByteBuilder): void {
  out.length = 0;
  out.reserve(4);
}

function finish(out: ByteBuilder): Uint8Array {
  out.u8(0);
  out.view.setInt32(0, out.length, true);
  return out.built();
}
