/** RFC 6455 section 5.2. */
export interface WebSocketFrameHeader {
  readonly final: boolean;
  /** RSV1: with permessage-deflate, the message is compressed (RFC 7692 section 6). */
  readonly compressed: boolean;
  /** 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong. */
  readonly opcode: number;
  readonly masked: boolean;
  readonly length: number;
}

export interface WebSocketFrameListener {
  frame(header: WebSocketFrameHeader): void;
  /** A run of the payload, unmasked; only valid during the call. */
  payload(bytes: Uint8Array): void;
  /** The frame is over. `complete` is false when bytes of it are missing. */
  end(complete: boolean): void;
}

const MAX_HEADER_LENGTH = 14;

/** Reads WebSocket frames of one direction out of bytes in any pieces. Stops at bytes that cannot be a frame. */
export class WebSocketFrameReader {
  private readonly listener: WebSocketFrameListener;
  private readonly header = new Uint8Array(MAX_HEADER_LENGTH);
  private headerLength = 0;
  private mask: Uint8Array | null = null;
  private maskAt = 0;
  private payloadLeft = 0;
  private inFrame = false;
  private complete = true;
  /** The frames cannot be followed any more. */
  lost = false;

  constructor(listener: WebSocketFrameListener) {
    this.listener = listener;
  }

  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !this.lost) {
      if (this.inFrame) {
        const end = Math.min(bytes.length, at + this.payloadLeft);
        this.payload(bytes.subarray(at, end));
        at = end;
      } else {
        this.header[this.headerLength++] = bytes[at++]!;
        this.readHeader();
      }
    }
  }

  skip(length: number): void {
    if (!this.inFrame || length === 0 || length > this.payloadLeft) {
      this.lost = true;
      return;
    }
    this.complete = false;
    this.maskAt = (this.maskAt + length) & 3;
    this.payloadLeft -= length;
    if (this.payloadLeft === 0) this.endFrame();
  }

  private readHeader(): void {
    if (this.headerLength < 2) return;
    const first = this.header[0]!;
    const second = this.header[1]!;
    const shortLength = second & 0x7f;
    const lengthOctets = shortLength === 126 ? 2 : shortLength === 127 ? 8 : 0;
    const masked = (second & 0x80) !== 0;
    if (this.headerLength < 2 + lengthOctets + (masked ? 4 : 0)) return;
    let length = shortLength;
    if (lengthOctets > 0) {
      length = 0;
      for (let at = 2; at < 2 + lengthOctets; at++) length = length * 256 + this.header[at]!;
    }
    const opcode = first & 0x0f;
    this.headerLength = 0;
    if (!Number.isSafeInteger(length) || (opcode > 2 && opcode < 8) || opcode > 10) {
      this.lost = true;
      return;
    }
    this.mask = masked ? this.header.slice(2 + lengthOctets, 6 + lengthOctets) : null;
    this.maskAt = 0;
    this.payloadLeft = length;
    this.inFrame = true;
    this.complete = true;
    this.listener.frame({ final: (first & 0x80) !== 0, compressed: (first & 0x40) !== 0, opcode, masked, length });
    if (length === 0) this.endFrame();
  }

  private payload(bytes: Uint8Array): void {
    this.payloadLeft -= bytes.length;
    this.listener.payload(this.mask === null ? bytes : this.unmask(bytes, this.mask));
    if (this.payloadLeft === 0) this.endFrame();
  }

  /** RFC 6455 section 5.3. */
  private unmask(bytes: Uint8Array, mask: Uint8Array): Uint8Array {
    const plain = new Uint8Array(bytes.length);
    for (let at = 0; at < bytes.length; at++) plain[at] = bytes[at]! ^ mask[(this.maskAt + at) & 3]!;
    this.maskAt = (this.maskAt + bytes.length) & 3;
    return plain;
  }

  private endFrame(): void {
    this.inFrame = false;
    this.listener.end(this.complete);
  }
}
