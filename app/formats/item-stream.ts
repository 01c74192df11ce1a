import { ByteQueue } from '../bytes/byte-queue.ts';

/**
 * Reads the item that begins at `start` of `bytes`, of which `end` is the first byte not there yet. Returns the item's
 * length, which may reach past `end` when the rest is not needed and is to be skipped; or, when it needs more than is
 * there, minus the number of bytes from `start` that it needs to go on.
 */
export type ItemReader = (bytes: Uint8Array, start: number, end: number, fileOffset: number) => number;

/**
 * Cuts chunks of any size into the items of a file. Items within one chunk are read in place; only those across a border are copied.
 * A class, since one is made for each live capture: an accessor in an object literal gives every object a hidden class of its own.
 */
export class ItemStream {
  private readonly read: ItemReader;
  private readonly queue = new ByteQueue();
  private skip = 0;
  private needed = 1;
  private nextOffset = 0;

  constructor(read: ItemReader) {
    this.read = read;
  }

  /** Bytes of an unfinished item at the end of the file. */
  get held(): number {
    return this.queue.length;
  }

  /** Where that item begins: the offset in the file of what was not read yet. */
  get offset(): number {
    return this.nextOffset;
  }

  push(chunk: Uint8Array): void {
    const { queue } = this;
    let at = 0;
    if (this.skip > 0) {
      at = Math.min(this.skip, chunk.length);
      this.skip -= at;
    }
    while (queue.length > 0 && at < chunk.length) {
      const part = Math.min(Math.max(1, this.needed - queue.length), chunk.length - at);
      const piece = chunk.subarray(at, at + part);
      at += part;
      if (queue.length + part < this.needed) {
        queue.append(piece);
        return;
      }
      const input = queue.join(piece);
      queue.keep(input, this.readItems(input));
      if (this.skip > 0) {
        const skipped = Math.min(this.skip, chunk.length - at);
        this.skip -= skipped;
        at += skipped;
      }
    }
    if (at < chunk.length) {
      const rest = at === 0 ? chunk : chunk.subarray(at);
      queue.keep(rest, this.readItems(rest));
    }
  }

  /** Asks for the items in what is held once more: now that nothing follows, less may be enough. */
  flush(): void {
    const held = this.queue.join(new Uint8Array(0));
    this.queue.keep(held, this.readItems(held));
  }

  /** Reads items from `bytes` as far as they are whole, and returns how many bytes were used. */
  private readItems(bytes: Uint8Array): number {
    let at = 0;
    this.needed = 1;
    while (at < bytes.length) {
      const length = this.read(bytes, at, bytes.length, this.nextOffset);
      if (length <= 0) {
        this.needed = -length;
        break;
      }
      at += length;
      this.nextOffset += length;
    }
    if (at <= bytes.length) return at;
    this.skip = at - bytes.length;
    return bytes.length;
  }
}
