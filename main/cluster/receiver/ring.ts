import { randomBytes } from 'node:crypto';

/** The latest documents, each under its sequence number, bounded by bytes: what falls out is gone. */
export class Ring {
  /** Random identity: numbers of another ring mean nothing in this one. */
  readonly id = randomBytes(8).toString('hex');
  private readonly limit: number;
  private items: Uint8Array[] = [];
  /** Position in `items` of the oldest document. */
  private head = 0;
  private bytes = 0;
  private nextSequence = 1n;
  private readonly listeners = new Set<() => void>();

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** Number of the oldest document held; equal to `next` when none is. */
  get first(): bigint {
    return this.nextSequence - BigInt(this.length);
  }

  /** Number that the next document will get. */
  get next(): bigint {
    return this.nextSequence;
  }

  get length(): number {
    return this.items.length - this.head;
  }

  get size(): number {
    return this.bytes;
  }

  push(encode: (sequence: bigint) => Uint8Array): void {
    const bytes = encode(this.nextSequence++);
    this.items.push(bytes);
    this.bytes += bytes.length;
    while (this.bytes > this.limit && this.length > 1) {
      this.bytes -= this.items[this.head]!.length;
      // The slot is given back at once: the bytes of a document matter more than the array.
      this.items[this.head++] = NOTHING;
    }
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    for (const listener of this.listeners) listener();
  }

  /** Documents from number `from` on, of up to `maximum` bytes but at least one if there is one. `from` must not be below `first`. */
  read(from: bigint, maximum: number): readonly Uint8Array[] {
    const start = this.head + Number(from - this.first);
    let end = start;
    for (let bytes = 0; end < this.items.length && bytes < maximum; end++) bytes += this.items[end]!.length;
    return this.items.slice(start, end);
  }

  /** Calls back after each document until the returned function is called. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

const NOTHING = new Uint8Array(0);
