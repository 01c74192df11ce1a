import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder `resources/`: beside the sources, beside `build/`, and unpacked beside the packaged application; in each
 * case it is found in a folder above this file.
 */
function findResources(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'resources');
    if (existsSync(join(candidate, 'cluster', 'capture-filter.wasm'))) return candidate;
    if (dirname(folder) === folder)
      throw new Error('resources/ was not found above the program: the installation is incomplete');
  }
}

/** Absolute path of a file below `resources/`. */
export function resourcePath(...names: readonly string[]): string {
  return join(findResources(), ...names);
}

export function resourceBytes(...names: readonly string[]): Uint8Array {
  return readFileSync(resourcePath(...names));
}

export function resourceText(...names: readonly string[]): string {
  return readFileSync(resourcePath(...names), 'utf8');
}
