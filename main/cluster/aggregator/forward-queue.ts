/** An encoded document that waits to be acknowledged. */
export interface Queued {
  readonly sequence: bigint;
  readonly bytes: Uint8Array;
}

/** Documents in order until the analysis service has acknowledged them. Bounded by bytes. */
export class ForwardQueue {
  private items: Queued[] = [];
  /** Position in `items` of the oldest document, and of the first that was not sent on this connection. */
  private first = 0;
  private unsent = 0;
  private readonly limit: number;
  private nextSequence = 1n;
  bytes = 0;

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.limit = limit;
  }

  get length(): number {
    return this.items.length - this.first;
  }

  /** Share of the limit that is used. */
  get fill(): number {
    return this.bytes / this.limit;
  }

  get acknowledged(): bigint {
    return this.nextSequence - BigInt(this.length) - 1n;
  }

  /** Number of the document offered last. */
  get last(): bigint {
    return this.nextSequence - 1n;
  }

  /** Puts a document at the end; `encode` is called with its sequence number, and only if there is room. */
  offer(encode: (sequence: bigint) => Uint8Array): boolean {
    if (this.bytes >= this.limit) return false;
    const bytes = encode(this.nextSequence);
    this.items.push({ sequence: this.nextSequence, bytes });
    this.nextSequence++;
    this.bytes += bytes.length;
    return true;
  }

  /** Documents not sent yet, of up to `maximum` bytes but at least one; they count as sent. */
  take(maximum: number): readonly Queued[] {
    const start = this.unsent;
    let bytes = 0;
    while (this.unsent < this.items.length && bytes < maximum) bytes += this.items[this.unsent++]!.bytes.length;
    return this.items.slice(start, this.unsent);
  }

  /** Forgets all documents up to and including `sequence`. False when nothing of that number was ever sent. */
  acknowledge(sequence: bigint): boolean {
    const last = this.items[this.unsent - 1];
    if (sequence > (this.unsent > this.first && last ? last.sequence : this.acknowledged)) return false;
    while (this.first < this.unsent && this.items[this.first]!.sequence <= sequence) {
      this.bytes -= this.items[this.first]!.bytes.length;
      this.first++;
    }
    if (this.first > 1024 && this.first * 2 > this.items.length) this.compact();
    return true;
  }

  /** A new connection: what was not acknowledged is sent again. */
  rewind(): void {
    this.unsent = this.first;
  }

  private compact(): void {
    this.items = this.items.slice(this.first);
    this.unsent -= this.first;
    this.first = 0;
  }
}
