import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../../tests/support/bytes.ts';
import { DecodedConversation, headerLines } from '../../../tests/support/decoding.ts';
import { webSocketFrame } from '../../../tests/support/frames.ts';
import { joinBytes } from '../../bytes/join.ts';
import { http1Protocol } from './protocol.ts';

function conversation(options?: ConstructorParameters<typeof DecodedConversation>[1]): DecodedConversation {
  return new DecodedConversation(http1Protocol, options);
}

describe('a connection that becomes something else', () => {
  it('has its WebSocket messages counted, in both directions, from the same packet on', () => {
    const answer = latin1('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    const talk = conversation()
      .client('GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
      .server(joinBytes([answer, webSocketFrame(0x81, Uint8Array.of(1))]))
      .client(webSocketFrame(0x81, Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3, 4)))
      .server(webSocketFrame(0x88, new Uint8Array(0)))
      .end();
    expect(talk.exchanges).toMatchObject([{ protocol: 'WebSocket', messageCount: [1, 2], state: 'complete' }]);
  });

  it('is a tunnel after CONNECT, whatever goes through it', () => {
    const talk = conversation()
      .client('CONNECT far.example:443 HTTP/1.1\r\nHost: far.example\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n')
      .client('GET / HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 500 No\r\n\r\n')
      .end();
    expect(talk.exchanges).toHaveLength(1);
    expect(talk.bodyText(talk.request())).toBe('GET / HTTP/1.1\r\n\r\n');
    expect(talk.bodyText(talk.answer())).toBe('HTTP/1.1 500 No\r\n\r\n');
  });

  it('stays as it is when CONNECT is refused', () => {
    const talk = conversation()
      .client('CONNECT far.example:443 HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno')
      .client('CONNECT far.example:443 HTTP/1.1\r\nProxy-Authorization: x\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\n\r\n');
    expect([talk.answer(0).status, talk.answer(1).status]).toEqual([407, 200]);
    expect(talk.bodyText(talk.answer(0))).toBe('no');
  });
});

describe('the length of a body', () => {
  it.each([
    [
      'Transfer-Encoding before Content-Length',
      'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      'ok',
    ],
    ['a coding under the chunks', 'Transfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n', 'ok'],
    [
      'codings in two fields',
      'Transfer-Encoding: gzip\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
      'ok',
    ],
    ['chunk lines that end with LF', 'Transfer-Encoding: chunked\n\n2\nok\n0\n\n', 'ok'],
    [
      'white space and extensions behind a size',
      'Transfer-Encoding: chunked\r\n\r\n02 ; a="b;c"\r\nok\r\n000\r\n\r\n',
      'ok',
    ],
    ['the first of two lengths', 'Content-Length: 2\r\nContent-Length: 7\r\n\r\nok', 'ok'],
  ])('is told by %s', (_name, rest, body) => {
    const talk = conversation()
      .client('GET / HTTP/1.1\r\n\r\n')
      .server(`HTTP/1.1 200 OK\r\n${rest}`)
      .client('GET /next HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 204 No Content\r\n\r\n');
    expect(talk.bodyText(talk.answer(0))).toBe(body);
    expect(talk.answer(0).complete).toBe(true);
    expect(talk.answer(1).status).toBe(204);
  });

  it('of gRPC-Web has messages, and trailers at its end', () => {
    const type = 'Content-Type: application/grpc-web+proto\r\n';
    const talk = conversation()
      .client(`POST /shop.Shop/Buy HTTP/1.1\r\n${type}Content-Length: 7\r\n\r\n\0\0\0\0\x02hi`)
      .server(
        latin1(`HTTP/1.1 200 OK\r\n${type}Content-Length: 27\r\n\r\n\0\0\0\0\x01a\x80\0\0\0\x10grpc-status: 5\r\n`),
      );
    expect(talk.exchanges).toMatchObject([{ protocol: 'gRPC-Web', messageCount: [1, 1], state: 'complete' }]);
    expect(headerLines(talk.answer().trailers)).toEqual(['grpc-status: 5']);
  });
});

describe('header fields that come again', () => {
  it('are the same in every message, and keep their own case and order', () => {
    const talk = conversation();
    const fields = ['Host: a', 'Accept: */*', 'accept: */*', 'X-Long: '.padEnd(300, 'v'), 'Empty:', 'Host: b'];
    for (let round = 0; round < 4; round++) {
      talk.client(`GET /${round} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`).server('HTTP/1.1 204 None\r\n\r\n');
    }
    for (let round = 0; round < 4; round++) {
      expect(headerLines(talk.request(round).headers)).toEqual(fields.map((field) => field.replace(/:$/, ': ')));
      expect(talk.request(round).authority).toBe('a');
    }
  });

  it('report what is wrong with them each time', () => {
    const talk = conversation();
    for (let round = 0; round < 3; round++) {
      talk
        .client('GET / HTTP/1.1\r\nSpaced : 1\r\n\r\n')
        .server('HTTP/1.1 200 OK\r\nContent-Length: x\r\nContent-Length: 0\r\n\r\n');
    }
    const codes = talk.exchanges.map((exchange) => exchange.problems.map(({ code }) => code));
    expect(codes).toEqual(Array(3).fill(['http.header.space', 'http.content_length']));
  });
});

describe('any split of the bytes', () => {
  const client = latin1(
    '\r\nPOST /1 HTTP/1.1\r\nHost: a\r\nX-Folded: a\r\n b\r\nContent-Length: 5\r\n\r\nhello' +
      'GET /2 HTTP/1.1\n\nHEAD /3 HTTP/1.0\r\n\r\n' +
      'PUT /4 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\nT: 1\r\n\r\n',
  );
  const server = latin1(
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n' +
      'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n' +
      'HTTP/1.1 200 OK\r\n\r\nto the end',
  );

  function decode(cuts: readonly number[]): unknown {
    const talk = conversation();
    for (const [direction, bytes] of [
      [0, client],
      [1, server],
    ] as const) {
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      for (const [at, place] of places.slice(1).entries()) talk.send(direction, bytes.slice(places[at], place));
    }
    return talk.end().summary();
  }

  const whole = decode([]);

  it('is read as four exchanges', () => {
    expect(whole).toMatchObject([
      { request: { method: 'POST' }, answer: { status: 200 }, informational: [{ status: 100 }], state: 'complete' },
      { request: { method: 'GET' }, answer: { status: 304 }, state: 'complete' },
      { request: { method: 'HEAD' }, answer: { status: 200 }, state: 'complete' },
      { request: { method: 'PUT', trailers: [{ name: 'T', value: '1' }] }, answer: { status: 200 }, state: 'complete' },
    ]);
  });

  it('gives the same, at every single place', () => {
    for (let cut = 1; cut < Math.max(client.length, server.length); cut++) expect(decode([cut])).toEqual(whole);
  });

  it('gives the same, at any number of places', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: server.length }), { maxLength: 80 });
    fc.assert(
      fc.property(cuts, (places) => {
        expect(decode(places)).toEqual(whole);
      }),
    );
  });
});
