import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecodedConversation } from '../../../tests/support/decoding.ts';
import { http2Frame as frame, headerBlock } from '../../../tests/support/frames.ts';
import {
  answer,
  begun,
  conversation,
  END_HEADERS,
  END_STREAM,
  number32,
  request,
} from '../../../tests/support/http2-talk.ts';
import { joinBytes } from '../../bytes/join.ts';
import type { Direction } from '../../model/exchange.ts';
import { FrameType, PREFACE } from './frame.ts';

const PADDED = 0x8;
const padded = (payload: Uint8Array, padding: number) =>
  joinBytes([Uint8Array.of(padding), payload, new Uint8Array(padding)]);
const { DATA, HEADERS, RST_STREAM, SETTINGS, PING, CONTINUATION } = FrameType;

describe('what is broken', () => {
  it.each([
    ['padding that is longer than its frame', frame(HEADERS, END_HEADERS | PADDED, 3, Uint8Array.of(9, 0x82))],
    ['CONTINUATION of nothing', frame(CONTINUATION, END_HEADERS, 3, '')],
    ['DATA without a stream', frame(DATA, 0, 0, 'x')],
    ['PING of a wrong length', frame(PING, 0, 0, 'short')],
    ['a header block that is not HPACK', frame(HEADERS, END_HEADERS | END_STREAM, 3, '\x80')],
  ])('costs what it hits: %s', (_name, broken) => {
    const talk = begun()
      .client(frame(HEADERS, END_HEADERS | END_STREAM, 1, request('/1')))
      .client(broken)
      .client(joinBytes([5, 7, 9].map((id) => frame(HEADERS, END_HEADERS | END_STREAM, id, request(`/${id}`)))))
      .server(joinBytes([1, 5, 7, 9].map((id) => frame(HEADERS, END_HEADERS | END_STREAM, id, answer('200')))))
      .end();
    const complete = talk.exchanges.filter((exchange) => exchange.state === 'complete');
    expect(complete.map((exchange) => exchange.streamId)).toEqual([1, 5, 7, 9]);
    expect(complete.map((exchange) => talk.request(exchange.number).target)).toEqual(['/1', '/5', '/7', '/9']);
    expect([...talk.problems, ...talk.exchanges.flatMap((exchange) => exchange.problems)].length).toBeGreaterThan(0);
  });

  it('is a hole in a body: its bytes are counted, the frames behind it are where they should be', () => {
    const data = frame(DATA, END_STREAM, 1, '0123456789');
    const talk = begun()
      .client(frame(HEADERS, END_HEADERS, 1, request('/', 'PUT')))
      .client(data.subarray(0, 12))
      .gap(0, 4)
      .client(data.subarray(16))
      .client(frame(HEADERS, END_HEADERS | END_STREAM, 3, request('/next')));
    expect(talk.request(0)).toMatchObject({ complete: false, body: { stored: 6, length: 10 } });
    expect(talk.request(1).target).toBe('/next');
    expect(talk.problems).toEqual([]);
  });
});

describe('any split of the bytes', () => {
  const client = joinBytes([
    PREFACE,
    frame(SETTINGS, 0, 0),
    frame(HEADERS, 0, 1, request('/1').subarray(0, 9)),
    frame(CONTINUATION, END_HEADERS, 1, request('/1').subarray(9)),
    frame(DATA, PADDED | END_STREAM, 1, padded(Uint8Array.of(1, 2, 3), 5)),
    frame(HEADERS, END_HEADERS | END_STREAM, 3, request('/3')),
  ]);
  const server = joinBytes([
    frame(SETTINGS, 0, 0),
    frame(HEADERS, END_HEADERS, 1, answer('200')),
    frame(DATA, 0, 1, 'body'),
    frame(HEADERS, END_HEADERS | END_STREAM, 1, headerBlock([['x', 'y']])),
    frame(RST_STREAM, 0, 3, number32(2)),
  ]);

  function decode(cuts: readonly number[]): unknown {
    const talk = conversation();
    for (const [direction, bytes] of [
      [0, client],
      [1, server],
    ] as const)
      send(talk, direction, bytes, cuts);
    return talk.end().summary();
  }

  function send(talk: DecodedConversation, direction: Direction, bytes: Uint8Array, cuts: readonly number[]): void {
    const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
    for (const [at, place] of places.slice(1).entries()) talk.send(direction, bytes.slice(places[at], place));
  }

  const whole = decode([]);

  it('gives the same, at every single place', () => {
    for (let cut = 1; cut < Math.max(client.length, server.length); cut++) expect(decode([cut])).toEqual(whole);
  });

  it('gives the same, at any number of places', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: client.length }), { maxLength: 60 });
    fc.assert(
      fc.property(cuts, (places) => {
        expect(decode(places)).toEqual(whole);
      }),
    );
  });
});
