import { type Observation, startOf } from './observation.ts';

/** How much the clocks of two nodes may differ. Milliseconds. */
const clockSkew = 5_000;

/** How sure we are that a consumer's and a producer's observation are of one call; compared field by field, higher wins. */
interface Likeness {
  /** 3: the consumer's proxy connected to where the producer's proxy listens. 2: same address. 1: same service, or not known. */
  readonly address: number;
  readonly sameTarget: boolean;
  readonly sameCaller: boolean;
  readonly attempt: number;
  readonly sameStatus: boolean;
  /** Milliseconds between the two; lower wins. */
  readonly distance: number;
}

function addressLikeness(consumer: Observation, producer: Observation): number {
  const { upstream, upstreamService } = consumer;
  if (upstream !== null && upstream.address === producer.server.address) {
    return upstream.port === producer.server.port ? 3 : 2;
  }
  const sameService =
    upstreamService !== null &&
    upstreamService.service === producer.pod?.service &&
    upstreamService.namespace === producer.pod.namespace;
  if (sameService) return 1;
  // Another address is another hop of the chain. While none is known, only the pod itself is ruled out.
  if (upstream !== null) return 0;
  const samePod = consumer.pod?.pod === producer.pod?.pod && consumer.pod?.namespace === producer.pod?.namespace;
  return samePod ? 0 : 1;
}

function distance(consumer: Observation, producer: Observation): number {
  if (consumer.answerEnd !== null && producer.answerEnd !== null) {
    return Math.abs(consumer.answerEnd - producer.answerEnd);
  }
  return Math.abs(startOf(consumer) - startOf(producer));
}

function endOf(observation: Observation): number {
  if (observation.state === 'open') return Number.POSITIVE_INFINITY;
  return observation.answerEnd ?? observation.requestEnd ?? startOf(observation);
}

/** How alike two observations with one join key are; null when they cannot be of one call. */
function likeness(consumer: Observation, producer: Observation): Likeness | null {
  if (!consumer.passedOn) return null;
  const sameTarget = consumer.target === producer.target;
  if (sameTarget && consumer.method !== producer.method) return null;
  const start = startOf(producer);
  if (start < startOf(consumer) - clockSkew || start > endOf(consumer) + clockSkew) return null;
  const address = addressLikeness(consumer, producer);
  // A route may rewrite the path; then only the address tells that it is the same call.
  if (address === 0 || (!sameTarget && address < 2)) return null;
  return {
    address,
    sameTarget,
    sameCaller: consumer.client.address === producer.client.address,
    attempt: producer.attempt,
    sameStatus: consumer.status?.code === producer.status?.code && consumer.status?.kind === producer.status?.kind,
    distance: distance(consumer, producer),
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Pair {
  readonly consumer: number;
  readonly producer: number;
  readonly likeness: Likeness;
}

/**
 * Pairs the consumers' with the producers' observations of one join key: for each consumer the index of its producer,
 * or -1. A request id is used again by retries, by calls side by side and by each hop of a chain, so that the best pairs
 * are taken first. The outcome depends on the observations alone, not on their order.
 *
 * Of the attempts that a consumer's proxy made, the last is joined with the call; the others stay flows of their own.
 */
export function pair(consumers: readonly Observation[], producers: readonly Observation[]): number[] {
  const partner = consumers.map(() => -1);
  if (consumers.length === 1 && producers.length === 1) {
    return likeness(consumers[0]!, producers[0]!) === null ? partner : [0];
  }
  const pairs: Pair[] = [];
  consumers.forEach((consumer, c) => {
    producers.forEach((producer, p) => {
      const found = likeness(consumer, producer);
      if (found !== null) pairs.push({ consumer: c, producer: p, likeness: found });
    });
  });
  if (pairs.length > 1) {
    pairs.sort((a, b) => {
      const x = a.likeness;
      const y = b.likeness;
      return (
        y.address - x.address ||
        Number(y.sameTarget) - Number(x.sameTarget) ||
        Number(y.sameCaller) - Number(x.sameCaller) ||
        y.attempt - x.attempt ||
        Number(y.sameStatus) - Number(x.sameStatus) ||
        x.distance - y.distance ||
        compareText(consumers[a.consumer]!.captureId, consumers[b.consumer]!.captureId) ||
        compareText(producers[a.producer]!.captureId, producers[b.producer]!.captureId) ||
        consumers[a.consumer]!.exchange - consumers[b.consumer]!.exchange ||
        producers[a.producer]!.exchange - producers[b.producer]!.exchange
      );
    });
  }
  const taken = new Set<number>();
  for (const candidate of pairs) {
    if (partner[candidate.consumer] !== -1 || taken.has(candidate.producer)) continue;
    partner[candidate.consumer] = candidate.producer;
    taken.add(candidate.producer);
  }
  return partner;
}
