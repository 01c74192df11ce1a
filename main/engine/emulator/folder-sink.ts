import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type EmulatorFile, emulatorKey } from '../../../app/mesh/aspen/emulator-files.ts';
import type { FileSink } from './reader.ts';
import type { EmulatorListing } from './source.ts';

/** The first bytes replace whatever has that name; a link put there by somebody is not followed. */
const begin = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | (constants.O_NOFOLLOW ?? 0);
const goOn = constants.O_WRONLY | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0);

/** Copies files into a folder, for the user alone (0600), also while they are written. */
export class FolderSink implements FileSink {
  readonly #folder: string;
  readonly #isWanted: (file: EmulatorFile) => boolean;
  readonly #platform: NodeJS.Platform;
  /** Whose file has a name in the folder. */
  readonly #owners = new Map<string, string>();

  constructor(folder: string, isWanted: (file: EmulatorFile) => boolean, platform = process.platform) {
    this.#folder = folder;
    this.#isWanted = isWanted;
    this.#platform = platform;
  }

  choose({ files }: EmulatorListing): readonly EmulatorFile[] {
    return files.filter(this.#isWanted);
  }

  async take(file: EmulatorFile, from: number, bytes: Uint8Array): Promise<number> {
    const key = emulatorKey(file);
    // Windows has fewer characters for names, and one more that leads into folders.
    const name = this.#platform === 'win32' ? file.name.replace(/[<>:"\\|?*]/g, '_') : file.name;
    const owner = this.#owners.get(name) ?? key;
    if (owner !== key) throw new Error(`The folder already has a file of this name, from ${owner}.`);
    this.#owners.set(name, key);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const target = await open(join(this.#folder, name), from === 0 ? begin : goOn, 0o600);
    try {
      // One that was there may have been made with other rights.
      await target.chmod(0o600);
      await target.appendFile(bytes);
    } finally {
      await target.close();
    }
    return bytes.length;
  }
}
