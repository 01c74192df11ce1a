import type { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import { putNumber, putText, type RecordReader } from '../store/record-bytes.ts';

/** Texts that come again within one batch: written out the first time (0 and the text), by their number after that. */
export class SharedTextWriter {
  readonly #numbers = new Map<string, number>();

  put(into: ByteBuilder, text: string): void {
    const known = this.#numbers.get(text);
    if (known !== undefined) {
      putNumber(into, known);
      return;
    }
    this.#numbers.set(text, this.#numbers.size + 1);
    putNumber(into, 0);
    putText(into, text);
  }

  /** A new batch begins. */
  clear(): void {
    this.#numbers.clear();
  }
}

/** Reads the texts of one batch, in the order in which they were put. */
export class SharedTextReader {
  readonly #texts: string[] = [];

  read(from: RecordReader): string {
    const number = from.number();
    if (number > 0) return this.#texts[number - 1]!;
    const text = from.text();
    this.#texts.push(text);
    return text;
  }
}
