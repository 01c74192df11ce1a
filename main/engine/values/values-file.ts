import { createHash } from 'node:crypto';
import { chmod, open, realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { valuesChangedCode } from '../../../app/api/contract.ts';
import { checkValuesSize, largestValuesFile, valuesFileText } from '../../../app/mesh/values-layout.ts';
import { RequestError } from '../api/request-error.ts';
import { replaceFile } from '../store/replace-file.ts';

/** A values file as it stood on disk. */
export interface ValuesFileOnDisk {
  readonly text: string;
  /** Tells whether it has changed since. */
  readonly revision: string;
}

/** @throws RequestError when it is no values file, or cannot be read */
export async function readValuesFile(path: string): Promise<ValuesFileOnDisk> {
  const bytes = await bytesOf(path);
  try {
    return { text: valuesFileText(bytes, basename(path)), revision: revisionOf(bytes) };
  } catch (error) {
    throw new RequestError('values.read', (error as Error).message);
  }
}

/**
 * Writes a values file, through a link to where it really is, with the permissions that it had. Gives its revision.
 *
 * @param revision the revision to replace; null for whatever is there
 * @throws RequestError when it has changed since that revision, or cannot be written
 */
export async function writeValuesFile(path: string, text: string, revision: string | null): Promise<string> {
  const place = await realpath(path).catch(() => path);
  const mode = await stat(place).then(
    (found) => found.mode & 0o777,
    () => null,
  );
  // A file that is gone is made anew: nothing is lost by it.
  if (mode !== null && revision !== null && revisionOf(await bytesOf(place)) !== revision) {
    throw new RequestError(
      valuesChangedCode,
      `${basename(path)} has changed on disk since it was opened here: read it again, or replace it.`,
    );
  }
  const bytes = Buffer.from(text);
  await replaceFile(place, async (file) => file.write(bytes));
  if (mode !== null) await chmod(place, mode);
  return revisionOf(bytes);
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    const found = await stat(path);
    // Opening a pipe would wait for a writer.
    if (!found.isFile()) throw new Error('it is not a file');
    checkValuesSize(found.size, basename(path));
    await using file = await open(path);
    // A byte more than is taken, so that what has grown meanwhile is seen to be too large.
    const buffer = Buffer.alloc(largestValuesFile + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw new RequestError('values.read', `${path} cannot be read: ${(error as Error).message}`);
  }
}

function revisionOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
