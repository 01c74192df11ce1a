import type { SaveTarget } from '../../../app/api/session-types.ts';
import type { SavePermits } from '../../save-permit.ts';
import type { Transfers } from '../serve/transfers.ts';
import { RequestError } from './request-error.ts';

/** Where a file that the view asked for is written, and what the view is told of it once it is there. */
export interface SavePlace {
  readonly path: string;
  /** `name`: what a browser is to call it. */
  offer(name: string): { readonly path: string; readonly download: string };
}

/**
 * @param permits who says where may be written; null where nothing may but downloads
 * @param transfers serve mode: the file goes by the connection of the view, which has no paths
 * @throws RequestError for a path that nobody has chosen in a dialog
 */
export function savePlace(
  target: SaveTarget | null,
  permits: SavePermits | null,
  transfers: Transfers | null,
): SavePlace {
  if (transfers !== null) {
    // A page in a browser does not choose where on this machine is written.
    if (target !== null) throw new RequestError('session.path', 'In the browser, files are saved by downloading.');
    const path = transfers.newPath();
    return { path, offer: (name) => ({ path: '', download: transfers.offer(path, name) }) };
  }
  if (target === null || permits?.allows('capture', target) !== true) {
    throw new RequestError('session.path', 'Choose in the dialog where to save.');
  }
  const { path } = target;
  return { path, offer: () => ({ path, download: '' }) };
}
