import type { Nanoseconds } from '../../model/exchange.ts';
import type { FrameHeader } from './frame.ts';

/** What began a header block: a HEADERS or PUSH_PROMISE frame. */
export interface BegunBlock {
  readonly header: FrameHeader;
  /** The promised stream, 0 for HEADERS. */
  readonly promisedStream: number;
  readonly began: Nanoseconds;
}

/** A header block longer than this is given up. */
const MAX_BLOCK_LENGTH = 1_048_576;

/** Collects a header block that goes on in CONTINUATION frames. RFC 9113 section 4.3. */
export class HeaderBlockBuffer {
  private begun: BegunBlock | null = null;
  private parts: Uint8Array[] = [];
  private length = 0;

  get isOpen(): boolean {
    return this.begun !== null;
  }

  get streamId(): number {
    return this.begun?.header.streamId ?? 0;
  }

  open(header: FrameHeader, promisedStream: number, began: Nanoseconds, bytes: Uint8Array): void {
    this.clear();
    this.begun = { header, promisedStream, began };
    this.append(bytes);
  }

  /** False when the block has become too long. */
  append(bytes: Uint8Array): boolean {
    this.parts.push(bytes.slice());
    this.length += bytes.length;
    return this.length <= MAX_BLOCK_LENGTH && this.parts.length <= MAX_BLOCK_LENGTH / 64;
  }

  /** The whole block. The buffer is empty afterwards. */
  take(): { begun: BegunBlock; bytes: Uint8Array } {
    const bytes = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.parts) {
      bytes.set(part, at);
      at += part.length;
    }
    const begun = this.begun!;
    this.clear();
    return { begun, bytes };
  }

  clear(): void {
    this.begun = null;
    this.parts = [];
    this.length = 0;
  }
}
