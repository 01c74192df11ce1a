/**
 * Diameter from stream bytes to exchanges: framing, summary, pairing and the copy to the store, on one core; and the
 * tree of AVPs. Run by `npx node tests/bench/diameter-bench.ts`.
 */
import { decodeAvps } from '../../app/decode/diameter/avps.ts';
import { DiameterDecoder } from '../../app/decode/diameter/decoder.ts';
import { decodeContext } from '../support/decode-context.ts';
import { creditControl, dictionary } from './decode/credit-control.ts';

const TRANSACTIONS = 20_000;
const ROUNDS = 20;
const SEGMENT = 1448;

function segments(messages: readonly Uint8Array[]): Uint8Array[] {
  const all = Buffer.concat(messages);
  const parts: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += SEGMENT) parts.push(all.subarray(at, at + SEGMENT));
  return parts;
}

const numbers = Array.from({ length: TRANSACTIONS }, (_, number) => number);
const requests = numbers.map((number) => creditControl(number, true));
const answers = numbers.map((number) => creditControl(number, false));
const directions = [segments(requests), segments(answers)] as const;
const bytes = [...requests, ...answers].reduce((sum, message) => sum + message.length, 0);

/** Takes what a body store would, and keeps only the last megabyte. */
const kept = new Uint8Array(1 << 20);

function decodeAll(): number {
  let closed = 0;
  let stored = 0;
  let exchanges = 0;
  const decoder = new DiameterDecoder(
    decodeContext(3868, {
      sink: { open() {}, change() {}, close: () => closed++ },
      store: {
        append(part) {
          kept.set(part, stored % (kept.length - part.length));
          stored += part.length;
          return stored - part.length;
        },
      },
      nextExchangeNumber: () => exchanges++,
      problem: (problem) => {
        throw new Error(problem.text);
      },
    }),
  );
  const [requestParts, answerParts] = directions;
  for (let index = 0; index < Math.max(requestParts.length, answerParts.length); index++) {
    const time = BigInt(index);
    if (index < requestParts.length) decoder.data(0, requestParts[index]!, time);
    if (index < answerParts.length) decoder.data(1, answerParts[index]!, time);
  }
  return closed;
}

function measure(name: string, amount: number, run: () => unknown): void {
  run();
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  }
  const median = times.sort((a, b) => a - b)[ROUNDS >> 1]!;
  const rate = (2 * TRANSACTIONS * 1000) / median;
  console.log(`${name}: ${(amount / 1e3 / median).toFixed(0)} MB/s, ${(rate / 1e3).toFixed(0)} thousand messages/s`);
}

console.log(
  `${2 * TRANSACTIONS} messages of ${Math.round(bytes / TRANSACTIONS / 2)} bytes on average, segments of ${SEGMENT}`,
);
if (decodeAll() !== TRANSACTIONS) throw new Error('Not every transaction was found.');
measure('framing, summary, pairing, store', bytes, decodeAll);
measure('tree of AVPs', bytes, () => {
  for (const message of requests) decodeAvps(message, dictionary);
  for (const message of answers) decodeAvps(message, dictionary);
});
