import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SaveTarget } from '../../app/api/session-types.ts';
import type { FlowDetail, FlowRow } from '../../app/api/types.ts';
import { createEngine, type Engine } from '../../main/engine/engine.ts';
import { newPermitSecret, type PermitUse, SavePermits } from '../../main/save-permit.ts';

/** An engine with a folder of its own. */
export interface TestEngine extends Engine {
  readonly folder: string;
  /** A path as if the shell's dialog had chosen it. */
  target(path: string, use?: PermitUse): SaveTarget;
  /** All flows in order of arrival. */
  rows(filter?: string): Promise<FlowRow[]>;
  details(rows: readonly FlowRow[]): Promise<FlowDetail[]>;
  /** Closes the engine and removes its folder. */
  dispose(): Promise<void>;
}

export function startTestEngine(mode: 'desktop' | 'serve' = 'desktop'): TestEngine {
  const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-engine-'));
  const permits = new SavePermits(newPermitSecret());
  const engine = createEngine({ mode, version: 'test', folder, permits });
  return {
    ...engine,
    folder,
    target: (path, use = 'capture') => permits.target(use, path),
    async rows(filter = '') {
      const rows: FlowRow[] = [];
      const order = { column: 'id', descending: false } as const;
      for (;;) {
        const window = await engine.handlers['flows.window']({ filter, order, offset: rows.length, limit: 1000 });
        rows.push(...window.rows);
        if (window.rows.length === 0 && !window.pending) return rows;
      }
    },
    details: (rows) => Promise.all(rows.map(({ id }) => engine.handlers['flows.detail']({ id }))),
    async dispose() {
      await engine.close();
      rmSync(folder, { recursive: true });
    },
  };
}
