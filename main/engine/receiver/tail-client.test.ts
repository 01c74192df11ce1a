import { Duplex } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { encodeMessage } from '../../../app/capture/stream-encode.ts';
import { STREAM_VERSION } from '../../../app/capture/stream-messages.ts';
import { beginning, readTail } from './tail-client.ts';

/** What the other end of a port-forward says; it never ends by itself. */
function forward(): Duplex {
  return new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
}

const hello = () => encodeMessage({ type: 'hello', version: STREAM_VERSION, ring: '9d5e', first: 1n, next: 1n });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('takes a receiver that is silent after its first hello for gone within seconds', async () => {
  const stream = forward();
  const over = readTail(stream, beginning, { ready() {}, document() {} });
  stream.push(hello());
  await vi.advanceTimersByTimeAsync(2_500);
  stream.push(hello());
  await vi.advanceTimersByTimeAsync(2_500);
  expect(stream.destroyed).toBe(false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await over).toBe('nothing was heard from the receiver for 3 seconds');
});

it('waits longer for the first', async () => {
  const stream = forward();
  const over = readTail(stream, beginning, { ready() {}, document() {} });
  await vi.advanceTimersByTimeAsync(9_000);
  expect(stream.destroyed).toBe(false);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await over).toBe('nothing was heard from the receiver for 10 seconds');
});
