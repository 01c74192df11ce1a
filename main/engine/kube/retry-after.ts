import type { IncomingMessage } from 'node:http';

/** When a server that is too busy says nothing of when to come again. Milliseconds. */
const usual = 1_000;
/** When it says at once. Milliseconds. */
const shortest = 250;

/**
 * How long to wait before a request is sent again that the API server has not begun to work on: it has too many (429, API Priority and Fairness), or is just
 * going down or coming up (5xx with Retry-After), as client-go takes it. null for all other answers.
 * https://kubernetes.io/docs/concepts/cluster-administration/flow-control/
 *
 * @returns milliseconds
 */
export function retryAfter({
  statusCode = 0,
  headers,
}: Pick<IncomingMessage, 'statusCode' | 'headers'>): number | null {
  const seconds = /^\d+$/.test(headers['retry-after'] ?? '') ? Number(headers['retry-after']) : null;
  const wait = seconds === null ? null : Math.max(shortest, seconds * 1000);
  if (statusCode === 429) return wait ?? usual;
  return statusCode >= 500 ? wait : null;
}
