import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  type Zlib,
} from 'node:zlib';
import type { Coding, ContentCodings, Inflated } from '../../app/decode/content/content-codings.ts';

/** Input is handed over in pieces: what came out of earlier ones is kept when a later one is broken. */
const pieceSize = 1 << 14;
/** Length of the pieces in which a broken piece is tried again. */
const finePieceSize = 1 << 6;

/** The window that a recipient of zstd content has to have: 8 MiB. More is memory that the sender chooses. RFC 9659. */
export const zstdWindowLog = 23;

/** Zstandard frames in a row that are undone: empty ones bring nothing out, and so would never reach the limit. */
const maximumFrames = 4096;

const zstdMagic = [0x28, 0xb5, 0x2f, 0xfd];

/** Whether another Zstandard frame begins there: they may stand in a row. RFC 8878 section 3.1. */
function beginsZstdFrame(bytes: Uint8Array, at: number): boolean {
  return zstdMagic.every((octet, index) => bytes[at + index] === octet);
}

/** RFC 1950 section 2.2: method 8 and a header checksum that is a multiple of 31. Else bare deflate. */
export function hasZlibHeader(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && (bytes[0]! & 0x0f) === 8 && (bytes[0]! * 256 + bytes[1]!) % 31 === 0;
}

type Decompressor = Transform & Zlib;

function decompressor(coding: Coding, bytes: Uint8Array, history: Uint8Array | undefined): Decompressor {
  switch (coding) {
    case 'gzip':
      return createGunzip();
    case 'deflate':
      return hasZlibHeader(bytes) ? createInflate() : createInflateRaw();
    case 'br':
      return createBrotliDecompress();
    case 'zstd':
      return createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLog } });
    case 'message-deflate':
      return createInflateRaw({
        finishFlush: constants.Z_SYNC_FLUSH,
        ...(history === undefined || history.length === 0 ? {} : { dictionary: history }),
      });
  }
}

/** The end of each message that RFC 7692 section 7.2.1 takes off. */
const messageTail = Uint8Array.of(0, 0, 0xff, 0xff);

interface Attempt extends Inflated {
  /** Bytes of the input that had been taken when it ended. */
  readonly taken: number;
}

/** Runs one stream over the input, in fine pieces from offset `fineFrom` on. */
function attempt(
  coding: Coding,
  input: Uint8Array,
  limit: number,
  history: Uint8Array | undefined,
  fineFrom: number,
): Promise<Attempt> {
  return new Promise((resolve) => {
    const stream = decompressor(coding, input, history);
    const parts: Uint8Array[] = [];
    let length = 0;
    let at = 0;
    let ended = false;

    function finish(end: Inflated['end']): void {
      if (ended) return;
      ended = true;
      const bytes = new Uint8Array(Math.min(length, limit));
      let filled = 0;
      for (const part of parts) {
        bytes.set(part.subarray(0, bytes.length - filled), filled);
        filled += part.length;
      }
      resolve({ bytes, end, taken: stream.bytesWritten });
      stream.destroy();
    }

    function feed(): void {
      if (ended) return;
      if (at >= input.length) {
        stream.end();
        return;
      }
      const piece = input.subarray(at, at + (at >= fineFrom ? finePieceSize : pieceSize));
      at += piece.length;
      stream.write(piece, feed);
    }

    stream.on('data', (part: Uint8Array) => {
      if (ended) return;
      parts.push(part);
      length += part.length;
      if (length > limit) finish('limit');
    });
    stream.on('error', (error: NodeJS.ErrnoException) => finish(error.code === 'Z_BUF_ERROR' ? 'truncated' : 'broken'));
    stream.on('end', () => finish('whole'));
    feed();
  });
}

/** Runs one stream; where the input is broken, again in finer pieces, so that little of what can be decoded is lost. */
async function runStream(
  coding: Coding,
  input: Uint8Array,
  limit: number,
  history: Uint8Array | undefined,
): Promise<Attempt> {
  const first = await attempt(coding, input, limit, history, input.length);
  if (first.end !== 'broken') return first;
  return attempt(coding, input, limit, history, Math.floor(first.taken / pieceSize) * pieceSize);
}

async function inflateZstd(input: Uint8Array, limit: number): Promise<Inflated> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let at = 0;
  for (;;) {
    if (parts.length === maximumFrames) return { bytes: Buffer.concat(parts), end: 'limit' };
    const frame = await runStream('zstd', input.subarray(at), limit - length, undefined);
    parts.push(frame.bytes);
    length += frame.bytes.length;
    at += frame.taken;
    if (frame.end !== 'whole' || frame.taken === 0 || !beginsZstdFrame(input, at)) {
      return { bytes: parts.length === 1 ? frame.bytes : Buffer.concat(parts), end: frame.end };
    }
  }
}

/** The codings that Node's zlib has. Runs off the main thread, and so does not hold up other requests. */
export const nodeContentCodings: ContentCodings = {
  async inflate(coding, bytes, limit, history) {
    if (coding === 'zstd') return inflateZstd(bytes, limit);
    const input = coding === 'message-deflate' ? Buffer.concat([bytes, messageTail]) : bytes;
    const { bytes: decoded, end } = await runStream(coding, input, limit, history);
    return { bytes: decoded, end };
  },
};
