import {
  BATCH_CAPTURING,
  BATCH_HEAD,
  BATCH_MAGIC,
  BATCH_RECORD,
  FIELD_HEAD,
  MODE_DIAMETER,
  MODE_HTTP,
  RECORD_FINAL,
  RECORD_HEAD,
} from '../../../app/capture/batch-tags';
import { batchSize, capturing } from './configuration';
import { dropFieldsSize, writeDropFields } from './drops';
import { instance, nodeFields, nodeFieldsSize } from './identity';
import { allocate, copy } from './memory';
import { dequeue, firstQueued, freeIfDone } from './queue';
import { Record, writtenSize } from './record';
import { exchangesSeen, messagesSeen } from './seen';

/** A sealed batch and what it carries, as long as it is not settled. */
@unmanaged
export class Batch {
  next: Batch;
  sequence: u32;
  data: usize;
  size: u32;
  /** Final records of exchanges, other records of exchanges, Diameter messages. */
  exchanges: u32;
  parts: u32;
  messages: u32;
  inFlight: bool;
  /** Root context and token of the call in flight. */
  root: u32;
  token: u32;
}

/** Unsettled batches in the order of their sequence. */
export let firstBatch: Batch = changetype<Batch>(0);
let lastBatch: Batch = changetype<Batch>(0);
export let batchCount: u32 = 0;
export let nextSequence: u32 = 0;

/** Whether the batch that carries a stream's last part may still have to be sent again. */
function isUnsettled(carrier: u32): bool {
  if (carrier == 0) return false;
  let batch = firstBatch;
  while (changetype<usize>(batch) != 0) {
    if (batch.sequence + 1 == carrier) return true;
    batch = batch.next;
  }
  return false;
}

/**
 * Seals a batch out of what is queued, or gives null when nothing of it may go yet: parts of one stream that are in
 * different batches could overtake each other, so a stream waits until the batch with its last part is settled. A
 * heartbeat is sealed in any case.
 */
export function sealBatch(isHeartbeat: bool): Batch | null {
  const sequence = nextSequence;
  let chosen: Record = changetype<Record>(0);
  let lastChosen: Record = changetype<Record>(0);
  let before: Record = changetype<Record>(0);
  let record = firstQueued;
  let size: u32 = 0;
  while (changetype<usize>(record) != 0 && size < batchSize) {
    const next = record.next;
    const carrier = record.stream.carrier;
    if (carrier != sequence + 1 && isUnsettled(carrier)) {
      before = record;
    } else {
      size += writtenSize(record);
      record.stream.carrier = sequence + 1;
      dequeue(record, before);
      if (changetype<usize>(chosen) == 0) chosen = record;
      else lastChosen.next = record;
      lastChosen = record;
    }
    record = next;
  }
  if (size == 0 && !isHeartbeat) return null;
  nextSequence++;
  const batch = newBatch(sequence, BATCH_HEAD + nodeFieldsSize + dropFieldsSize() + size);
  writeRecords(batch, writeHead(batch), chosen);
  return batch;
}

function newBatch(sequence: u32, size: u32): Batch {
  const batch = changetype<Batch>(allocate(offsetof<Batch>()));
  batch.next = changetype<Batch>(0);
  batch.sequence = sequence;
  batch.data = allocate(size);
  batch.size = size;
  batch.exchanges = 0;
  batch.parts = 0;
  batch.messages = 0;
  batch.inFlight = false;
  if (changetype<usize>(firstBatch) == 0) firstBatch = batch;
  else lastBatch.next = batch;
  lastBatch = batch;
  batchCount++;
  return batch;
}

function writeHead(batch: Batch): usize {
  const head = batch.data;
  store<u32>(head, BATCH_MAGIC);
  store<u32>(head, capturing ? BATCH_CAPTURING : 0, 4);
  store<u64>(head, instance, 8);
  store<u32>(head, batch.sequence, 16);
  store<u32>(head, firstBatch.sequence, 20);
  store<u64>(head, exchangesSeen, 24);
  store<u64>(head, messagesSeen, 32);
  copy(head + BATCH_HEAD, nodeFields, nodeFieldsSize);
  return writeDropFields(head + BATCH_HEAD + nodeFieldsSize);
}

function writeRecords(batch: Batch, to: usize, first: Record): void {
  let record = first;
  while (changetype<usize>(record) != 0) {
    const next = record.next;
    const stream = record.stream;
    const isFinal = (record.flags & RECORD_FINAL) != 0;
    if (stream.isTcp) batch.messages += isFinal ? 0 : 1;
    else if (isFinal) batch.exchanges++;
    else batch.parts++;
    store<u8>(to, BATCH_RECORD);
    store<u32>(to, writtenSize(record) - FIELD_HEAD, 1);
    store<u8>(to, stream.isTcp ? MODE_DIAMETER : MODE_HTTP, FIELD_HEAD);
    store<u8>(to, <u8>record.flags, FIELD_HEAD + 1);
    store<u32>(to, record.part, FIELD_HEAD + 2);
    store<u64>(to, stream.number, FIELD_HEAD + 6);
    to += FIELD_HEAD + RECORD_HEAD;
    copy(to, stream.connection.fields, stream.connection.size);
    to = record.writeAndFree(to + stream.connection.size);
    stream.queued--;
    freeIfDone(stream);
    record = next;
  }
}

/** Takes a settled batch out of the list; the caller gives its memory back. */
export function removeBatch(batch: Batch): void {
  let before: Batch = changetype<Batch>(0);
  let found = firstBatch;
  while (found !== batch) {
    before = found;
    found = found.next;
  }
  if (changetype<usize>(before) == 0) firstBatch = batch.next;
  else before.next = batch.next;
  if (lastBatch === batch) lastBatch = before;
  batchCount--;
}
