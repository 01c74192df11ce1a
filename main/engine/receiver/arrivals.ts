import type { CaptureDocument, HeartbeatDocument, SentCount } from '../../../app/capture/document.ts';
import { RecentCaptures } from '../../../app/capture/recent-captures.ts';

/** What did not arrive of one pod's captures: whole exchanges, and later parts of exchanges. */
export interface Missed {
  readonly exchanges: number;
  readonly parts: number;
}

/** A capture as it is to be shown; null when it was here before, or its beginning was not. */
export interface Arrival {
  readonly capture: CaptureDocument | null;
  readonly missed: Missed;
}

const nothing: Missed = { exchanges: 0, parts: 0 };

/**
 * Each pod says how many it has sent with every capture and every few seconds: whose first number comes later than this
 * began to send after we began to listen, and its numbers count from 0. Milliseconds.
 */
const settlingTime = 10_000;
/** Pods by runs of aggregators. */
const maximumCounters = 100_000;

/**
 * Compares what arrives with what the aggregators say they have sent. So what is lost on the way (it fell out of the receiver's
 * ring, or was lost with the receiver) is known to the unit, and what comes again (from the queue of an aggregator that was
 * not told that it had been taken) is shown once.
 */
export class Arrivals {
  readonly #recent = new RecentCaptures();
  readonly #last = new Map<string, SentCount>();
  #settledAt: number | null = null;

  /** Takes the next capture. `now` in milliseconds, of a clock that only goes forward. */
  capture(document: CaptureDocument, now: number): Arrival {
    const { metadata, part, sent } = document;
    const { namespace, pod } = metadata.pod;
    const own = { exchanges: part === 0 ? 1 : 0, parts: 1 };
    const missed = sent ? this.#count(namespace, pod, sent, own, now) : nothing;
    const expected = this.#recent.next(metadata.id);
    if (missed === null || part < expected) return { capture: null, missed: missed ?? nothing };
    // Of an exchange whose beginning is missing nothing can be read; it is counted already.
    if (part > 0 && expected === 0) return { capture: null, missed };
    this.#recent.remember(metadata.id, part);
    if (part === expected) return { capture: document, missed };
    const lostParts = (metadata.lostParts ?? 0) + part - expected;
    return { capture: { ...document, metadata: { ...metadata, lostParts } }, missed };
  }

  heartbeat({ namespace, pod, sent }: HeartbeatDocument, now: number): Missed {
    return (sent && this.#count(namespace, pod, sent, nothing, now)) || nothing;
  }

  /** What lies between the last number and this one, of which `own` is the document itself; null when it came before. */
  #count(namespace: string, pod: string, sent: SentCount, own: Missed, now: number): Missed | null {
    this.#settledAt ??= now + settlingTime;
    const key = `${sent.counter} ${namespace}/${pod}`;
    const known = this.#last.get(key) ?? this.#start(sent, own, now);
    if (sent.parts < known.parts + own.parts) return null;
    this.#last.set(key, sent);
    const exchanges = Math.max(0, sent.exchanges - known.exchanges - own.exchanges);
    const parts = Math.max(0, sent.parts - known.parts - own.parts - exchanges);
    return exchanges + parts === 0 ? nothing : { exchanges, parts };
  }

  /** What a pod had sent before we heard of it: what was before our time is not ours. */
  #start({ counter, exchanges, parts }: SentCount, own: Missed, now: number): SentCount {
    if (this.#last.size >= maximumCounters) {
      this.#last.clear();
      this.#settledAt = now + settlingTime;
    }
    if (now >= this.#settledAt!) return { counter, exchanges: 0, parts: 0 };
    return { counter, exchanges: exchanges - own.exchanges, parts: parts - own.parts };
  }
}
