import { execFile } from 'node:child_process';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { listCommand, readList } from '../../app/mesh/aspen/emulator-commands.ts';
import { type EmulatorSource, readCommands } from '../../main/engine/emulator/source.ts';

const run = promisify(execFile);
let written = 0;

/** Files in this machine's `/tmp`, as an emulator writes them in its pod's. They go in the end. */
export class EmulatorFiles implements Disposable {
  /** What their names begin with: there are others' files. */
  readonly prefix = `packet-inspector-test-${process.pid}-${written++}`;
  readonly #paths = new Set<string>();

  write(name: string, bytes: Uint8Array): void {
    writeFileSync(this.#path(name), bytes, { mode: 0o600 });
  }

  append(name: string, bytes: Uint8Array): void {
    appendFileSync(this.#path(name), bytes);
  }

  remove(name: string): void {
    rmSync(this.#path(name), { force: true });
  }

  [Symbol.dispose](): void {
    for (const path of this.#paths) rmSync(path, { force: true });
  }

  #path(name: string): string {
    const path = join('/tmp', `${this.prefix}-${name}`);
    this.#paths.add(path);
    return path;
  }
}

const pod = { namespace: 'analysis-emulator', pod: 'emulator-0' };

/** Runs the commands that a pod is given here, with the programs in `path`. */
export function localSource(path = process.env.PATH): EmulatorSource {
  const output = async ([program = '', ...args]: readonly string[]) =>
    (await run(`/bin/${program}`, args, { encoding: 'buffer', maxBuffer: 1 << 28, env: { PATH: path } })).stdout;
  return {
    async list() {
      const { files } = readList(pod, (await output(listCommand)).toString('utf8'));
      return { pods: [{ ...pod, isListed: true, problem: '' }], files: [...files].reverse() };
    },
    read: (pieces) => readCommands(pieces, output),
  };
}
