import type { ProtocolDescriptor, StreamDecoder } from '../../app/decode/stream-decoder.ts';
import type { Direction, Exchange, Message } from '../../app/model/exchange.ts';
import type { Problem } from '../../app/model/problem.ts';
import { decodeContext } from '../support/decode-context.ts';
import type { Random } from './random.ts';

/** One thing that a decoder is told. */
type Step =
  | { readonly kind: 'data'; readonly direction: Direction; readonly bytes: Uint8Array }
  | { readonly kind: 'gap'; readonly direction: Direction; readonly length: number };

const TIME = 1_000_000_000n;
/** Problems that say that a decoder has lost its place. */
const LOST = /diameter\.skipped|http2\.frames?\.lost|http\.start_line|http\.chunk/;
const MAXIMUM_CALLS = 200_000;

/**
 * Decodes a conversation whole and again in small pieces: nothing may be thrown, no more bodies or exchanges may come out
 * than bytes went in, and both ways must give the same exchanges as long as the decoder knows where it is.
 */
export function checkDecoding(
  protocol: ProtocolDescriptor,
  client: Uint8Array,
  server: Uint8Array,
  random: Random,
): void {
  const steps = stepsOf(client, server, random);
  const whole = decode(protocol, steps);
  const pieces = decode(
    protocol,
    steps.flatMap((step) => (step.kind === 'gap' ? [step] : cut(step, random))),
  );
  // Behind damage the next message is searched for, and what is taken for one depends on how much can be seen at once.
  if (LOST.test(whole) || LOST.test(pieces)) return;
  if (whole !== pieces) throw new Error(`decoded whole and in pieces it differs:\n${whole}\n${pieces}`);
}

/** The client's bytes, then the server's, each with a hole now and then. */
function stepsOf(client: Uint8Array, server: Uint8Array, random: Random): Step[] {
  const steps: Step[] = [];
  for (const [direction, bytes] of [
    [0, client],
    [1, server],
  ] as const) {
    const hole = random.below(4) === 0 ? random.below(bytes.length) : bytes.length;
    const length = random.below(64);
    if (hole > 0) steps.push({ kind: 'data', direction, bytes: bytes.subarray(0, hole) });
    if (hole < bytes.length) {
      steps.push({ kind: 'gap', direction, length });
      if (hole + length < bytes.length) steps.push({ kind: 'data', direction, bytes: bytes.subarray(hole + length) });
    }
  }
  return steps;
}

function cut({ direction, bytes }: Step & { kind: 'data' }, random: Random): Step[] {
  const steps: Step[] = [];
  const longest = random.pick([1, 3, 20, 200]);
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(bytes.length, at + 1 + random.below(longest));
    // A copy, because decoders may not keep what they are given: the copy is overwritten afterwards.
    steps.push({ kind: 'data', direction, bytes: bytes.slice(at, end) });
    at = end;
  }
  return steps;
}

/** Runs a decoder over the steps, and writes down what came out of it. */
function decode(protocol: ProtocolDescriptor, steps: readonly Step[]): string {
  let stored = 0;
  let given = 0;
  let calls = 0;
  const exchanges: Exchange[] = [];
  const problems: Problem[] = [];
  /** A decoder that calls back more often than it has bytes to do so for runs in a circle. */
  function count(): void {
    if (++calls > MAXIMUM_CALLS) throw new Error(`a decoder called back ${calls} times`);
  }
  let decoder: StreamDecoder | null = null;
  const created = protocol.create(
    decodeContext(8080, {
      sink: {
        open(exchange) {
          count();
          exchanges.push(exchange);
        },
        change: count,
        close: count,
      },
      store: {
        append(bytes) {
          count();
          stored += bytes.length;
          return stored - bytes.length;
        },
      },
      nextExchangeNumber: () => exchanges.length,
      problem(problem) {
        count();
        problems.push(problem);
      },
      become: (next) => {
        decoder = next;
      },
    }),
  );
  decoder ??= created;
  for (const step of steps) {
    if (step.kind === 'gap') {
      decoder.gap(step.direction, step.length, TIME);
      continue;
    }
    const bytes = step.bytes.slice();
    decoder.data(step.direction, bytes, TIME);
    bytes.fill(0xee);
    given += bytes.length;
  }
  for (const direction of [0, 1] as const) decoder.end(direction, 'fin', TIME);
  if (stored > given) throw new Error(`${stored} bytes of bodies came out of ${given} bytes`);
  if (exchanges.length > given) throw new Error(`${exchanges.length} exchanges came out of ${given} bytes`);
  return [...exchanges.map(describe), ...problems.map(({ code }) => `conversation: ${code}`)].join('\n');
}

function describe(exchange: Exchange): string {
  const { protocol, streamId, requestDirection, state, messageCount, problems } = exchange;
  const codes = problems.map(({ code }) => code).join(' ');
  const informational = exchange.informational.map(({ status }) => status).join(' ');
  const head = [protocol, streamId, requestDirection, state, messageCount.join('/'), informational, codes].join(', ');
  return `${head} | ${describeMessage(exchange.request)} | ${describeMessage(exchange.answer)}`;
}

function describeMessage(message: Message | null): string {
  if (message === null) return '-';
  const { body, ...rest } = message;
  const stored = body.chunks.reduce((total, chunk) => total + chunk.length, 0);
  return JSON.stringify({ ...rest, stored, length: body.length }, (_key, value) =>
    typeof value === 'bigint' ? String(value) : value,
  );
}
