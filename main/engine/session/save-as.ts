import type { SaveFormat } from '../../../app/api/save-formats.ts';
import { packetWriters } from './packet-writers.ts';
import { saveHar } from './save-har.ts';
import { saveSession } from './save-session.ts';
import type { SaveWatch } from './saving.ts';
import type { Session } from './session.ts';

/** Writes the flows that match; see `saveSession` and `saveHar` for what each leaves out and throws. */
export function saveAs(
  format: SaveFormat,
  session: Session,
  filter: string,
  path: string,
  watch: SaveWatch,
): Promise<{ readonly flows: number; readonly bytes: number }> {
  return format === 'har'
    ? saveHar(session, filter, path, watch)
    : saveSession(session, filter, path, watch, packetWriters[format]);
}
