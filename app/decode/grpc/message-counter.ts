import type { BodyWatcher } from '../http/body-watcher.ts';

/** Compressed-Flag (1 octet) and Message-Length (4 octets, big endian) before each message. */
export const GRPC_PREFIX_LENGTH = 5;

/**
 * Counts length-prefixed gRPC messages over any split of the body. A message counts once its prefix is whole. After a
 * hole that hides a prefix, counting ends: what follows could only be guessed.
 */
export class GrpcMessageCounter implements BodyWatcher {
  count = 0;
  private prefixSeen = 0;
  private length = 0;
  private payloadLeft = 0;
  private lost = false;

  /** What went by ended with a message. */
  get isWhole(): boolean {
    return !this.lost && this.prefixSeen === 0 && this.payloadLeft === 0;
  }

  push(bytes: Uint8Array): void {
    if (this.lost) return;
    const end = bytes.length;
    let at = 0;
    while (at < end) {
      if (this.payloadLeft > 0) {
        const step = Math.min(this.payloadLeft, end - at);
        this.payloadLeft -= step;
        at += step;
        continue;
      }
      const octet = bytes[at++]!;
      this.length = this.prefixSeen === 0 ? 0 : ((this.length << 8) | octet) >>> 0;
      if (this.prefixSeen === 0 && octet > 1) {
        this.lost = true;
        return;
      }
      if (++this.prefixSeen === GRPC_PREFIX_LENGTH) {
        this.prefixSeen = 0;
        this.payloadLeft = this.length;
        this.count++;
      }
    }
  }

  skip(length: number): void {
    if (length > 0 && length <= this.payloadLeft) this.payloadLeft -= length;
    else this.lost = true;
  }
}
