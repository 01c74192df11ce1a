import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import type { Problem } from '../../../app/model/problem.ts';
import { RequestError } from '../api/request-error.ts';
import { GrowingFile } from './growing-file.ts';

/** A capture file's bytes, with gzip and zstd undone. */
export interface CaptureBytes {
  /** Bytes of the file as it lies there: when it was opened, or, where it is followed, when it was looked at last. */
  total(): number;
  /** Bytes of it that were read. */
  done(): number;
  /** Whether somebody went on writing it since it was opened. */
  grew(): Promise<boolean>;
  /** Why it could not be followed any further; null when it could, and when it was not to be. */
  ended(): Problem | null;
  /**
   * To be read once, which closes the file. A chunk is only valid until the next is asked for. Where the file is followed, and
   * of standard input, an empty one comes whenever there is no more for now.
   */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Instead of a path: what comes on the standard input of this program. */
export const standardInput = '-';

const chunkSize = 1 << 18;
const magicLength = 4;

function unreadable(path: string, error: unknown): RequestError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return new RequestError('file.missing', `There is no file ${path}.`);
  if (code === 'EACCES' || code === 'EPERM') {
    return new RequestError('file.permission', `You have no permission to read ${path}.`);
  }
  return new RequestError('file.unreadable', `${path} cannot be read: ${(error as Error).message}.`);
}

interface Progress {
  done: number;
  total: number;
}

/**
 * Reads one chunk while the one before is worked on. Two buffers take turns, so that a large file leaves no garbage.
 * At the end of what there is, `growing` is asked for more.
 */
async function* readChunks(
  file: FileHandle,
  progress: Progress,
  growing: GrowingFile | null,
): AsyncGenerator<Uint8Array, void, undefined> {
  let buffer = new Uint8Array(chunkSize);
  let other = new Uint8Array(chunkSize);
  const next = () => {
    const reading = file.read(other, 0, Math.min(chunkSize, progress.total - progress.done), progress.done);
    // Nobody may come back for it.
    reading.catch(() => {});
    return reading;
  };
  try {
    for (let reading = next(); ; ) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) {
        if (growing === null) return;
        yield buffer.subarray(0, 0);
        const total = await growing.more(progress.done);
        if (total === null) return;
        progress.total = total;
        reading = next();
        continue;
      }
      progress.done += bytesRead;
      [buffer, other] = [other, buffer];
      reading = next();
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** Compressed bytes that are undone at a time: what they become is in memory at once, a thousand times as much at worst. */
const packedPart = 1 << 14;

interface Compression {
  undo(): Gunzip | ZstdDecompress;
  /** Node's stream ends with a frame of zstd: each of those behind it needs one of its own. It goes through the members of gzip by itself. */
  readonly inFrames: boolean;
}

/** How a file that begins so is compressed; null when it is not. */
function compressionOf(head: Uint8Array): Compression | null {
  const word = Buffer.from(head).toString('hex');
  if (word.startsWith('1f8b')) return { undo: () => createGunzip({ chunkSize }), inFrames: false };
  // A frame, or one to be skipped, which parallel programs put before each of theirs. RFC 8878 sections 3.1.1 and 3.1.2.
  if (word === '28b52ffd' || /^5.2a4d18$/.test(word)) {
    return { undo: () => createZstdDecompress({ chunkSize }), inFrames: true };
  }
  return null;
}

/**
 * What was compressed, piece by piece; the next piece is worked on by another thread while one is used. Where the file
 * turns out to be damaged, everything before comes first: the stream's own iterator throws away what it has ready.
 */
async function* decompressed(packed: AsyncIterable<Uint8Array>, compression: Compression): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  let failure: Error | null = null;
  let undo = open();
  function open() {
    const stream = compression.undo();
    stream.on('data', (bytes: Uint8Array) => ready.push(bytes));
    stream.on('error', (error: Error) => {
      failure = error;
    });
    const closed = new Promise<void>((resolve) => stream.once('close', resolve));
    return { stream, closed };
  }
  const writeOnce = ({ stream, closed }: typeof undo, part: Uint8Array) =>
    Promise.race([closed, new Promise<void>((resolve) => stream.write(part, () => resolve()))]);
  async function write(part: Uint8Array): Promise<void> {
    for (let rest = part; rest.length > 0 && failure === null; ) {
      const before = undo.stream.bytesWritten;
      await writeOnce(undo, rest);
      const taken = undo.stream.bytesWritten - before;
      if (taken >= rest.length || failure !== null || !compression.inFrames) return;
      if (taken === 0 && before === 0) throw new Error('nothing of it could be decompressed');
      undo.stream.destroy();
      undo = open();
      rest = rest.subarray(taken);
    }
  }
  const take = () => {
    const taken = ready;
    ready = [];
    return taken;
  };
  try {
    let written: Promise<void> = Promise.resolve();
    for await (const chunk of packed) {
      for (let at = 0; at < chunk.length && failure === null; at += packedPart) {
        await written;
        const taken = take();
        written = write(chunk.slice(at, at + packedPart));
        yield* taken;
      }
      if (failure !== null) break;
      if (chunk.length > 0) continue;
      await written;
      yield* take();
      yield chunk;
    }
    await written;
    undo.stream.end();
    await undo.closed;
    yield* take();
    if (failure !== null) throw failure;
  } finally {
    undo.stream.destroy();
  }
}

/** Size of an ordinary file. */
async function sizeOf(path: string): Promise<number> {
  const information = await stat(path);
  if (information.isDirectory()) throw new RequestError('file.directory', `${path} is a folder, not a capture file.`);
  // Opening a pipe would wait until somebody writes to it.
  if (!information.isFile())
    throw new RequestError('file.special', `${path} is a device or a pipe, not a capture file.`);
  return information.size;
}

/** How long nothing comes on standard input until what has come is all that there is for now. Milliseconds. */
const pause = 10;

/** Whether it is settled by then. Milliseconds. */
async function comesWithin(coming: Promise<unknown>, time: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, time, false);
  });
  try {
    return await Promise.race([coming.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What comes on standard input, whose length nobody knows. */
async function openStandardInput(): Promise<CaptureBytes> {
  const progress = { done: 0 };
  const input = createReadStream('', { fd: 0, autoClose: false, highWaterMark: chunkSize });
  const incoming: AsyncIterator<Uint8Array> = input[Symbol.asyncIterator]();
  // Its first bytes say whether it is compressed; a pipe may bring them one by one.
  let head = new Uint8Array(0);
  while (head.length < magicLength) {
    const { done, value } = await incoming.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    progress.done += head.length;
    yield head;
    for (;;) {
      const coming = incoming.next();
      // Whoever writes may pause for as long as he likes: what came by then is to be seen.
      if (!(await comesWithin(coming, pause))) yield head.subarray(0, 0);
      const next = await coming;
      if (next.done === true) return;
      progress.done += next.value.length;
      yield next.value;
    }
  }
  const compression = compressionOf(head.subarray(0, magicLength));
  return {
    total: () => 0,
    done: () => progress.done,
    grew: async () => false,
    ended: () => null,
    chunks: compression === null ? chunks() : decompressed(chunks(), compression),
  };
}

/**
 * Opens a file for reading from its beginning to the end that it has now; with `follow`, to the end that it has when that is
 * aborted, or when it is no longer the file of that name.
 * @throws RequestError when it is missing, no file, or may not be read
 */
export async function openCaptureBytes(path: string, follow: AbortSignal | null): Promise<CaptureBytes> {
  if (path === standardInput) return openStandardInput();
  let file: FileHandle | null = null;
  try {
    const total = await sizeOf(path);
    file = await open(path, 'r');
    const head = new Uint8Array(magicLength);
    const { bytesRead } = await file.read(head, 0, magicLength, 0);
    const progress: Progress = { done: 0, total };
    const growing = follow && new GrowingFile(path, file, follow);
    const chunks = readChunks(file, progress, growing);
    const compression = compressionOf(head.subarray(0, bytesRead));
    return {
      total: () => progress.total,
      done: () => progress.done,
      ended: () => growing?.ended ?? null,
      grew: async () => (await stat(path)).size > total,
      chunks: compression === null ? chunks : decompressed(chunks, compression),
    };
  } catch (error) {
    await file?.close();
    throw error instanceof RequestError ? error : unreadable(path, error);
  }
}
