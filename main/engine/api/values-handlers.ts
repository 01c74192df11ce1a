import { basename } from 'node:path';
import type { Handlers } from '../../../app/api/contract.ts';
import type { SaveTarget } from '../../../app/api/session-types.ts';
import type { SavePermits } from '../../save-permit.ts';
import { readValuesFile, writeValuesFile } from '../values/values-file.ts';
import { RequestError } from './request-error.ts';

/**
 * Reads and writes override values files of the user, where a dialog of the shell has said.
 *
 * @param permits who knows what the dialogs said; null in a browser, where the page reads and downloads files itself
 */
export function valuesHandlers(permits: SavePermits | null): Pick<Handlers, 'values.open' | 'values.save'> {
  function chosen(target: SaveTarget): string {
    if (permits?.allows('values', target) === true) return target.path;
    throw new RequestError('values.path', 'Choose the values file in the dialog.');
  }

  return {
    'values.open': async ({ target }) => {
      const path = chosen(target);
      return { name: basename(path), ...(await readValuesFile(path)) };
    },
    'values.save': async ({ target, text, revision }) => ({
      revision: await writeValuesFile(chosen(target), text, revision),
    }),
  };
}
