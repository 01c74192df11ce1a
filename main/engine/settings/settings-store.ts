import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Settings } from '../../../app/api/contract.ts';

const defaults: Settings = { wiresharkPath: '', helmPath: '', chartPaths: {}, protoPaths: [], recentCaptures: [] };

const schema = v.object({
  wiresharkPath: v.optional(v.string(), defaults.wiresharkPath),
  helmPath: v.optional(v.string(), defaults.helmPath),
  chartPaths: v.optional(v.record(v.string(), v.string()), { ...defaults.chartPaths }),
  protoPaths: v.optional(v.array(v.string()), [...defaults.protoPaths]),
  recentCaptures: v.optional(v.array(v.string()), [...defaults.recentCaptures]),
});

/** What the engine keeps for the user between runs: a JSON file for this user alone. */
export class SettingsStore {
  readonly #path: string;
  #settings: Settings;

  /** A file that is missing or cannot be understood gives the defaults; it is replaced with the next change. */
  constructor(path: string) {
    this.#path = path;
    this.#settings = readSettings(path) ?? defaults;
  }

  get(): Settings {
    return this.#settings;
  }

  /**
   * Changes what is named, and nothing that another process has changed meanwhile.
   * @throws when the file cannot be written
   */
  set(changes: Partial<Settings>): Settings {
    const settings = { ...(readSettings(this.#path) ?? this.#settings), ...changes };
    // Written beside and renamed, so that a crash leaves the old ones.
    const unfinished = `${this.#path}.${process.pid}`;
    writeFileSync(unfinished, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(unfinished, this.#path);
    this.#settings = settings;
    return settings;
  }
}

function readSettings(path: string): Settings | null {
  try {
    const checked = v.safeParse(schema, JSON.parse(readFileSync(path, 'utf8')));
    return checked.success ? checked.output : null;
  } catch {
    return null;
  }
}
