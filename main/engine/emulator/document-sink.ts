import { takeDocuments } from '../../../app/capture/document-splitter.ts';
import type { EmulatorFile } from '../../../app/mesh/aspen/emulator-files.ts';
import type { FileSink } from './reader.ts';
import type { EmulatorListing } from './source.ts';

/** Makes one BSON capture of many `.bson` files, also while they are written: whole documents, each of them once. */
export class DocumentSink implements FileSink {
  readonly #isWanted: (file: EmulatorFile) => boolean;
  readonly #write: (documents: Uint8Array) => void | Promise<void>;

  constructor(isWanted: (file: EmulatorFile) => boolean, write: (documents: Uint8Array) => void | Promise<void>) {
    this.#isWanted = isWanted;
    this.#write = write;
  }

  choose({ files }: EmulatorListing): readonly EmulatorFile[] {
    return files.filter((file) => file.name.endsWith('.bson') && this.#isWanted(file));
  }

  async take(_file: EmulatorFile, _from: number, bytes: Uint8Array): Promise<number> {
    const used = takeDocuments(bytes, () => {});
    if (used > 0) await this.#write(bytes.subarray(0, used));
    return used;
  }
}
