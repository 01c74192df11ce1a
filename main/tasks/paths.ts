import { join } from 'node:path';

/** The folder of package.json. */
export const root = join(import.meta.dirname, '..', '..');
/** Everything that is built, git-ignored. */
export const buildFolder = join(root, 'build');
/** Programs that tests and benchmarks use and that npm does not bring: git-ignored, filled by `npm run parts`. */
export const partsFolder = join(root, '.parts');
