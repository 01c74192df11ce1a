import { randomBytes } from 'node:crypto';

/** Subjects whose last word is kept. */
const MAXIMUM_SUBJECTS = 10_000;

interface Item {
  readonly bytes: Uint8Array;
  /** Whose word it is, of which only the last one matters; ''. */
  readonly subject: string;
}

/**
 * The latest documents, each under its sequence number, bounded by bytes: what falls out is gone, but for the last word of each
 * subject: by a pod's last heartbeat, who was away while the pod went for good knows what was missed of it.
 */
export class Ring {
  /** Random identity: numbers of another ring mean nothing in this one. */
  readonly id = randomBytes(8).toString('hex');
  private readonly limit: number;
  private items: Item[] = [];
  /** Position in `items` of the oldest document. */
  private head = 0;
  private bytes = 0;
  private nextSequence = 1n;
  /** Last words that have fallen out, by subject, in the order of their numbers. */
  private readonly lastWords = new Map<string, { readonly sequence: bigint; readonly bytes: Uint8Array }>();
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

  push(encode: (sequence: bigint) => Uint8Array, subject = ''): void {
    const bytes = encode(this.nextSequence++);
    this.items.push({ bytes, subject });
    this.bytes += bytes.length;
    while (this.bytes > this.limit && this.length > 1) this.drop();
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
    for (let bytes = 0; end < this.items.length && bytes < maximum; end++) bytes += this.items[end]!.bytes.length;
    return this.items.slice(start, end).map(({ bytes }) => bytes);
  }

  /** What is left of the documents from number `from` on that have fallen out: the last words of their subjects. */
  remnants(from: bigint): readonly Uint8Array[] {
    return [...this.lastWords.values()].filter(({ sequence }) => sequence >= from).map(({ bytes }) => bytes);
  }

  private drop(): void {
    const { first } = this;
    const { bytes, subject } = this.items[this.head]!;
    this.bytes -= bytes.length;
    // The slot is given back at once: the bytes of a document matter more than the array.
    this.items[this.head++] = NOTHING;
    if (subject === '') return;
    this.lastWords.delete(subject);
    this.lastWords.set(subject, { sequence: first, bytes });
    if (this.lastWords.size <= MAXIMUM_SUBJECTS) return;
    const [oldest] = this.lastWords.keys();
    this.lastWords.delete(oldest!);
  }

  /** Calls back after each document until the returned function is called. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

const NOTHING: Item = { bytes: new Uint8Array(0), subject: '' };
