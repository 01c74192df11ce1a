import { BATCH_DROP, DROP_KINDS, DROP_LENGTH, DROP_REASONS, FIELD_HEAD } from '../../../app/capture/batch-tags';
import { fill } from './memory';

/** Counters by kind and reason that only grow. */
const SIZE: usize = <usize>(DROP_KINDS * DROP_REASONS * 8);
const counters: usize = heap.alloc(SIZE);
fill(counters, 0, SIZE);

export function countDrop(kind: u32, reason: u32, count: u64): void {
  const counter = counters + ((kind * <u32>DROP_REASONS + reason) << 3);
  store<u64>(counter, load<u64>(counter) + count);
}

/** Length of all counts that are not 0 as fields of a batch. */
export function dropFieldsSize(): u32 {
  let size: u32 = 0;
  for (let at: usize = 0; at < SIZE; at += 8) {
    if (load<u64>(counters + at) != 0) size += FIELD_HEAD + DROP_LENGTH;
  }
  return size;
}

/** Writes those fields and returns where they end. */
export function writeDropFields(to: usize): usize {
  for (let kind: u32 = 0; kind < <u32>DROP_KINDS; kind++) {
    for (let reason: u32 = 0; reason < <u32>DROP_REASONS; reason++) {
      const count = load<u64>(counters + ((kind * <u32>DROP_REASONS + reason) << 3));
      if (count == 0) continue;
      store<u8>(to, BATCH_DROP);
      store<u32>(to, DROP_LENGTH, 1);
      store<u8>(to, <u8>kind, FIELD_HEAD);
      store<u8>(to, <u8>reason, FIELD_HEAD + 1);
      store<u64>(to, count, FIELD_HEAD + 2);
      to += FIELD_HEAD + DROP_LENGTH;
    }
  }
  return to;
}
