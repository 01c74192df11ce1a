import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Largest file that a browser may hand over for opening. Bytes. */
const maximumUpload = 8 * 2 ** 30;
/** Downloads offered and not fetched; the oldest are withdrawn. */
const maximumOffers = 16;

class TooLarge extends Error {}

/** Stops a stream that has more than `limit` bytes. */
function bounded(limit: number): Transform {
  let left = limit;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length;
      if (left < 0) done(new TooLarge());
      else done(null, chunk);
    },
  });
}

/** Longest file name, in characters: in UTF-8 it stays below the 255 bytes of file systems. */
const longestName = 60;

/** A file name that a browser proposes, with what no file system takes left out; it begins with no dot. */
function safeName(name: string): string {
  const harmless = name.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_');
  return [...harmless].slice(-longestName).join('').replace(/^\.+/, '') || 'capture';
}

/** Files on their way between a browser, which has no paths, and the engine, which has nothing else. */
export class Transfers {
  readonly #folder: string;
  readonly #offers = new Map<string, { path: string; name: string }>();
  /** Uploads that nobody opened yet, and those that were. */
  readonly #uploads = new Set<string>();
  readonly #opened = new Set<string>();

  /** @param folder private to this user; files in it are ours to remove */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A path for a file that is to be offered. */
  newPath(): string {
    return join(this.#folder, `offer-${randomBytes(8).toString('hex')}`);
  }

  /** Offers a file once, under a name nobody can guess. Returns the URL's path. */
  offer(path: string, name: string): string {
    for (const [id, old] of this.#offers) {
      if (this.#offers.size < maximumOffers) break;
      this.#offers.delete(id);
      void rm(old.path, { force: true });
    }
    const id = randomBytes(16).toString('hex');
    this.#offers.set(id, { path, name: safeName(name) });
    return `/download/${id}`;
  }

  /** Sends an offered file and removes it; false when there is no such offer. */
  async download(id: string, response: ServerResponse): Promise<boolean> {
    const offer = this.#offers.get(id);
    if (offer === undefined) return false;
    this.#offers.delete(id);
    const { size } = await stat(offer.path);
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': size,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(offer.name)}`,
    });
    try {
      await pipeline(createReadStream(offer.path), response);
    } finally {
      await rm(offer.path, { force: true });
    }
    return true;
  }

  /** Keeps the request's body as a file that `session.open` can be given. Returns its path, or null when it is too large. */
  async upload(request: IncomingMessage, name: string): Promise<string | null> {
    // In a folder of its own, so that it is shown by its name.
    const path = join(this.#folder, `upload-${randomBytes(8).toString('hex')}`, safeName(name));
    await mkdir(dirname(path), { mode: 0o700 });
    try {
      await pipeline(request, bounded(maximumUpload), createWriteStream(path, { mode: 0o600, flags: 'wx' }));
      this.#uploads.add(path);
      return path;
    } catch (error) {
      await rm(dirname(path), { recursive: true, force: true });
      if (error instanceof TooLarge) return null;
      throw error;
    }
  }

  /**
   * To be told when a file was opened, or could not be: uploads that were opened and are not `shown` any more go, since each
   * may be as large as the disk has room for.
   */
  async opened(path: string, shown: string): Promise<void> {
    if (this.#uploads.delete(path)) this.#opened.add(path);
    for (const old of this.#opened) {
      if (old === shown) continue;
      this.#opened.delete(old);
      await rm(dirname(old), { recursive: true, force: true });
    }
  }
}
