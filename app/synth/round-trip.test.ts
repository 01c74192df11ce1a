import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { answerFields, CapturedEvents, requestFields, START } from '../../tests/support/captured.ts';
import { CollectingSink, MemoryStore } from '../../tests/support/decoding.ts';
import { createDissector } from '../assemble/dissector.ts';
import type { CaptureEvent } from '../capture/document.ts';
import type { CapturedProtocol } from '../capture/metadata.ts';
import { protocols } from '../decode/registry.ts';
import { createPcapReader } from '../formats/pcap/pcap-reader.ts';
import type { Body, Exchange, HttpMessage } from '../model/exchange.ts';
import type { Problem } from '../model/problem.ts';
import { createPacketBuffers, ExchangePackets } from './exchange-packets.ts';

// Bodies of up to 450 KB, sixty times over, take their time on a busy machine.
vi.setConfig({ testTimeout: 30_000 });

const buffers = createPacketBuffers();

/** What the dissector makes of the packets of events that came in these parts. */
function decode(protocol: CapturedProtocol, parts: readonly (readonly CaptureEvent[])[]) {
  const packets = new ExchangePackets({
    protocol,
    client: { address: '10.42.0.7', port: 40_001 },
    server: { address: '10.42.0.9', port: 8080 },
    initialSequence: 0xffff_0000,
    buffers,
  });
  const files = parts.map((events, index) => packets.add(events, index === parts.length - 1, START));
  const sink = new CollectingSink();
  const store = new MemoryStore();
  const problems: Problem[] = [];
  const dissector = createDissector({ protocols, sink, store, onProblem: (problem) => problems.push(problem) });
  const reader = createPcapReader({
    packet: (packet) => dissector.packet(packet),
    problem: (problem) => problems.push(problem),
  });
  for (const file of files) reader.push(file);
  reader.end();
  dissector.end();
  const body = (part: Body) =>
    Buffer.concat(part.chunks.map(({ offset, length }) => store.bytes.slice(offset, offset + length)));
  return {
    exchanges: sink.exchanges,
    problems: [...problems, ...sink.exchanges.flatMap((exchange) => exchange.problems)],
    body,
  };
}

function http(message: Exchange['request']): HttpMessage {
  if (message?.kind !== 'http') throw new Error('no HTTP message');
  return message;
}

interface Call {
  readonly method: string;
  readonly status: number;
  readonly path: string;
  readonly more: readonly (readonly [string, string])[];
  readonly request: readonly Uint8Array[];
  readonly answer: readonly Uint8Array[];
  readonly announced: boolean;
  readonly trailers: boolean;
  /** After which events a part ends. */
  readonly cuts: readonly number[];
}

const chunk = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 200 }),
  fc.integer({ min: 1, max: 150_000 }).map((length) => new Uint8Array(length).fill(length % 251)),
);
const call: fc.Arbitrary<Call> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'),
  status: fc.constantFrom(200, 201, 302, 404, 500, 503),
  path: fc.webPath().map((path) => `/${path.replace(/^\/+/, '')}`),
  more: fc.array(fc.tuple(fc.stringMatching(/^x-[a-z]{1,8}$/), fc.stringMatching(/^[!-~]([ -~]{0,40}[!-~])?$/)), {
    maxLength: 4,
  }),
  request: fc.array(chunk, { maxLength: 3 }),
  answer: fc.array(chunk, { maxLength: 3 }),
  announced: fc.boolean(),
  trailers: fc.boolean(),
  cuts: fc.array(fc.nat(12), { maxLength: 4 }),
});

function eventsOf({ method, status, path, more, request, answer, announced, trailers }: Call): readonly CaptureEvent[] {
  const length = (body: readonly Uint8Array[]) =>
    announced && !trailers && body.length > 0 ? [['content-length', String(Buffer.concat(body).length)] as const] : [];
  const events = new CapturedEvents();
  events.headers('request', requestFields(method, path, [...more, ...length(request)]));
  for (const bytes of request) events.data('request', bytes);
  if (trailers && request.length > 0) events.trailers('request', [['x-sum', '1']]);
  events.end('request').headers('answer', answerFields(status, [...more, ...length(answer)]));
  for (const bytes of answer) events.data('answer', bytes);
  if (trailers && answer.length > 0) events.trailers('answer', [['x-sum', '2']]);
  return events.end('answer').events;
}

function inParts(events: readonly CaptureEvent[], cuts: readonly number[]): CaptureEvent[][] {
  const ends = [...new Set(cuts.filter((cut) => cut > 0 && cut < events.length))].sort((a, b) => a - b);
  return [...ends, events.length].map((end, index) => events.slice(ends[index - 1] ?? 0, end));
}

describe.each(['http/1.1', 'http/2'] as const)('an exchange over %s', (protocol) => {
  it('is decoded from its packets as it was captured, in however many parts', () => {
    fc.assert(
      fc.property(call, (original) => {
        const { exchanges, problems, body } = decode(protocol, inParts(eventsOf(original), original.cuts));
        expect(problems).toEqual([]);
        expect(exchanges.length).toBe(1);
        const [exchange] = exchanges;
        const request = http(exchange!.request);
        const answer = http(exchange!.answer);
        expect(exchange!.state).toBe('complete');
        expect([request.method, request.target, request.authority, answer.status]).toEqual([
          original.method,
          original.path,
          'cart.shop.svc.cluster.local:8080',
          original.status,
        ]);
        for (const message of [request, answer]) {
          const own = message.headers
            .filter(({ name }) => name.startsWith('x-'))
            .map(({ name, value }) => [name, value]);
          expect(own).toEqual(original.more);
        }
        expect(body(request.body)).toEqual(Buffer.concat(original.request));
        expect(body(answer.body)).toEqual(Buffer.concat(original.answer));
        const trailers = (message: HttpMessage) => message.trailers.map(({ name, value }) => `${name}=${value}`);
        expect(trailers(request)).toEqual(original.trailers && original.request.length > 0 ? ['x-sum=1'] : []);
        expect(trailers(answer)).toEqual(original.trailers && original.answer.length > 0 ? ['x-sum=2'] : []);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps method, status and the bytes before the cut when bodies are cut', () => {
    fc.assert(
      fc.property(call, fc.nat(200_000), fc.nat(1_000_000), (original, kept, missing) => {
        const stored = new Uint8Array(kept).fill(7);
        const events = new CapturedEvents()
          .headers('request', requestFields('POST', '/up', [['content-length', String(kept + missing)]]))
          .data('request', stored, kept + missing)
          .end('request')
          .headers('answer', answerFields(original.status, [['content-length', '2']]))
          .data('answer', 'ok')
          .end('answer').events;
        const { exchanges, body } = decode(protocol, inParts(events, original.cuts));
        const [exchange] = exchanges;
        expect(exchanges.length).toBe(1);
        expect([http(exchange!.request).method, http(exchange!.answer).status]).toEqual(['POST', original.status]);
        expect(body(http(exchange!.request).body)).toEqual(Buffer.from(stored));
        expect(body(http(exchange!.answer).body).toString()).toBe('ok');
      }),
      { numRuns: 40 },
    );
  });

  it('that is reset or never answered says so', () => {
    const request = new CapturedEvents().headers('request', requestFields('GET', '/')).end('request');
    const unanswered = decode(protocol, [request.events]);
    expect(unanswered.exchanges.map(({ state }) => state)).toEqual(['unanswered']);
    const reset = decode(protocol, [request.end('answer', true).events]);
    expect(reset.exchanges.map(({ state }) => state)).toEqual(['reset']);
  });
});
