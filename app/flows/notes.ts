import { decodePercent } from '../bytes/percent.ts';
import { grpcOutcome } from '../decode/grpc/outcome.ts';
import type { Exchange, HttpMessage, Message } from '../model/exchange.ts';
import { milliseconds } from './observation.ts';
import { closingValue, headerValue, statusOf } from './status.ts';

/** The observations that a flow was made of. */
export interface SeenExchanges {
  readonly consumer: Exchange | null;
  readonly producer: Exchange | null;
  readonly wire: Exchange | null;
}

/** Envoy's response flags that explain why the proxy answered. https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage */
const flagReasons: Readonly<Record<string, string>> = {
  UH: 'no healthy upstream was available',
  UF: 'the connection to the upstream failed',
  UO: 'a circuit breaker was open',
  NR: 'no route matched',
  NC: 'the upstream cluster is not known',
  URX: 'all retries were used up',
  UT: 'the upstream did not answer in time',
  DT: 'the request took longer than its deadline',
  UC: 'the upstream closed the connection',
  UR: 'the upstream reset the call',
  LR: 'the proxy reset the call',
  UPE: 'the upstream broke the protocol',
  DPE: 'the caller broke the protocol',
  DC: 'the caller closed the connection',
  DR: 'the caller reset the call',
  RL: 'a rate limit was reached',
  UAEX: 'the authorization service refused it',
  RLSE: 'the rate limit service failed',
  FI: 'a fault was injected',
  DI: 'a delay was injected',
  SI: 'the stream was idle for too long',
  OM: 'the proxy was overloaded',
  DF: 'the name of the upstream could not be resolved',
  DO: 'the overload manager dropped it',
};

function reasons(exchange: Exchange): string {
  const capture = exchange.conversation.capture;
  const flags = (capture?.responseFlags ?? '').split(',').map((flag) => flagReasons[flag.trim()] ?? '');
  const known = flags.filter((text) => text !== '').join(', ');
  const details = capture?.responseCodeDetails ?? '';
  const parts = [known, details === '' || details === 'via_upstream' ? '' : `Envoy says: ${details}`];
  return parts.filter((text) => text !== '').join('; ');
}

function clock(value: number): string {
  if (value < 1) return `${Math.round(value * 1000)} µs`;
  return value < 1000 ? `${value.toPrecision(3)} ms` : `${(value / 1000).toFixed(2)} s`;
}

function elapsed(exchange: Exchange): number | null {
  const { request, answer, state } = exchange;
  if (request === null || answer === null || state === 'open') return null;
  return milliseconds(answer.endTime - request.startTime);
}

/** What the server said beside the status code. */
function* grpcNotes(answer: HttpMessage): Generator<string> {
  const message = decodePercent(closingValue(answer, 'grpc-message'));
  if (message !== '') yield `gRPC status message: ${message}`;
  const outcome = grpcOutcome(answer, null);
  if (outcome === null) return;
  for (const detail of outcome.details) yield `gRPC error detail: ${detail.replace(/\n\s*/g, ' ')}`;
  if (outcome.problem !== '') yield outcome.problem;
}

function* outcome(exchange: Exchange): Generator<string> {
  const { answer, state } = exchange;
  if (state === 'open') {
    yield answer === null ? 'No answer yet: the call is still open.' : 'The answer is still going on.';
  } else if (state === 'reset') {
    yield exchange.cancelled
      ? 'The caller cancelled the call before it was finished.'
      : 'The call was broken off before it was finished.';
  } else if (state === 'unanswered') {
    yield answer === null
      ? 'No answer was captured before the connection or the capture ended.'
      : 'The connection or the capture ended before the answer was complete.';
  }
  if (answer?.kind === 'http') {
    yield* grpcNotes(answer);
    if (exchange.protocol === 'gRPC' && state === 'complete' && statusOf(exchange) === null) {
      yield 'The answer ended without a grpc-status: the server or a proxy broke off the call.';
    }
  }
  const request = exchange.request;
  if (request?.kind === 'diameter' && (request.flags & 0x10) !== 0) {
    yield 'The request was marked as retransmitted (T flag): an earlier one may have been processed already.';
  }
}

function* vantagePoints({ consumer, producer }: SeenExchanges): Generator<string> {
  if (consumer !== null && producer === null) {
    const capture = consumer.conversation.capture;
    const details = capture?.responseCodeDetails ?? '';
    if (consumer.state === 'open') return;
    if (capture?.upstream === undefined && details !== '' && details !== 'via_upstream') {
      const reason = reasons(consumer);
      yield `The consumer's proxy answered by itself; the application was never asked${reason ? ` (${reason})` : ''}.`;
    } else if (statusOf(consumer)?.error || consumer.state !== 'complete') {
      const reason = reasons(consumer);
      yield `The producer's side saw no such call${reason ? ` (${reason})` : ''}: it was lost on the way, or no sidecar captures there.`;
    } else {
      yield "Only the consumer's side was captured.";
    }
  } else if (producer !== null && consumer === null) {
    const capture = producer.conversation.capture;
    const details = capture?.responseCodeDetails ?? '';
    if (capture?.upstream === undefined && details !== '' && details !== 'via_upstream') {
      const reason = reasons(producer);
      yield `The producer's proxy answered by itself; the application was never asked${reason ? ` (${reason})` : ''}.`;
    }
    yield "Only the producer's side was captured.";
  } else if (consumer !== null && producer !== null) {
    yield* bothSides(consumer, producer);
  }
}

function* bothSides(consumer: Exchange, producer: Exchange): Generator<string> {
  const seen = statusOf(consumer);
  const given = statusOf(producer);
  if (seen !== null && given !== null && (seen.kind !== given.kind || seen.code !== given.code)) {
    const reason = reasons(consumer);
    yield `The producer's side answered ${given.text}, the consumer got ${seen.text}${reason ? ` (${reason})` : ''}.`;
  } else if (consumer.state !== 'open' && seen !== null && given === null && producer.state !== 'open') {
    const reason = reasons(consumer);
    yield `The application never answered; ${seen.text} was made by a proxy${reason ? ` (${reason})` : ''}.`;
  }
  const whole = elapsed(consumer);
  const inside = elapsed(producer);
  if (whole === null || inside === null || whole < 1) return;
  const mesh = whole - inside;
  if (mesh > inside && mesh > 5) {
    yield `Slow mesh: ${clock(mesh)} of ${clock(whole)} passed between the two proxies.`;
  } else if (whole > 500 && inside > 0.8 * whole) {
    yield `Slow application: ${clock(inside)} of ${clock(whole)} passed behind the producer's proxy.`;
  }
}

function* attempts({ producer }: SeenExchanges): Generator<string> {
  const request = producer?.request;
  if (request?.kind !== 'http') return;
  const attempt = Number.parseInt(headerValue(request.headers, 'x-envoy-attempt-count'), 10);
  if (attempt > 1) yield `Retried: this is attempt ${attempt} of the consumer's proxy.`;
}

/** 196,662, as the view writes numbers. */
function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

function cutSentence(side: string, message: Message | null, trueLength: number | undefined): string | null {
  if (message === null) return null;
  const length = Math.max(message.body.length, trueLength ?? 0);
  if (message.body.stored >= length) return null;
  const why = trueLength === undefined ? 'the rest is missing in the capture' : 'cut when it was captured';
  return `The ${side}'s body was kept to ${grouped(message.body.stored)} of ${grouped(length)} bytes: ${why}.`;
}

function* losses(exchange: Exchange): Generator<string> {
  const capture = exchange.conversation.capture;
  for (const sentence of [
    cutSentence('request', exchange.request, capture?.cut?.request),
    cutSentence('answer', exchange.answer, capture?.cut?.answer),
  ]) {
    if (sentence !== null) yield sentence;
  }
  const parts = capture?.lostParts ?? 0;
  if (parts > 0) yield `${parts} parts of the call were lost between the proxy and here.`;
  const redacted = capture?.redacted ?? [];
  if (redacted.length > 0) yield `Redacted before it left the cluster: ${redacted.join(', ')}.`;
}

/** What happened to a call, in sentences, the most telling first. */
export function notesOf(seen: SeenExchanges): string[] {
  const first = seen.consumer ?? seen.producer ?? seen.wire;
  if (first === null) return [];
  return [...vantagePoints(seen), ...attempts(seen), ...outcome(first), ...losses(first)];
}
