import type { Header } from '../../model/exchange.ts';
import type { BodyWatcher } from '../http/body-watcher.ts';

/**
 * Counts the messages of a gRPC-Web body that is within a content coding. A coding is undone as a whole: nothing is known
 * until the body has ended.
 */
export class CodedWebCounter implements BodyWatcher {
  private readonly counter: BodyWatcher;
  private readonly readPlain: () => Uint8Array | null;

  /** `readPlain` gives the body with its coding undone. */
  constructor(counter: BodyWatcher, readPlain: () => Uint8Array | null) {
    this.counter = counter;
    this.readPlain = readPlain;
  }

  get count(): number {
    return this.counter.count;
  }

  get trailers(): readonly Header[] {
    return this.counter.trailers ?? [];
  }

  push(): void {}

  skip(): void {}

  end(): void {
    const plain = this.readPlain();
    if (plain !== null) this.counter.push(plain);
  }
}
