import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The capture file that a start names, as an absolute path; null when it names none. Chromium's switches and, from the sources, the
 * application's own folder are none. File managers of Linux name files by URLs (Desktop Entry Specification, `%U`).
 *
 * @param folder what a relative path begins at
 */
export function startFile(argv: readonly string[], isPackaged: boolean, folder: string): string | null {
  const paths = argv.slice(1).filter((argument) => !argument.startsWith('-'));
  const [named] = isPackaged ? paths : paths.slice(1);
  if (named === undefined) return null;
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(named)) return isAbsolute(named) ? named : resolve(folder, named);
  try {
    return fileURLToPath(named);
  } catch {
    // Of another machine, or of another kind.
    return null;
  }
}
