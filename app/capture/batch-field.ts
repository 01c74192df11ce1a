import { FIELD_HEAD } from './batch-tags.ts';

/** What is wrong with a batch, and at which byte of it. */
export interface BatchError {
  readonly error: string;
  readonly offset: number;
}

/** Where the field at `at` ends, or -1 when that is past `limit`. */
export function fieldEnd(view: DataView, at: number, limit: number): number {
  if (at + FIELD_HEAD > limit) return -1;
  const end = at + FIELD_HEAD + view.getUint32(at + 1, true);
  return end > limit ? -1 : end;
}
