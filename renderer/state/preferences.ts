import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CaptureOptions } from '../../app/mesh/capture-options.ts';
import type { TimeStyle } from '../ui/format.ts';
import { firstFilters, type SavedFilter } from './saved-filters.ts';

export type Theme = 'system' | 'dark' | 'light';

/** What the view remembers on this machine. */
export interface Preferences {
  readonly theme: Theme;
  /** Widths that the user gave to columns, by column id. */
  readonly columnWidths: Readonly<Record<string, number>>;
  readonly hiddenColumns: readonly string[];
  readonly timeStyle: TimeStyle;
  readonly panelOpen: boolean;
  /** Filters applied before, newest first. */
  readonly filterHistory: readonly string[];
  readonly savedFilters: readonly SavedFilter[];
  /** What was chosen last in the sheet behind a cluster's switch, by cluster id. */
  readonly captures: Readonly<Record<string, Partial<CaptureOptions>>>;
}

const key = 'packet-inspector.view';
const longestHistory = 50;

const defaults: Preferences = {
  theme: 'system',
  columnWidths: {},
  hiddenColumns: [],
  timeStyle: 'clock',
  panelOpen: true,
  filterHistory: [],
  savedFilters: firstFilters,
  captures: {},
};

/** A store that is kept in `storage`. What cannot be read there is as if it were not there. */
export function createPreferences(storage: Storage): StoreApi<Preferences> {
  const store = createStore<Preferences>(() => ({ ...defaults, ...read(storage) }));
  store.subscribe((preferences) => storage.setItem(key, JSON.stringify(preferences)));
  return store;
}

export function withHistory(history: readonly string[], filter: string): readonly string[] {
  if (filter.trim() === '') return history;
  return [filter, ...history.filter((other) => other !== filter)].slice(0, longestHistory);
}

function read(storage: Storage): Partial<Preferences> {
  try {
    const value: unknown = JSON.parse(storage.getItem(key) ?? '{}');
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
