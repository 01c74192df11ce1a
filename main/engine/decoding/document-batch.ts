import type { CaptureDocument } from '../../../app/capture/document.ts';
import type { AddressName } from '../../../app/capture/document-names.ts';
import type { CaptureMetadata } from '../../../app/capture/metadata.ts';
import { RecentMetadata } from '../../../app/capture/recent-metadata.ts';
import { type PutText, putMetadata, readMetadata } from '../store/metadata-codec.ts';
import { putNumber, putText, RecordReader } from '../store/record-bytes.ts';
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
  /** By the number that they have in the batch, from 1. */
  readonly #metadata = new RecentMetadata<number>();
  #written = 0;

  /** Bytes gathered. */
  get length(): number {
    return this.#bytes.length;
  }

  add({ part, final, metadata, pcap }: CaptureDocument, names: readonly AddressName[]): void {
    const bytes = this.#bytes;
    putNumber(bytes, part * 2 + (final ? 1 : 0));
    this.#putMetadata(metadata);
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
    this.#metadata.clear();
    this.#written = 0;
    return this.#batch.take();
  }

  /** The number of what says the same but for the id, and the id; or 0 and all of it. */
  #putMetadata(metadata: CaptureMetadata): void {
    const bytes = this.#bytes;
    const known = this.#metadata.find(metadata);
    if (known !== undefined) {
      putNumber(bytes, known);
      putText(bytes, metadata.id);
      return;
    }
    putNumber(bytes, 0);
    putMetadata(bytes, metadata, this.#put);
    this.#metadata.remember(metadata, ++this.#written);
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
  const written: CaptureMetadata[] = [];
  const readNextMetadata = (): CaptureMetadata => {
    const known = from.number();
    if (known > 0) return { ...written[known - 1]!, id: from.text() };
    const metadata = readMetadata(from, text);
    written.push(metadata);
    return metadata;
  };
  while (!from.isAtEnd) {
    const number = from.number();
    const metadata = readNextMetadata();
    const names = Array.from({ length: from.number() }, (): AddressName => [text(), text()]);
    const pcap = from.bytes(from.number());
    take({ type: 'capture', part: Math.floor(number / 2), final: number % 2 === 1, metadata, events: [], pcap }, names);
  }
}
