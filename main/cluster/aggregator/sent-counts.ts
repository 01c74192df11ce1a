import type { SentCount } from '../../../app/capture/document.ts';

/** Pods counted. What other pods send is not numbered: numbers that began anew would be taken for repetitions. */
const MAXIMUM_PODS = 100_000;

/** Numbers what this run of the aggregator sends of each pod, so that whoever reads it knows what did not arrive. */
export class SentCounts {
  private readonly pods = new Map<string, SentCount>();
  private readonly counter: string;

  /** `counter` is the identity of this run. */
  constructor(counter: string) {
    this.counter = counter;
  }

  /** What will have been sent of the pod with one more part of a capture; undefined when it is not counted. */
  next(pod: string, part: number): SentCount | undefined {
    const { parts, exchanges } = this.pods.get(pod) ?? { parts: 0, exchanges: 0 };
    if (parts === 0 && this.pods.size >= MAXIMUM_PODS) return undefined;
    return { counter: this.counter, exchanges: exchanges + (part === 0 ? 1 : 0), parts: parts + 1 };
  }

  /** What `next` gave was sent. */
  reach(pod: string, count: SentCount): void {
    this.pods.set(pod, count);
  }

  /** What was sent of the pod so far; undefined when nothing was, or it is not counted. */
  of(pod: string): SentCount | undefined {
    return this.pods.get(pod);
  }
}
