import { ByteQueue } from '../bytes/byte-queue.ts';

/**
 * Reads the item that begins at `start` of `bytes`, of which `end` is the first byte not there yet. Returns the item's
 * length, which may reach past `end` when the rest is not needed and is to be skipped; or, when it needs more than is
 * there, minus the number of bytes from `start` that it needs to go on.
 */
export type ItemReader = (bytes: Uint8Array, start: number, end: number, fileOffset: number) => number;

/** Cuts chunks of any size into the items of a file. Items within one chunk are read in place; only those across a border are copied. */
export interface ItemStream {
  push(chunk: Uint8Array): void;
  /** Bytes of an unfinished item at the end of the file. */
  readonly held: number;
  /** Where that item begins: the offset in the file of what was not read yet. */
  readonly offset: number;
}

export function createItemStream(read: ItemReader): ItemStream {
  const queue = new ByteQueue();
  let offset = 0;
  let skip = 0;
  let needed = 1;

  /** Reads items from `bytes` as far as they are whole, and returns how many bytes were used. */
  function readItems(bytes: Uint8Array): number {
    let at = 0;
    needed = 1;
    while (at < bytes.length) {
      const length = read(bytes, at, bytes.length, offset);
      if (length <= 0) {
        needed = -length;
        break;
      }
      at += length;
      offset += length;
    }
    if (at <= bytes.length) return at;
    skip = at - bytes.length;
    return bytes.length;
  }

  return {
    push(chunk) {
      let at = 0;
      if (skip > 0) {
        at = Math.min(skip, chunk.length);
        skip -= at;
      }
      while (queue.length > 0 && at < chunk.length) {
        const part = Math.min(Math.max(1, needed - queue.length), chunk.length - at);
        const piece = chunk.subarray(at, at + part);
        at += part;
        if (queue.length + part < needed) {
          queue.append(piece);
          return;
        }
        const input = queue.join(piece);
        queue.keep(input, readItems(input));
        if (skip > 0) {
          const skipped = Math.min(skip, chunk.length - at);
          skip -= skipped;
          at += skipped;
        }
      }
      if (at < chunk.length) {
        const rest = at === 0 ? chunk : chunk.subarray(at);
        queue.keep(rest, readItems(rest));
      }
    },
    get held() {
      return queue.length;
    },
    get offset() {
      return offset;
    },
  };
}
