import type { Header } from '../../model/exchange.ts';
import type { BodyWatcher } from '../http/body-watcher.ts';
import { parseHeaderText } from '../http/headers-text.ts';
import { Base64Stream } from './base64-stream.ts';
import { GRPC_PREFIX_LENGTH } from './message-counter.ts';

/** Most significant bit of the flag octet: the frame holds trailers, not a message. */
export const GRPC_WEB_TRAILERS = 0x80;

/** Trailers beyond this are not read. */
const MAX_TRAILERS = 16_384;

/**
 * Counts the messages of a gRPC-Web body, binary or base64 text, and reads the trailers frame at its end.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
 */
export class GrpcWebCounter implements BodyWatcher {
  count = 0;
  trailers: Header[] = [];
  private readonly base64: Base64Stream | null;
  private prefixSeen = 0;
  private flags = 0;
  private length = 0;
  private payloadLeft = 0;
  private trailerBytes: number[] = [];
  private lost = false;

  constructor(text: boolean) {
    this.base64 = text ? new Base64Stream() : null;
  }

  push(bytes: Uint8Array): void {
    if (this.lost) return;
    this.read(this.base64 === null ? bytes : this.base64.decode(bytes));
  }

  skip(length: number): void {
    const inMessage = this.base64 === null && (this.flags & GRPC_WEB_TRAILERS) === 0;
    if (inMessage && length > 0 && length <= this.payloadLeft) this.payloadLeft -= length;
    else this.lost = true;
  }

  private read(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !this.lost) {
      if (this.payloadLeft > 0) {
        const step = Math.min(this.payloadLeft, bytes.length - at);
        if ((this.flags & GRPC_WEB_TRAILERS) !== 0) this.readTrailers(bytes.subarray(at, at + step));
        this.payloadLeft -= step;
        at += step;
        if (this.payloadLeft === 0) this.endFrame();
      } else {
        this.readPrefix(bytes[at++]!);
      }
    }
  }

  private readPrefix(octet: number): void {
    if (this.prefixSeen === 0) {
      this.flags = octet;
      this.length = 0;
      if ((octet & ~(GRPC_WEB_TRAILERS | 1)) !== 0) this.lost = true;
    } else {
      this.length = ((this.length << 8) | octet) >>> 0;
    }
    if (++this.prefixSeen < GRPC_PREFIX_LENGTH) return;
    this.prefixSeen = 0;
    this.payloadLeft = this.length;
    if ((this.flags & GRPC_WEB_TRAILERS) === 0) this.count++;
  }

  private readTrailers(bytes: Uint8Array): void {
    if (this.trailerBytes.length + bytes.length <= MAX_TRAILERS) this.trailerBytes.push(...bytes);
  }

  private endFrame(): void {
    if ((this.flags & GRPC_WEB_TRAILERS) === 0) return;
    // A compressed trailers frame (bit 0) cannot be read here.
    if ((this.flags & 1) === 0) this.trailers.push(...parseHeaderText(Uint8Array.from(this.trailerBytes)));
    this.trailerBytes = [];
  }
}
