import type { CaptureBatch, CumulativeDrop, FilterRecord } from './batch.ts';
import { type BatchError, fieldEnd } from './batch-field.ts';
import { DROP_KIND_NAMES, DROP_REASON_NAMES, NODE_FIELDS, nameOf } from './batch-names.ts';
import {
  BATCH_CAPTURING,
  BATCH_DROP,
  BATCH_HEAD,
  BATCH_MAGIC,
  BATCH_RECORD,
  DROP_LENGTH,
  FIELD_HEAD,
} from './batch-tags.ts';
import { decodeRecord } from './decode-record.ts';

const text = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads what the filter posted (docs/capture-batch.md). Body bytes are views of `bytes`, not copies. A batch that is not
 * whole gives a `BatchError`; fields with unknown tags are skipped, so that a newer filter can say more.
 */
export function decodeBatch(bytes: Uint8Array): CaptureBatch | BatchError {
  if (bytes.length < BATCH_HEAD) return { error: 'shorter than the head of a batch', offset: bytes.length };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== BATCH_MAGIC) return { error: 'does not begin with PIB1', offset: 0 };
  const node = { pod: '', namespace: '', workload: '', serviceAccount: '', nodeName: '', service: '' };
  const drops: CumulativeDrop[] = [];
  const records: FilterRecord[] = [];
  for (let at = BATCH_HEAD; at < bytes.length; ) {
    const end = fieldEnd(view, at, bytes.length);
    if (end < 0) return { error: 'a field is longer than the batch', offset: at };
    const value = at + FIELD_HEAD;
    const tag = bytes[at]!;
    const nodeField = nameOf(NODE_FIELDS, tag);
    if (nodeField !== undefined) {
      node[nodeField] = text.decode(bytes.subarray(value, end));
    } else if (tag === BATCH_DROP) {
      if (end - value < DROP_LENGTH) return { error: 'a count of drops is too short', offset: at };
      const kind = nameOf(DROP_KIND_NAMES, bytes[value]!);
      const reason = nameOf(DROP_REASON_NAMES, bytes[value + 1]!) ?? `reason ${bytes[value + 1]}`;
      if (kind === undefined) return { error: 'an unknown kind of drop', offset: value };
      drops.push({ kind, reason, count: Number(view.getBigUint64(value + 2, true)) });
    } else if (tag === BATCH_RECORD) {
      const record = decodeRecord(view, value, end);
      if ('error' in record) return record;
      records.push(record);
    }
    at = end;
  }
  return {
    instance: view.getBigUint64(8, true).toString(16).padStart(16, '0'),
    sequence: view.getUint32(16, true),
    settled: view.getUint32(20, true),
    node,
    capturing: (view.getUint32(4, true) & BATCH_CAPTURING) !== 0,
    exchangesSeen: Number(view.getBigUint64(24, true)),
    messagesSeen: Number(view.getBigUint64(32, true)),
    drops,
    records,
  };
}
