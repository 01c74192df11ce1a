import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
  zstdDecompressSync,
} from 'node:zlib';
import { type Coding, codingsOf } from '../../app/decode/content/content-codings.ts';
import type { ReadContent } from '../../app/decode/stream-decoder.ts';
import { hasZlibHeader, zstdWindowLog } from './content-codings.ts';
import { readBody } from './store/read-body.ts';
import type { Spill } from './store/spill.ts';

/** Bytes of a coded body that are read, and that come out of it, at most. */
const maximumCoded = 1 << 20;
const maximumContent = 8 << 20;
/** More than that much of what went in, beside the first kilobytes, is a bomb: calls of gRPC-Web shrink to a tenth at best. */
const maximumGrowth = 64;
const alwaysAllowed = 1 << 16;

/** At once, because decoding waits for it, on its own thread. An input that ends early gives what came before. */
function inflateNow(coding: Coding, bytes: Uint8Array, maxOutputLength: number): Uint8Array {
  const options: ZlibOptions = { maxOutputLength, finishFlush: constants.Z_SYNC_FLUSH };
  switch (coding) {
    case 'gzip':
      return gunzipSync(bytes, options);
    case 'deflate':
      return hasZlibHeader(bytes) ? inflateSync(bytes, options) : inflateRawSync(bytes, options);
    case 'message-deflate':
      return inflateRawSync(bytes, options);
    case 'br':
      return brotliDecompressSync(bytes, { maxOutputLength, finishFlush: constants.BROTLI_OPERATION_FLUSH });
    case 'zstd':
      return zstdDecompressSync(bytes, {
        maxOutputLength,
        finishFlush: constants.ZSTD_e_flush,
        params: { [constants.ZSTD_d_windowLogMax]: zstdWindowLog },
      });
  }
}

/** Reads contents out of the spill file that the bodies are written to. */
export function contentReader(spill: Spill): ReadContent {
  return (body, contentEncoding) => {
    const codings = codingsOf(contentEncoding);
    if (codings === null || body.stored > maximumCoded) return null;
    let bytes = readBody(spill, body);
    const limit = Math.min(maximumContent, alwaysAllowed + maximumGrowth * bytes.length);
    try {
      for (const coding of codings.toReversed()) bytes = inflateNow(coding, bytes, limit);
      return bytes;
    } catch {
      // Broken, or a bomb: whoever looks at the body is told.
      return null;
    }
  };
}
