import type { Exchange, ExchangeState, HttpMessage } from '../../model/exchange.ts';
import type { DecodeContext } from '../stream-decoder.ts';

/**
 * Closes the exchange at the sink. What the sidecar cut off is added to the lengths of the bodies: such a message is
 * complete, only not all of it was kept.
 */
export function finishExchange(context: DecodeContext, exchange: Exchange, state: ExchangeState): void {
  const capture = context.conversation.capture;
  const request = exchange.request?.kind === 'http' ? exchange.request : null;
  const answer = exchange.answer?.kind === 'http' ? exchange.answer : null;
  const requestCut = applyCut(request, capture?.cut?.request);
  const answerCut = applyCut(answer, capture?.cut?.answer);
  exchange.state = stateOf(state, answerCut && (requestCut || request?.complete !== false), capture?.reset === true);
  context.sink.close(exchange);
}

function stateOf(state: ExchangeState, cutShort: boolean, reset: boolean): ExchangeState {
  if (reset) return 'reset';
  return cutShort && state === 'unanswered' ? 'complete' : state;
}

function applyCut(message: HttpMessage | null, length: number | undefined): boolean {
  if (message === null || length === undefined) return false;
  if (length > message.body.length) message.body.length = length;
  message.complete = true;
  return true;
}

/** Whether the sidecar says that it cut this side's body, so that an early end is no fault. */
export function isCut(context: DecodeContext, side: 'request' | 'answer'): boolean {
  return context.conversation.capture?.cut?.[side] !== undefined;
}
