import type { Endpoint, PodIdentity } from '../model/endpoint.ts';
import type { Exchange, ExchangeState, Header, Message, Nanoseconds, Protocol, Transport } from '../model/exchange.ts';
import type { DiameterSummary, Status } from '../model/flow.ts';
import type { Severity } from '../model/problem.ts';
import { type ServiceName, serviceOfCluster } from './address-book.ts';
import { sharedEndpoint, sharedPod } from './intern.ts';
import { type DiameterNames, diameterSummaryOf, nameOf } from './naming.ts';
import { statusOf } from './status.ts';

/** Where a call was seen: at the consumer's or the producer's sidecar, or on the wire by some other tool. */
export type Vantage = 'consumer' | 'producer' | 'wire';

/**
 * What the list, the filters and the join need of one exchange at one place, taken out of it at one moment. Small, so
 * that many can wait for their counterpart after the exchange itself went to disk. Times are milliseconds since the
 * epoch by the observing place's clock.
 */
export interface Observation {
  /** `Exchange.number`. */
  readonly exchange: number;
  readonly vantage: Vantage;
  /** Equal for all observations of one call, and perhaps of some related ones; '' when nothing identifies the call. */
  readonly joinKey: string;
  readonly captureId: string;
  /** The observing pod; null on the wire. */
  readonly pod: PodIdentity | null;
  /** The connection as seen here, from who opened it. */
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly upstream: Endpoint | null;
  readonly upstreamService: ServiceName | null;
  /** Who called, as the caller's certificate says; producer's side only. */
  readonly certifiedCaller: { readonly namespace: string; readonly serviceAccount: string } | null;
  /** The request went from the connection's server to its client, as Diameter's RAR does. */
  readonly reversed: boolean;
  /** The proxy passed the exchange on; false once it is known that it answered by itself. */
  readonly passedOn: boolean;
  /** `x-envoy-attempt-count`, or 0. */
  readonly attempt: number;
  readonly protocol: Protocol;
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly status: Status | null;
  readonly state: ExchangeState;
  readonly requestStart: number | null;
  readonly requestEnd: number | null;
  readonly answerStart: number | null;
  readonly answerEnd: number | null;
  readonly requestSize: number;
  readonly answerSize: number;
  readonly messageCount: readonly [number, number];
  readonly cut: boolean;
  readonly lossy: boolean;
  readonly severity: Severity | null;
  readonly transport: Transport;
  readonly stream: number;
  readonly streamId: number;
  readonly diameter: DiameterSummary | null;
  readonly sessionId: string;
  readonly requestId: string;
  readonly traceId: string;
}

/** Milliseconds with fractions; a double holds the nanoseconds of our time to a quarter of a microsecond. */
export function milliseconds(time: Nanoseconds): number {
  return Number(time) / 1e6;
}

/** When the exchange began, as far as it was seen. */
export function startOf({ requestStart, answerStart }: Observation): number {
  return requestStart ?? answerStart ?? 0;
}

interface RequestFields {
  requestId: string;
  traceparent: string;
  attempt: number;
  certificate: string;
}

const noFields: RequestFields = { requestId: '', traceparent: '', attempt: 0, certificate: '' };

function requestFields(headers: readonly Header[]): RequestFields {
  const fields = { ...noFields };
  for (const { name, value } of headers) {
    switch (name.length) {
      case 11:
        if (name.toLowerCase() === 'traceparent') fields.traceparent ||= value;
        break;
      case 12:
        if (name.toLowerCase() === 'x-request-id') fields.requestId ||= value;
        break;
      case 21:
        if (name.toLowerCase() === 'x-envoy-attempt-count') fields.attempt = Number.parseInt(value, 10) || 0;
        break;
      case 23:
        if (name.toLowerCase() === 'x-forwarded-client-cert') fields.certificate ||= value;
        break;
    }
  }
  return fields;
}

/** The trace id of a traceparent field, or ''. https://www.w3.org/TR/trace-context/#traceparent-header */
function traceIdOf(traceparent: string): string {
  if (!/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/.test(traceparent)) return '';
  const id = traceparent.slice(3, 35);
  return /^0+$/.test(id) ? '' : id;
}

/** Namespace and service account in the last SPIFFE URI of `x-forwarded-client-cert`: the caller next to us. */
function certifiedCallerOf(certificate: string): Observation['certifiedCaller'] {
  const at = certificate.lastIndexOf('URI=spiffe://');
  if (at === -1) return null;
  const match = /^URI=spiffe:\/\/[^/;,]+\/ns\/([^/;,]+)\/sa\/([^/;,"]+)/.exec(certificate.slice(at));
  return match === null ? null : { namespace: match[1]!, serviceAccount: match[2]! };
}

function joinKeyOf(exchange: Exchange, fields: RequestFields): string {
  if (exchange.conversation.capture === null) return '';
  const message = exchange.request ?? exchange.answer;
  if (message?.kind === 'diameter') {
    // A request names its origin; an answer alone names the other peer, so such observations join among themselves.
    const side = exchange.request === null ? 'answer' : 'request';
    return `d${message.endToEndId}:${message.hopByHopId}:${message.commandCode}:${side}:${message.originHost}`;
  }
  if (fields.requestId !== '') return `r${fields.requestId}`;
  const traceId = traceIdOf(fields.traceparent);
  return traceId === '' ? '' : `t${traceId}`;
}

/** Bytes that really went by on one side. The proxy's count is right where the stored body was cut. */
function sizeOf(message: Message | null, cut: number | undefined): number {
  return Math.max(message?.body.length ?? 0, cut ?? 0);
}

const severities = ['note', 'warning', 'error'] as const;

function worstSeverity(exchange: Exchange): Severity | null {
  let worst = -1;
  for (const problem of exchange.problems) worst = Math.max(worst, severities.indexOf(problem.severity));
  return severities[worst] ?? null;
}

function isShort(message: Message | null): boolean {
  return message !== null && message.body.stored < message.body.length;
}

/** Whether the answer came from the proxy itself, as far as the capture says. */
function answeredByProxy(exchange: Exchange): boolean {
  const capture = exchange.conversation.capture;
  if (capture === null || capture.upstream !== undefined || exchange.state === 'open') return false;
  return capture.responseCodeDetails !== undefined && capture.responseCodeDetails !== 'via_upstream';
}

/** Takes out of an exchange what its flow needs. */
export function observe(exchange: Exchange, names: DiameterNames): Observation {
  const { conversation, request, answer } = exchange;
  const capture = conversation.capture;
  const fields = request?.kind === 'http' ? requestFields(request.headers) : noFields;
  const cut = capture?.cut;
  const lostParts = (capture?.lostParts ?? 0) > 0;
  return {
    exchange: exchange.number,
    vantage: capture?.role ?? 'wire',
    joinKey: joinKeyOf(exchange, fields),
    captureId: capture?.id ?? '',
    pod: capture === null ? null : sharedPod(capture.pod),
    client: sharedEndpoint(capture?.source ?? conversation.client),
    server: sharedEndpoint(capture?.destination ?? conversation.server),
    upstream: capture?.upstream === undefined ? null : sharedEndpoint(capture.upstream),
    upstreamService: capture?.upstreamCluster === undefined ? null : serviceOfCluster(capture.upstreamCluster),
    certifiedCaller: fields.certificate === '' ? null : certifiedCallerOf(fields.certificate),
    reversed: exchange.requestDirection === 1,
    passedOn: !answeredByProxy(exchange),
    attempt: fields.attempt,
    protocol: exchange.protocol,
    ...nameOf(exchange, names),
    status: statusOf(exchange),
    state: exchange.state,
    requestStart: request === null ? null : milliseconds(request.startTime),
    requestEnd: request === null ? null : milliseconds(request.endTime),
    answerStart: answer === null ? null : milliseconds(answer.startTime),
    answerEnd: answer === null ? null : milliseconds(answer.endTime),
    requestSize: sizeOf(request, cut?.request),
    answerSize: sizeOf(answer, cut?.answer),
    messageCount: [exchange.messageCount[0], exchange.messageCount[1]],
    cut: cut?.request !== undefined || cut?.answer !== undefined,
    lossy: lostParts || (exchange.state !== 'open' && cut === undefined && (isShort(request) || isShort(answer))),
    severity: worstSeverity(exchange),
    transport: conversation.transport,
    stream: conversation.stream,
    streamId: exchange.streamId,
    diameter: diameterSummaryOf(exchange),
    sessionId: request?.kind === 'diameter' ? request.sessionId : answer?.kind === 'diameter' ? answer.sessionId : '',
    requestId: fields.requestId,
    traceId: traceIdOf(fields.traceparent),
  };
}
