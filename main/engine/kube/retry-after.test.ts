import { expect, it } from 'vitest';
import { retryAfter } from './retry-after.ts';

const answer = (statusCode: number, after?: string) =>
  retryAfter({ statusCode, headers: after === undefined ? {} : { 'retry-after': after } });

it('is as long as a busy server says, a second where it does not, a moment at least, and never for an answer', () => {
  expect(answer(429, '3')).toBe(3_000);
  expect(answer(429)).toBe(1_000);
  expect(answer(429, 'Wed, 21 Oct 2026 07:28:00 GMT')).toBe(1_000);
  expect(answer(429, '0')).toBe(250);
  expect(answer(503, '0')).toBe(250);
  expect(answer(503, '2')).toBe(2_000);
  expect(answer(503)).toBeNull();
  expect(answer(200, '3')).toBeNull();
  expect(answer(403, '3')).toBeNull();
});
