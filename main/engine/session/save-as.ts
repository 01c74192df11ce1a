import { saveHar } from './save-har.ts';
import { saveSession } from './save-session.ts';
import type { SaveWatch } from './saving.ts';
import type { Session } from './session.ts';

export type SaveFormat = 'pcapng' | 'har';

/** The format that a path's ending asks for. */
export function formatOf(path: string): SaveFormat {
  return /\.har$/i.test(path) ? 'har' : 'pcapng';
}

/** Writes the flows that match; see `saveSession` and `saveHar` for what each leaves out and throws. */
export function saveAs(
  format: SaveFormat,
  session: Session,
  filter: string,
  path: string,
  watch: SaveWatch,
): Promise<{ readonly flows: number; readonly bytes: number }> {
  return format === 'har' ? saveHar(session, filter, path, watch) : saveSession(session, filter, path, watch);
}
