import { type FileHandle, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Problem } from '../../../app/model/problem.ts';

/** How often a file is looked at. Watches of file systems tell of network folders late or never. Milliseconds. */
const interval = 200;
/** Who rotates a file may write to it for a while under its new name: looks at it in a row without anything new. */
const looksWithoutName = 5;

/** A file that somebody goes on writing to, and that is followed: at its end, more is waited for. */
export class GrowingFile {
  /** Why it cannot be followed any more; null while it can, and when it was stopped. */
  ended: Problem | null = null;
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #stopped: AbortSignal;

  constructor(path: string, file: FileHandle, stopped: AbortSignal) {
    this.#path = path;
    this.#file = file;
    this.#stopped = stopped;
  }

  /** The file's size, when it is more than `done`; null when there will be no more. */
  async more(done: number): Promise<number | null> {
    for (let nameless = 0; !this.#stopped.aborted; ) {
      nameless = (await this.#isUnderItsName()) ? 0 : nameless + 1;
      const { size } = await this.#file.stat();
      if (size > done) return size;
      if (size < done) return this.#end(`${this.#path} was truncated: the ${done} bytes that it had are shown.`);
      if (nameless === looksWithoutName) {
        return this.#end(
          `${this.#path} was moved or replaced after ${done} bytes, which are shown. Open it again for what is there now.`,
        );
      }
      await wait(interval, undefined, { signal: this.#stopped }).catch(() => {});
    }
    return null;
  }

  async #isUnderItsName(): Promise<boolean> {
    const [own, named] = await Promise.all([this.#file.stat(), stat(this.#path).catch(() => null)]);
    return named !== null && named.ino === own.ino && named.dev === own.dev;
  }

  #end(text: string): null {
    this.ended = { severity: 'note', code: 'file.replaced', text };
    return null;
  }
}
