import { createReadStream, type ReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { RequestError } from '../api/request-error.ts';

/** A capture file's bytes, with gzip and zstd undone. */
export interface CaptureBytes {
  /** Bytes of the file as it lies there. */
  readonly total: number;
  /** Bytes of it that were read. */
  done(): number;
  readonly chunks: AsyncIterable<Uint8Array>;
}

const chunkSize = 1 << 18;

function unreadable(path: string, error: unknown): RequestError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new RequestError('file.missing', `There is no file ${path}.`);
  if (code === 'EACCES' || code === 'EPERM') {
    return new RequestError('file.permission', `You have no permission to read ${path}.`);
  }
  return new RequestError('file.unreadable', `${path} cannot be read: ${(error as Error).message}`);
}

async function firstBytes(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const head = new Uint8Array(4);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return head.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function decompressor(head: Uint8Array) {
  const word = Buffer.from(head).toString('hex');
  if (word.startsWith('1f8b')) return createGunzip({ chunkSize });
  if (word === '28b52ffd') return createZstdDecompress({ chunkSize });
  return null;
}

/**
 * Opens a file for reading from its beginning.
 * @throws RequestError when it is missing, no file, or may not be read
 */
export async function openCaptureBytes(path: string, signal: AbortSignal): Promise<CaptureBytes> {
  let total: number;
  let file: ReadStream;
  let head: Uint8Array;
  try {
    const information = await stat(path);
    if (information.isDirectory()) throw new RequestError('file.directory', `${path} is a folder, not a capture file.`);
    total = information.size;
    head = await firstBytes(path);
    file = createReadStream(path, { highWaterMark: chunkSize, signal });
  } catch (error) {
    throw error instanceof RequestError ? error : unreadable(path, error);
  }
  const undo = decompressor(head);
  if (undo !== null) {
    file.on('error', (error) => undo.destroy(error));
    undo.on('close', () => file.destroy());
    file.pipe(undo);
  }
  return { total, done: () => file.bytesRead, chunks: undo ?? file };
}
