import type { Endpoint, PodIdentity } from '../model/endpoint.ts';
import type { FlowSummary, Party } from '../model/flow.ts';
import type { AddressBook, ServiceName } from './address-book.ts';
import { type Observation, startOf } from './observation.ts';

/** The observations of one call: the consumer's and the producer's, or one of them, or one from the wire alone. */
export interface Observed {
  readonly consumer: Observation | null;
  readonly producer: Observation | null;
  readonly wire: Observation | null;
}

const nobody: PodIdentity = { namespace: '', pod: '', service: '', workload: '', node: '', serviceAccount: '' };

function party(identity: PodIdentity | null, endpoint: Endpoint): Party {
  const { namespace, pod, service, workload, node, serviceAccount } = identity ?? nobody;
  return { namespace, pod, service, workload, node, serviceAccount, address: endpoint.address, port: endpoint.port };
}

function withService(identity: PodIdentity | null, name: ServiceName | null): PodIdentity | null {
  if (name === null || (identity !== null && identity.service !== '')) return identity;
  return { ...(identity ?? nobody), service: name.service, namespace: identity?.namespace || name.namespace };
}

/** Who opened the connection. */
function clientOf({ consumer, producer, wire }: Observed, book: AddressBook): Party {
  if (consumer !== null) return party(consumer.pod, consumer.client);
  const seen = (producer ?? wire)!;
  const known = book.lookup(seen.client.address, startOf(seen));
  if (known !== null || seen.certifiedCaller === null) return party(known, seen.client);
  return party({ ...nobody, ...seen.certifiedCaller }, seen.client);
}

/** Who accepted the connection in the end. */
function serverOf({ consumer, producer, wire }: Observed, book: AddressBook): Party {
  if (producer !== null) {
    return party(withService(producer.pod, consumer?.upstreamService ?? null), producer.server);
  }
  const seen = (consumer ?? wire)!;
  const endpoint = seen.upstream ?? seen.server;
  return party(withService(book.lookup(endpoint.address, startOf(seen)), seen.upstreamService), endpoint);
}

/** Addresses whose owner the summary would like to know: what `AddressBook.onLearn` may yet tell. */
export function unknownAddresses(observed: Observed, book: AddressBook): string[] {
  const { consumer, producer, wire } = observed;
  const time = startOf((consumer ?? producer ?? wire)!);
  const addresses: string[] = [];
  if (consumer === null) addresses.push((producer ?? wire)!.client.address);
  if (producer === null) addresses.push(((consumer ?? wire)!.upstream ?? (consumer ?? wire)!.server).address);
  return addresses.filter((address) => (book.lookup(address, time)?.pod ?? '') === '');
}

const severityOrder = [null, 'note', 'warning', 'error'] as const;

/** Milliseconds from the first byte of the request to the last of the answer, to the microsecond that doubles of our time hold. */
function durationOf(observation: Observation): number | null {
  const { requestStart, answerEnd, state } = observation;
  if (state === 'open' || requestStart === null || answerEnd === null) return null;
  return Math.max(0, Math.round((answerEnd - requestStart) * 1000) / 1000);
}

/** The observation at the caller's side where there is one: it timed what the caller felt. */
function nearCaller(observed: Observed): Observation {
  const { consumer, producer, wire } = observed;
  const first = (consumer ?? producer ?? wire)!;
  return first.reversed ? (producer ?? consumer ?? wire)! : first;
}

/** One row out of what was observed of one call. Depends on its arguments alone, not on what came first. */
export function summarise(observed: Observed, book: AddressBook): FlowSummary {
  const { consumer, producer } = observed;
  const near = nearCaller(observed);
  const other = near === consumer ? producer : consumer;
  const client = clientOf(observed, book);
  const server = serverOf(observed, book);
  return {
    // A protocol becomes more precise with what was seen, so the side that saw more decides.
    protocol: near.status === null && other?.status ? other.protocol : near.protocol,
    time: near.requestStart ?? other?.requestStart ?? near.answerStart ?? 0,
    duration: durationOf(near) ?? (other === null || near.state === 'open' ? null : durationOf(other)),
    source: near.reversed ? server : client,
    destination: near.reversed ? client : server,
    method: near.method || (other?.method ?? ''),
    target: near.target || (other?.target ?? ''),
    host: near.host || (other?.host ?? ''),
    status: near.status ?? other?.status ?? null,
    state: near.state === 'unanswered' && other?.state === 'complete' ? 'complete' : near.state,
    requestSize: Math.max(near.requestSize, other?.requestSize ?? 0),
    answerSize: Math.max(near.answerSize, other?.answerSize ?? 0),
    messageCount: [
      Math.max(near.messageCount[0], other?.messageCount[0] ?? 0),
      Math.max(near.messageCount[1], other?.messageCount[1] ?? 0),
    ],
    cut: near.cut || (other?.cut ?? false),
    lossy: near.lossy || (other?.lossy ?? false),
    vantage: consumer !== null && producer !== null ? 'both' : near.vantage,
    severity:
      severityOrder[Math.max(severityOrder.indexOf(near.severity), severityOrder.indexOf(other?.severity ?? null))]!,
    answered: (near.answerStart ?? other?.answerStart ?? null) !== null,
    transport: near.transport,
    stream: near.stream,
    ...(near.streamId === 0 ? {} : { streamId: near.streamId }),
    ...(near.diameter === null ? {} : { diameter: near.diameter }),
    sessionId: near.sessionId || (other?.sessionId ?? ''),
    requestId: near.requestId || (other?.requestId ?? ''),
    traceId: near.traceId || (other?.traceId ?? ''),
  };
}
