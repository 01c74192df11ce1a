import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ChartFile } from '../../../app/mesh/aspen/helm-release.ts';

/** A folder for this user alone (0700), its files 0600, which goes when it is disposed of, or this program ends: values hold secrets. */
export interface PrivateFolder extends AsyncDisposable {
  readonly path: string;
  /** Writes a file and gives its path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
  /** Writes files below a folder of that name and gives its path. */
  writeAll(folder: string, files: readonly ChartFile[]): Promise<string>;
}

export async function privateFolder(): Promise<PrivateFolder> {
  const path = await mkdtemp(join(tmpdir(), `packet-inspector-${process.pid}-`));
  const remove = () => rmSync(path, { recursive: true, force: true });
  process.once('exit', remove);
  const write = async (name: string, content: string | Uint8Array) => {
    const file = join(path, name);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, content, { mode: 0o600 });
    return file;
  };
  return {
    path,
    write,
    async writeAll(folder, files) {
      for (const { name, bytes } of files) await write(join(folder, name), bytes);
      return join(path, folder);
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', remove);
      await rm(path, { recursive: true, force: true });
    },
  };
}
