import type { CaptureMetadata } from '../../app/capture/metadata.ts';
import type { Endpoint, PodIdentity } from '../../app/model/endpoint.ts';
import type { Body, Conversation, Exchange, Header, HttpMessage } from '../../app/model/exchange.ts';

/** Milliseconds since the epoch that tests count from. */
export const testEpoch = Date.UTC(2026, 0, 2, 3, 4, 5);

const nanoseconds = (offset: number): bigint => BigInt(Math.round((testEpoch + offset) * 1e6));

export function podNamed(name: string, namespace = 'shop'): PodIdentity {
  return { namespace, pod: `${name}-0`, service: name, workload: name, node: 'node-a', serviceAccount: name };
}

function bodyOf(length: number, stored = length): Body {
  return { chunks: stored === 0 ? [] : [{ time: nanoseconds(0), offset: 0, length: stored }], stored, length };
}

function headersOf(fields: Readonly<Record<string, string>>): Header[] {
  return Object.entries(fields).map(([name, value]) => ({ name, value }));
}

/** One sidecar's capture of one call in a test. Times are milliseconds after `testEpoch`. */
export interface CallSpec {
  readonly number: number;
  readonly role?: 'consumer' | 'producer';
  readonly consumer?: { pod: PodIdentity; endpoint: Endpoint };
  readonly producer?: { pod: PodIdentity; endpoint: Endpoint };
  /** Where the consumer's proxy went; by default to the producer. */
  readonly upstream?: Endpoint | null;
  readonly requestId?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly target?: string;
  readonly status?: number;
  readonly start?: number;
  readonly end?: number;
  readonly capture?: Partial<CaptureMetadata>;
}

const defaultConsumer = { pod: podNamed('frontend'), endpoint: { address: '10.0.0.1', port: 40_000 } };
const defaultProducer = { pod: podNamed('catalog'), endpoint: { address: '10.0.0.2', port: 8080 } };

/** An open HTTP/1.1 exchange of which the request has been seen. */
export function openHttpExchange(spec: CallSpec): Exchange {
  const role = spec.role;
  const consumer = spec.consumer ?? defaultConsumer;
  const producer = spec.producer ?? defaultProducer;
  const virtual = { address: '10.96.0.1', port: producer.endpoint.port };
  const client = consumer.endpoint;
  const server = role === 'consumer' ? virtual : producer.endpoint;
  const upstream = spec.upstream === undefined ? producer.endpoint : spec.upstream;
  const capture: CaptureMetadata | null =
    role === undefined
      ? null
      : {
          version: 1,
          id: `${role}/${spec.number}`,
          role,
          pod: role === 'consumer' ? consumer.pod : producer.pod,
          protocol: 'http/1.1',
          source: client,
          destination: server,
          ...(role === 'producer'
            ? { upstream: producer.endpoint, upstreamCluster: `inbound|${producer.endpoint.port}||` }
            : upstream === null
              ? {}
              : { upstream, upstreamCluster: `outbound|8080||${producer.pod.service}.shop.svc.cluster.local` }),
          connection: '1',
          ...spec.capture,
        };
  const conversation: Conversation = {
    stream: spec.number,
    transport: 'tcp',
    client,
    server,
    interfaceName: '',
    capture,
  };
  const start = spec.start ?? 0;
  const request: HttpMessage = {
    kind: 'http',
    startTime: nanoseconds(start),
    endTime: nanoseconds(start),
    version: '1.1',
    method: spec.method ?? 'GET',
    target: spec.target ?? '/products',
    scheme: 'http',
    authority: `${producer.pod.service}:8080`,
    status: 0,
    reason: '',
    headers: headersOf({ ...(spec.requestId ? { 'x-request-id': spec.requestId } : {}), ...spec.headers }),
    trailers: [],
    body: bodyOf(0),
    complete: true,
  };
  return {
    number: spec.number,
    protocol: 'HTTP/1.1',
    conversation,
    streamId: 0,
    requestDirection: 0,
    request,
    answer: null,
    informational: [],
    messageCount: [0, 0],
    state: 'open',
    problems: [],
  };
}

/** Gives the exchange its answer and closes it. */
export function completeHttpExchange(exchange: Exchange, spec: CallSpec): Exchange {
  const end = spec.end ?? (spec.start ?? 0) + 10;
  exchange.answer = {
    kind: 'http',
    startTime: nanoseconds(end),
    endTime: nanoseconds(end),
    version: '1.1',
    method: '',
    target: '',
    scheme: '',
    authority: '',
    status: spec.status ?? 200,
    reason: 'OK',
    headers: [],
    trailers: [],
    body: bodyOf(12),
    complete: true,
  };
  exchange.state = 'complete';
  return exchange;
}
