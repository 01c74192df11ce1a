import { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import { SharedTextWriter } from './shared-texts.ts';

/** What a batch is gathered in until it goes to another thread: bytes, and the texts in them, each written once. */
export class BatchBytes {
  readonly bytes = new ByteBuilder(1 << 16);
  readonly texts = new SharedTextWriter();

  /** What was gathered since the last time, to be handed over; null when nothing was. */
  take(): Uint8Array<ArrayBuffer> | null {
    if (this.bytes.length === 0) return null;
    const taken = new Uint8Array(this.bytes.built());
    this.bytes.length = 0;
    this.texts.clear();
    return taken;
  }
}
