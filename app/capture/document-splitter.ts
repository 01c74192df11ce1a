import { ByteQueue } from '../bytes/byte-queue.ts';
import { u32le } from '../bytes/integers.ts';

/** Longest document that either side of a stream takes: 16 MiB, as MongoDB's own limit. */
export const MAXIMUM_DOCUMENT = 16 * 1024 * 1024;
/** An empty BSON document: its length and a closing 0. */
const MINIMUM_DOCUMENT = 5;

/** What came is not what docs/analysis-stream.md says. The message is fit for a log: it quotes no content. */
export class StreamFormatError extends Error {
  override readonly name = 'StreamFormatError';
}

/**
 * Cuts a stream of BSON documents back to back into documents, however the chunks fall. A document handed out is valid
 * during the call only. Throws `StreamFormatError` at a length that cannot be one: the stream is of no use after that.
 */
export function createDocumentSplitter(
  document: (bytes: Uint8Array) => void,
  maximum = MAXIMUM_DOCUMENT,
): { push(chunk: Uint8Array): void; readonly pending: number } {
  const queue = new ByteQueue();
  return {
    push(chunk) {
      const input = queue.join(chunk);
      let start = 0;
      while (input.length - start >= 4) {
        const length = u32le(input, start);
        if (length < MINIMUM_DOCUMENT || length > maximum) {
          throw new StreamFormatError(
            `a document's length of ${length} bytes is not between ${MINIMUM_DOCUMENT} and ${maximum}`,
          );
        }
        if (input.length - start < length) break;
        document(input.subarray(start, start + length));
        start += length;
      }
      queue.keep(input, start);
    },
    /** Bytes of a document that is not complete yet. */
    get pending() {
      return queue.length;
    },
  };
}

/**
 * Hands on the whole documents that `bytes` begin with, and says how many bytes they take: what is behind them is not complete.
 * Throws `StreamFormatError` where there is no document.
 */
export function takeDocuments(bytes: Uint8Array, document: (bytes: Uint8Array) => void): number {
  const splitter = createDocumentSplitter(document);
  splitter.push(bytes);
  return bytes.length - splitter.pending;
}
