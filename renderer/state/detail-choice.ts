import { createStore, type StoreApi } from 'zustand/vanilla';
import type { BodyLook } from '../detail/body-look.ts';

/** How the user looks at flows. It stays while they go from flow to flow, and where a flow has nothing of it another stands in. */
export interface DetailChoice {
  readonly tab: string;
  /** Whose body; null until one was chosen. */
  readonly side: 'request' | 'answer' | null;
  /** How it is laid out; null until one was chosen. */
  readonly look: BodyLook | null;
  /** What is looked for in bodies; null while nothing is. */
  readonly find: string | null;
}

export function createDetailChoice(): StoreApi<DetailChoice> {
  return createStore<DetailChoice>(() => ({ tab: 'overview', side: null, look: null, find: null }));
}
