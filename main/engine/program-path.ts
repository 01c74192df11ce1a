import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
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

/**
 * PATH, and after it the folders that a shell's profile usually adds: an app that is not started from a terminal has only the system's own PATH, on
 * macOS above all, where neither Homebrew's programs nor cloud providers' are.
 */
export function searchPath(environment: NodeJS.ProcessEnv = process.env): string {
  const path = environment.PATH ?? environment.Path ?? '';
  if (process.platform === 'win32') return path;
  const home = environment.HOME ?? homedir();
  const known = new Set(path.split(delimiter));
  const usual = [
    ...['/usr/local/bin', '/opt/homebrew/bin', '/snap/bin', '/usr/local/google-cloud-sdk/bin'],
    ...['.local/bin', 'bin', '.krew/bin', 'google-cloud-sdk/bin', '.asdf/shims'].map((folder) => join(home, folder)),
  ];
  return [path, ...usual.filter((folder) => !known.has(folder))].join(delimiter);
}

/** Where a program of this name would be in each folder of PATH, and of those that usually are on it. */
export function placesOnPath(name: string): readonly string[] {
  return searchPath()
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
