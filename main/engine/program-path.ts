import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    // Folders may be entered by the same right.
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Where a program of this name would be in each folder of PATH. */
export function placesOnPath(name: string): readonly string[] {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name));
}

/**
 * Whether a setting may be started at all, as a program whose file name begins so: the view sets it, and must not come to
 * start any program of the machine by it.
 */
export function namesProgram(path: string, name: string): boolean {
  const last = path.split(/[\\/]/).at(-1) ?? '';
  // A path of two backslashes is on another machine.
  return isAbsolute(path) && !path.startsWith('\\\\') && last.toLowerCase().startsWith(name);
}
