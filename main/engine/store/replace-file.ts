import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RequestError } from '../api/request-error.ts';
import { AppendFile, type Hole } from './append-file.ts';

/** A file that is being written to take the place of another. */
export class Replacement {
  readonly #file: AppendFile;

  constructor(file: AppendFile) {
    this.#file = file;
  }

  /** @throws RequestError when the disk does not take it */
  write(bytes: Uint8Array): void {
    this.#check(this.#file.append(bytes));
  }

  /** Everything is on disk, before what was there is given up: else a loss of power could leave neither. */
  async finish(): Promise<void> {
    this.#check(this.#file.flush());
    await this.#file.sync().catch((error: Error) => {
      throw new RequestError('file.write', `The file could not be written: ${error.message}.`);
    });
  }

  #check(hole: Hole | null): void {
    if (hole === null) return;
    throw new RequestError('file.write', this.#file.failure?.text ?? 'The file could not be written.');
  }
}

/**
 * Writes a file; what was at `path` is replaced only when all is written. Returns its length.
 * @throws RequestError when the file cannot be written
 */
export async function replaceFile(path: string, write: (file: Replacement) => Promise<void>): Promise<number> {
  const unfinished = join(dirname(path), `.${process.pid}-${Date.now()}.unfinished`);
  let file: AppendFile;
  try {
    file = new AppendFile(unfinished, 'drop');
  } catch (error) {
    throw new RequestError('file.write', `${path} cannot be written: ${(error as Error).message}.`);
  }
  try {
    const replacement = new Replacement(file);
    await write(replacement);
    await replacement.finish();
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    file.close();
  }
  return file.length;
}
