import type { EmulatorFile } from '../../../../app/mesh/aspen/emulator-files.ts';
import { wholeDocumentsEnd } from '../../../../app/mesh/aspen/whole-documents.ts';
import { errorText } from '../../../log.ts';
import type { KubeClient } from '../../kube/client.ts';
import { readEmulatorFile } from './emulator-files.ts';

/** Makes one BSON capture of many `.bson` files, also while they are written: whole documents, each of them once. */
export class EmulatorMerge {
  readonly #client: KubeClient;
  readonly #write: (documents: Uint8Array) => Promise<void>;
  /** Bytes that were written of each file. */
  readonly #done = new Map<string, number>();

  constructor(client: KubeClient, write: (documents: Uint8Array) => Promise<void>) {
    this.#client = client;
    this.#write = write;
  }

  /** Writes what is new in these files. @throws KubeError, and Error that names a file which is no BSON */
  async add(files: readonly EmulatorFile[]): Promise<void> {
    for (const file of files) {
      if (!file.name.endsWith('.bson')) continue;
      const key = `${file.pod}/${file.name}`;
      const from = this.#done.get(key) ?? 0;
      const bytes = await readEmulatorFile(this.#client, file);
      const end = endOf(file, bytes, from);
      if (end === from) continue;
      await this.#write(bytes.subarray(from, end));
      this.#done.set(key, end);
    }
  }
}

function endOf(file: EmulatorFile, bytes: Uint8Array, from: number): number {
  try {
    return wholeDocumentsEnd(bytes, from);
  } catch (error) {
    throw new Error(`${file.name} of ${file.pod} cannot be merged: ${errorText(error)}`);
  }
}
