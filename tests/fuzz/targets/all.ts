import type { FuzzTarget } from '../fuzz-target.ts';
import { files, packets } from './captures.ts';
import { avps, comments, filters } from './details.ts';
import { batches, documents } from './hand-over.ts';
import { streams } from './streams.ts';

/** Everything that reads what others wrote. */
export const targets: readonly FuzzTarget[] = [files, packets, streams, avps, batches, documents, comments, filters];
