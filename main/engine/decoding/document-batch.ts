import type { CaptureDocument } from '../../../app/capture/document.ts';
import type { AddressName } from '../../../app/capture/document-names.ts';
import { type PutText, putMetadata, readMetadata } from '../store/metadata-codec.ts';
import { putNumber, RecordReader } from '../store/record-bytes.ts';
import { BatchBytes } from './batch-bytes.ts';
import { SharedTextReader } from './shared-texts.ts';

/**
 * Captures on their way to the decoding thread, without their events, which their packets say. Each was read from its
 * BSON once; read by `readDocuments`.
 */
export class DocumentBatch {
  readonly #batch = new BatchBytes();
  readonly #bytes = this.#batch.bytes;
  readonly #texts = this.#batch.texts;
  readonly #put: PutText = (into, text) => this.#texts.put(into, text);

  /** Bytes gathered. */
  get length(): number {
    return this.#bytes.length;
  }

  add({ part, final, metadata, pcap }: CaptureDocument, names: readonly AddressName[]): void {
    const bytes = this.#bytes;
    putNumber(bytes, part * 2 + (final ? 1 : 0));
    putMetadata(bytes, metadata, this.#put);
    putNumber(bytes, names.length);
    for (const [address, name] of names) {
      this.#texts.put(bytes, address);
      this.#texts.put(bytes, name);
    }
    putNumber(bytes, pcap.length);
    bytes.append(pcap);
  }

  /** Null when there is none. */
  take(): Uint8Array<ArrayBuffer> | null {
    return this.#batch.take();
  }
}

/** Hands on the captures of a batch in their order. Their packets are views of `batch`. */
export function readDocuments(
  batch: Uint8Array,
  take: (document: CaptureDocument, names: readonly AddressName[]) => void,
): void {
  const from = new RecordReader(batch);
  const texts = new SharedTextReader();
  const text = () => texts.read(from);
  while (!from.isAtEnd) {
    const number = from.number();
    const metadata = readMetadata(from, text);
    const names = Array.from({ length: from.number() }, (): AddressName => [text(), text()]);
    const pcap = from.bytes(from.number());
    take({ type: 'capture', part: Math.floor(number / 2), final: number % 2 === 1, metadata, events: [], pcap }, names);
  }
}
