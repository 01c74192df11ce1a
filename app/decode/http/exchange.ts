import type { Direction, Exchange, Header, HttpMessage, Nanoseconds, Protocol } from '../../model/exchange.ts';
import type { Problem, Severity } from '../../model/problem.ts';
import type { DecodeContext } from '../stream-decoder.ts';
import { emptyBody } from './body.ts';

/** What is known of a message when its header section is complete; the rest comes later. */
export interface MessageHead {
  readonly version: string;
  readonly method: string;
  readonly target: string;
  readonly scheme: string;
  readonly authority: string;
  readonly status: number;
  readonly reason: string;
  readonly headers: Header[];
}

/** A message of which nothing is known, for bytes whose header section was before the capture. */
export function unknownHead(version: string): MessageHead {
  return { version, method: '', target: '', scheme: '', authority: '', status: 0, reason: '', headers: [] };
}

/** A message with an empty body. `startTime` is the time of the first byte of its header section. */
export function newMessage(head: MessageHead, startTime: Nanoseconds, endTime: Nanoseconds): HttpMessage {
  return {
    kind: 'http',
    startTime,
    endTime,
    version: head.version,
    method: head.method,
    target: head.target,
    scheme: head.scheme,
    authority: head.authority,
    status: head.status,
    reason: head.reason,
    headers: head.headers,
    trailers: [],
    body: emptyBody(),
    complete: false,
  };
}

/** A new exchange of the conversation, not yet opened at the sink. */
export function newExchange(
  context: DecodeContext,
  protocol: Protocol,
  streamId: number,
  requestDirection: Direction,
): Exchange {
  return {
    number: context.nextExchangeNumber(),
    protocol,
    conversation: context.conversation,
    streamId,
    requestDirection,
    request: null,
    answer: null,
    informational: [],
    messageCount: [0, 0],
    state: 'open',
    problems: [],
  };
}

/** At most this many problems are kept for one exchange: a broken stream repeats itself. */
const MAX_PROBLEMS = 16;

/** Adds a problem to the exchange, unless it has plenty already. */
export function addProblem(problems: Problem[], severity: Severity, code: string, text: string): void {
  if (problems.length < MAX_PROBLEMS) problems.push({ severity, code, text });
}

/** First value of the field, names compared without case (RFC 9110 section 5.1); '' when it is absent. `name` is lower case. */
export function headerValue(headers: readonly Header[], name: string): string {
  for (const header of headers) {
    if (header.name.length === name.length && (header.name === name || header.name.toLowerCase() === name)) {
      return header.value;
    }
  }
  return '';
}
