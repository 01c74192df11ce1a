import { describe, expect, it } from 'vitest';
import { DecodedConversation, headerLines } from '../../../tests/support/decoding.ts';
import { http2Frame as frame, headerBlock } from '../../../tests/support/frames.ts';
import { answer, begun, END_HEADERS, END_STREAM, number32, request } from '../../../tests/support/http2-talk.ts';
import { joinBytes } from '../../bytes/join.ts';
import { http1Protocol } from '../http1/protocol.ts';
import { FrameType, PREFACE } from './frame.ts';

const PADDED = 0x8;
const PRIORITY = 0x20;
const padded = (payload: Uint8Array, padding: number) =>
  joinBytes([Uint8Array.of(padding), payload, new Uint8Array(padding)]);
const { DATA, HEADERS, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION } = FrameType;

describe('the frames of an exchange', () => {
  it('are a request and an answer with bodies and trailers', () => {
    const talk = begun()
      .client(frame(HEADERS, END_HEADERS, 1, request('/a', 'POST')))
      .client(frame(DATA, 0, 1, 'hel'))
      .client(frame(DATA, END_STREAM, 1, 'lo'))
      .server(frame(HEADERS, END_HEADERS, 1, answer('201')))
      .server(frame(DATA, 0, 1, 'ok'))
      .server(frame(HEADERS, END_HEADERS | END_STREAM, 1, headerBlock([['x-sum', '1']])));
    expect(talk.request()).toMatchObject({ method: 'POST', target: '/a', authority: 'shop', complete: true });
    expect(talk.bodyText(talk.request())).toBe('hello');
    expect(talk.answer()).toMatchObject({ status: 201, complete: true });
    expect(headerLines(talk.answer().trailers)).toEqual(['x-sum: 1']);
    expect(talk.exchanges).toMatchObject([{ streamId: 1, state: 'complete', protocol: 'HTTP/2', problems: [] }]);
  });

  it('may be padded, carry a priority and be spread over CONTINUATION', () => {
    const block = request('/a');
    const priority = joinBytes([number32(0), Uint8Array.of(16)]);
    const talk = begun()
      .client(
        joinBytes([
          frame(HEADERS, PADDED | PRIORITY, 1, padded(joinBytes([priority, block.subarray(0, 5)]), 7)),
          frame(CONTINUATION, 0, 1, block.subarray(5, 6)),
          frame(CONTINUATION, END_HEADERS, 1, block.subarray(6)),
          frame(DATA, PADDED | END_STREAM, 1, padded(Uint8Array.of(0x68, 0x69), 200)),
        ]),
      )
      .server(frame(HEADERS, END_HEADERS | END_STREAM | PADDED, 1, padded(answer('204'), 0)));
    expect(talk.request().target).toBe('/a');
    expect(talk.bodyText(talk.request())).toBe('hi');
    expect(talk.answer().status).toBe(204);
    expect(talk.problems).toEqual([]);
  });

  it('may be between others of any type, known or not', () => {
    const others = [
      frame(FrameType.PRIORITY, 0, 3, joinBytes([number32(0), Uint8Array.of(1)])),
      frame(PING, 0, 0, new Uint8Array(8)),
      frame(WINDOW_UPDATE, 0, 0, number32(1000)),
      frame(WINDOW_UPDATE, 0, 1, number32(1000)),
      frame(SETTINGS, 1, 0),
      frame(0xa, 0, 0, 'ALTSVC of RFC 7838'),
      frame(0xfe, 0xff, 99, 'no such type'),
    ];
    const talk = begun()
      .client(joinBytes([frame(HEADERS, END_HEADERS, 1, request('/a')), ...others, frame(DATA, END_STREAM, 1, 'x')]))
      .server(joinBytes([...others, frame(HEADERS, END_HEADERS | END_STREAM, 1, answer('200'))]));
    expect(talk.exchanges).toMatchObject([{ state: 'complete' }]);
    expect(talk.problems).toEqual([]);
  });

  it('are those of their stream, whatever is between', () => {
    const talk = begun()
      .client(joinBytes([1, 3].map((id) => frame(HEADERS, END_HEADERS | END_STREAM, id, request(`/${id}`)))))
      .server(
        joinBytes([
          frame(HEADERS, END_HEADERS, 3, answer('203')),
          frame(HEADERS, END_HEADERS, 1, answer('201')),
          frame(DATA, 0, 3, 'th'),
          frame(DATA, END_STREAM, 1, 'one'),
          frame(DATA, END_STREAM, 3, 'ree'),
        ]),
      );
    expect([0, 1].map((at) => [talk.answer(at).status, talk.bodyText(talk.answer(at))])).toEqual([
      [201, 'one'],
      [203, 'three'],
    ]);
  });

  it('begin with interim answers', () => {
    const talk = begun()
      .client(frame(HEADERS, END_HEADERS | END_STREAM, 1, request('/')))
      .server(frame(HEADERS, END_HEADERS, 1, answer('103')))
      .server(frame(HEADERS, END_HEADERS | END_STREAM, 1, answer('200')));
    expect(talk.exchanges[0]?.informational.map((interim) => interim.status)).toEqual([103]);
    expect(talk.answer().status).toBe(200);
  });

  it('are an exchange of their own when they were promised', () => {
    const talk = begun()
      .client(frame(HEADERS, END_HEADERS | END_STREAM, 1, request('/')))
      .server(frame(PUSH_PROMISE, END_HEADERS | PADDED, 1, padded(joinBytes([number32(2), request('/css')]), 3)))
      .server(frame(HEADERS, END_HEADERS | END_STREAM, 1, answer('200')))
      .server(frame(HEADERS, END_HEADERS, 2, answer('200')))
      .server(frame(DATA, END_STREAM, 2, 'p {}'));
    expect(talk.exchanges).toMatchObject([
      { streamId: 1, state: 'complete' },
      { streamId: 2, state: 'complete', requestDirection: 0 },
    ]);
    expect(talk.request(1).target).toBe('/css');
    expect(talk.bodyText(talk.answer(1))).toBe('p {}');
  });
});

describe('ends before the end', () => {
  it('are resets of a stream, with their reason', () => {
    const talk = begun()
      .client(frame(HEADERS, END_HEADERS | END_STREAM, 1, request('/')))
      .client(frame(RST_STREAM, 0, 1, number32(8)))
      .server(frame(HEADERS, END_HEADERS | END_STREAM, 1, answer('200')));
    expect(talk.exchanges).toMatchObject([{ state: 'reset', answer: null, cancelled: true }]);
    expect(talk.exchanges[0]?.problems).toMatchObject([
      { severity: 'note', text: 'The client reset the stream: CANCEL.' },
    ]);
  });

  it('are cancelled calls only where it is the client that cancels', () => {
    const reset = (side: 'client' | 'server', code: number) => {
      const talk = begun().client(frame(HEADERS, END_HEADERS | END_STREAM, 1, request('/')));
      return talk[side](frame(RST_STREAM, 0, 1, number32(code))).exchanges[0];
    };
    for (const other of [reset('server', 8), reset('client', 2)]) {
      expect(other?.cancelled).toBeUndefined();
      expect(other).toMatchObject({ state: 'reset', problems: [{ severity: 'warning' }] });
    }
  });

  it('are no fault when a server has answered and needs no more of the request', () => {
    const talk = begun()
      .client(frame(HEADERS, END_HEADERS, 1, request('/', 'POST')))
      .server(frame(HEADERS, END_HEADERS | END_STREAM, 1, answer('413')))
      .server(frame(RST_STREAM, 0, 1, number32(0)));
    expect(talk.exchanges).toMatchObject([{ state: 'complete', problems: [] }]);
  });

  it('are GOAWAY, of which an error is told, and the end of the connection', () => {
    const talk = begun()
      .client(frame(HEADERS, END_HEADERS | END_STREAM, 1, request('/')))
      .server(frame(GOAWAY, 0, 0, number32(1, 11)))
      .end();
    expect(talk.problems.map(({ code }) => code)).toEqual(['http2.goaway']);
    expect(talk.exchanges).toMatchObject([{ state: 'unanswered' }]);
    expect(
      begun()
        .server(frame(GOAWAY, 0, 0, number32(1, 0)))
        .end().problems,
    ).toEqual([]);
  });
});

describe('other protocols in streams', () => {
  it('are gRPC, with its messages counted', () => {
    const grpc = headerBlock([
      [':status', '200'],
      ['content-type', 'application/grpc+proto'],
    ]);
    const call = joinBytes([
      request('/shop.Shop/Buy', 'POST'),
      headerBlock([['content-type', 'application/grpc+proto']]),
    ]);
    const talk = begun()
      .client(frame(HEADERS, END_HEADERS, 1, call))
      .client(frame(DATA, END_STREAM, 1, '\0\0\0\0\x02hi\x01\0\0\0\0'))
      .server(frame(HEADERS, END_HEADERS, 1, grpc))
      .server(frame(DATA, 0, 1, '\0\0\0\0\x05he'))
      .server(frame(DATA, 0, 1, 'llo'))
      .server(frame(HEADERS, END_HEADERS | END_STREAM, 1, headerBlock([['grpc-status', '5']])));
    expect(talk.exchanges).toMatchObject([{ protocol: 'gRPC', messageCount: [2, 1], state: 'complete' }]);
    expect(headerLines(talk.answer().trailers)).toEqual(['grpc-status: 5']);
  });

  it('are WebSocket by extended CONNECT (RFC 8441)', () => {
    const connect = joinBytes([request('/chat', 'CONNECT'), headerBlock([[':protocol', 'websocket']])]);
    const talk = begun()
      .client(frame(HEADERS, END_HEADERS, 1, connect))
      .server(frame(HEADERS, END_HEADERS, 1, answer('200')))
      .client(frame(DATA, 0, 1, '\x81\x80abcd'))
      .server(frame(DATA, 0, 1, '\x81\x02hi\x89\x00'));
    expect(talk.exchanges).toMatchObject([{ protocol: 'WebSocket', messageCount: [1, 2] }]);
  });
});

describe('a connection that began as HTTP/1.1', () => {
  it('goes on as HTTP/2 after 101, the request as stream 1', () => {
    const talk = new DecodedConversation(http1Protocol)
      .client(
        'GET /first HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n\r\n',
      )
      .server(
        joinBytes([
          new TextEncoder().encode('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n'),
          frame(SETTINGS, 0, 0),
        ]),
      )
      .client(
        joinBytes([PREFACE, frame(SETTINGS, 0, 0), frame(HEADERS, END_HEADERS | END_STREAM, 3, request('/second'))]),
      )
      .server(frame(HEADERS, END_HEADERS, 1, answer('200')))
      .server(frame(DATA, END_STREAM, 1, 'first'))
      .server(frame(HEADERS, END_HEADERS | END_STREAM, 3, answer('204')))
      .end();
    expect(talk.exchanges).toMatchObject([
      { streamId: 1, state: 'complete', protocol: 'HTTP/2' },
      { streamId: 3, state: 'complete', protocol: 'HTTP/2' },
    ]);
    expect(talk.request(0)).toMatchObject({ target: '/first', version: '1.1' });
    expect(talk.exchanges[0]?.informational.map((interim) => interim.status)).toEqual([101]);
    expect(talk.bodyText(talk.answer(0))).toBe('first');
    expect(talk.problems).toEqual([]);
  });
});
