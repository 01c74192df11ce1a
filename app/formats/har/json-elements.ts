import { ByteQueue } from '../../bytes/byte-queue.ts';

/** What is found in a JSON text. Offsets are bytes from its beginning; `bytes` are valid during the call only. */
export interface JsonElementEvents {
  element(bytes: Uint8Array, offset: number): void;
  /** An element was longer than the bound and was passed over. */
  tooLong(offset: number, length: number): void;
}

/** Where the text stands at its end. */
export interface JsonEnd {
  /** The array was there. */
  readonly found: boolean;
  /** The outermost value was closed. */
  readonly complete: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
/** Keys on the way to the array are short; longer ones are others. */
const MAX_KEY = 64;

/**
 * Finds the objects of an array that lies at `path` in a JSON text, without holding more than one of them: brackets and
 * strings are counted, the elements themselves are for `JSON.parse`. Takes chunks of any size.
 */
export class JsonElements {
  readonly #path: readonly string[];
  readonly #maximum: number;
  readonly #events: JsonElementEvents;
  readonly #queue = new ByteQueue();
  #offset = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  /** The string that was read last, for it may be a key; null beyond `MAX_KEY` or inside the array. */
  #text: string | null = '';
  /** How many names of the path lead to where the text stands, and the depth of the last of them. */
  #matched = 0;
  #key = '';
  #elementStart = -1;
  /** Bytes of an element that is too long, which were not kept. */
  #dropped = 0;
  #found = false;
  #begun = false;

  constructor(path: readonly string[], maximum: number, events: JsonElementEvents) {
    this.#path = path;
    this.#maximum = maximum;
    this.#events = events;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.#inString) {
        if (this.#text === null) at = this.#skipString(chunk, at);
        else this.#readString(byte);
        continue;
      }
      switch (byte) {
        case QUOTE:
          this.#inString = true;
          this.#text = this.#depth <= this.#path.length ? '' : null;
          break;
        case COLON:
          if (this.#depth <= this.#path.length) this.#key = this.#text ?? '';
          break;
        case COMMA:
          if (this.#depth <= this.#path.length) this.#key = '';
          break;
        case 0x7b: // {
        case 0x5b: // [
          if (this.#open(byte)) {
            from = at;
            this.#elementStart = this.#offset + at;
          }
          break;
        case 0x7d: // }
        case 0x5d: // ]
          if (this.#close()) {
            this.#hand(chunk.subarray(from, at + 1));
            from = at + 1;
          }
          break;
      }
    }
    if (this.#elementStart >= 0) this.#hold(chunk.subarray(from));
    this.#offset += chunk.length;
  }

  end(): JsonEnd {
    return { found: this.#found, complete: this.#begun && this.#depth === 0 && !this.#inString };
  }

  /** One byte of a string that may be a key. */
  #readString(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) {
      this.#inString = false;
      return;
    }
    const text = this.#text!;
    this.#text = text.length < MAX_KEY ? text + String.fromCharCode(byte) : null;
  }

  /** Passes over a string of no interest from `from` on; returns where its closing quote is, or the chunk's last byte. */
  #skipString(chunk: Uint8Array, from: number): number {
    let at = this.#escaped ? from + 1 : from;
    for (; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) {
        this.#inString = false;
        this.#escaped = false;
        return at;
      }
    }
    // A backslash at the end escapes the next chunk's first byte.
    this.#escaped = at > chunk.length;
    return chunk.length - 1;
  }

  /** A bracket opens; true when it begins an element of the array. */
  #open(byte: number): boolean {
    this.#begun = true;
    const depth = this.#depth++;
    const path = this.#path;
    // The outermost object has depth 0; what the first name leads to lies at depth 1, and so on.
    if (depth >= 1 && depth <= path.length && this.#matched === depth - 1 && this.#key === path[depth - 1]) {
      this.#matched = depth;
      if (depth === path.length && byte === 0x5b) this.#found = true;
    }
    this.#key = '';
    return depth === path.length + 1 && this.#matched === path.length && byte === 0x7b;
  }

  /** A bracket closes; true when an element ends with it. */
  #close(): boolean {
    if (this.#depth > 0) this.#depth--;
    if (this.#elementStart >= 0) return this.#depth === this.#path.length + 1;
    if (this.#matched >= this.#depth) this.#matched = Math.max(0, this.#depth - 1);
    return false;
  }

  #hand(last: Uint8Array): void {
    const start = this.#elementStart;
    const length = this.#queue.length + last.length;
    this.#elementStart = -1;
    if (this.#tooLong || length > this.#maximum) this.#events.tooLong(start, length + this.#dropped);
    else this.#events.element(this.#queue.join(last), start);
    this.#queue.clear();
    this.#dropped = 0;
  }

  get #tooLong(): boolean {
    return this.#dropped > 0;
  }

  #hold(bytes: Uint8Array): void {
    if (this.#tooLong || this.#queue.length + bytes.length > this.#maximum) {
      this.#dropped += this.#queue.length + bytes.length;
      this.#queue.clear();
    } else {
      this.#queue.append(bytes);
    }
  }
}
