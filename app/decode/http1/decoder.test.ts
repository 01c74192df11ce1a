import { describe, expect, it } from 'vitest';
import { DecodedConversation, headerLines } from '../../../tests/support/decoding.ts';
import { http1Protocol } from './protocol.ts';

function conversation(options?: ConstructorParameters<typeof DecodedConversation>[1]): DecodedConversation {
  return new DecodedConversation(http1Protocol, options);
}

const CUT_CAPTURE = {
  version: 1,
  id: 'shop/cart-1/a/1',
  role: 'consumer',
  pod: { namespace: 'shop', pod: 'cart-1', service: 'cart', workload: 'cart', node: 'n', serviceAccount: 'cart' },
  protocol: 'http/1.1',
  source: { address: '10.0.0.1', port: 40000 },
  destination: { address: '10.0.0.2', port: 8080 },
  connection: '1',
  cut: { answer: 1000 },
} as const;

describe('one exchange', () => {
  it('is read with its headers in order and its bodies', () => {
    const talk = conversation()
      .client('POST /items?x=1 HTTP/1.1\r\nHost: shop\r\nX-A: 1\r\nx-a:  2 \r\nContent-Length: 5\r\n\r\nhello')
      .server('HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok');
    expect(talk.exchanges).toHaveLength(1);
    expect(talk.request()).toMatchObject({
      method: 'POST',
      target: '/items?x=1',
      authority: 'shop',
      version: '1.1',
      complete: true,
    });
    expect(headerLines(talk.request().headers)).toEqual(['Host: shop', 'X-A: 1', 'x-a: 2', 'Content-Length: 5']);
    expect(talk.bodyText(talk.request())).toBe('hello');
    expect(talk.answer()).toMatchObject({ status: 201, reason: 'Created', complete: true });
    expect(talk.bodyText(talk.answer())).toBe('ok');
    expect(talk.exchanges[0]).toMatchObject({ protocol: 'HTTP/1.1', state: 'complete' });
    expect(talk.sink.closed.size).toBe(1);
  });

  it('has the times of its first and last bytes', () => {
    const talk = conversation()
      .client('GET / HT')
      .client('TP/1.1\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na')
      .server('b');
    const start = talk.request().startTime;
    expect(talk.request().endTime - start).toBe(1_000_000n);
    expect(talk.answer().startTime - start).toBe(2_000_000n);
    expect(talk.answer().endTime - start).toBe(3_000_000n);
  });

  it('is unanswered when the connection ends first, and reset when it breaks', () => {
    expect(conversation().client('GET / HTTP/1.1\r\n\r\n').end().exchanges[0]?.state).toBe('unanswered');
    const broken = conversation()
      .client('GET / HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc')
      .end('reset', [1]);
    expect(broken.exchanges[0]?.state).toBe('reset');
    expect(broken.answer()).toMatchObject({ complete: false });
  });
});

describe('the end of a body', () => {
  it('is told by chunks, with extensions and trailers', () => {
    const talk = conversation()
      .client('GET / HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n')
      .server('5;ext="a"\r\nhello\r\nA \r\n, chunked!\r\n0\r\nX-Sum: 1\r\n\r\n');
    expect(talk.bodyText(talk.answer())).toBe('hello, chunked!');
    expect(headerLines(talk.answer().trailers)).toEqual(['X-Sum: 1']);
    expect(talk.exchanges[0]?.state).toBe('complete');
  });

  it('is told by the end of the connection', () => {
    const talk = conversation()
      .client('GET / HTTP/1.0\r\n\r\n')
      .server('HTTP/1.0 200 OK\r\n\r\nuntil ')
      .server('the end');
    expect(talk.exchanges[0]?.state).toBe('open');
    talk.end('fin', [1]);
    expect(talk.exchanges[0]).toMatchObject({ state: 'complete', protocol: 'HTTP/1.0' });
    expect(talk.bodyText(talk.answer())).toBe('until the end');
  });

  it.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n'],
  ])('is the header section for %s answered by %j', (method, answer) => {
    const talk = conversation()
      .client(`${method} /a HTTP/1.1\r\n\r\n`)
      .server(answer)
      .client('GET /b HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx');
    expect(talk.exchanges.map((exchange) => exchange.state)).toEqual(['complete', 'complete']);
    expect(talk.answer(0).body.length).toBe(0);
    expect(talk.bodyText(talk.answer(1))).toBe('x');
  });

  it('is where the sidecar cut it, which is no fault', () => {
    const talk = conversation({ capture: CUT_CAPTURE })
      .client('GET / HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nthe first part')
      .end();
    expect(talk.exchanges[0]).toMatchObject({ state: 'complete', problems: [] });
    expect(talk.answer()).toMatchObject({ complete: true, body: { stored: 14, length: 1000 } });
  });
});

describe('several exchanges', () => {
  it('are matched in order when pipelined', () => {
    const talk = conversation()
      .client('GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\nPOST /3 HTTP/1.1\r\nContent-Length: 1\r\n\r\nx')
      .server('HTTP/1.1 201 A\r\nContent-Length: 0\r\n\r\nHTTP/1.1 202 B\r\nContent-Length: 1\r\n\r\nb')
      .server('HTTP/1.1 203 C\r\nContent-Length: 0\r\n\r\n');
    expect(talk.exchanges.map((_, number) => [talk.request(number).target, talk.answer(number).status])).toEqual([
      ['/1', 201],
      ['/2', 202],
      ['/3', 203],
    ]);
  });

  it('keep their interim answers', () => {
    const talk = conversation()
      .client('PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n')
      .server('HTTP/1.1 100 Continue\r\n\r\n')
      .client('ok')
      .server('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    expect(talk.exchanges[0]?.informational.map((answer) => answer.status)).toEqual([100, 103]);
    expect(talk.answer().status).toBe(200);
    expect(talk.exchanges[0]?.state).toBe('complete');
  });
});

describe('untidy input', () => {
  it('is read as far as the RFC lets recipients be tolerant', () => {
    const talk = conversation()
      .client('\r\n\r\nGET  /a b  HTTP/1.1\nHost: x\nFolded: one\r\n  two\r\n\tthree\nno colon here\nSpaced : 1\n\n')
      .server('HTTP/1.1 200\r\nContent-Length: 3, 3\r\n\r\nabc');
    expect(talk.request().target).toBe('/a b');
    expect(headerLines(talk.request().headers)).toEqual(['Host: x', 'Folded: one two three', 'Spaced: 1']);
    expect(talk.exchanges[0]?.problems.map((problem) => problem.code)).toEqual([
      'http.header.line',
      'http.header.space',
    ]);
    expect(talk.bodyText(talk.answer())).toBe('abc');
  });

  it('keeps octets beyond ASCII: UTF-8 where it is valid, else ISO 8859-1', () => {
    const utf8 = new TextEncoder().encode('GET / HTTP/1.1\r\nX: grün\r\nY: ?\r\n\r\n');
    utf8[utf8.indexOf(0x3f)] = 0xfc;
    expect(headerLines(conversation().client(utf8).request().headers)).toEqual(['X: grün', 'Y: ü']);
  });

  it('costs one message, not the connection', () => {
    const talk = conversation()
      .client('\u0000\u0001garbage\r\nmore garbage\r\nGET /ok HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    expect(talk.problems.map((problem) => problem.code)).toEqual(['http.start_line']);
    expect(talk.exchanges).toHaveLength(1);
    expect(talk.request().target).toBe('/ok');
  });

  it('does not follow a chunk without a size, and goes on at the next message', () => {
    const talk = conversation()
      .client('GET /1 HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n')
      .client('GET /2 HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    expect(talk.exchanges[0]?.problems.map((problem) => problem.code)).toContain('http.chunk');
    expect(talk.answer(1).complete).toBe(true);
  });
});

describe('a capture with holes', () => {
  it('counts what is missing of a body whose length is known', () => {
    const talk = conversation()
      .client('GET / HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc')
      .gap(1, 4)
      .server('xyz')
      .client('GET /2 HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    expect(talk.answer()).toMatchObject({ complete: false, body: { stored: 6, length: 10 } });
    expect(talk.exchanges[0]).toMatchObject({ state: 'complete', problems: [{ code: 'tcp.gap' }] });
    expect(talk.answer(1).status).toBe(200);
  });

  it('shows the lines of a header section that came whole, and goes on at the next message', () => {
    const talk = conversation()
      .client('GET /1 HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nContent-Le')
      .gap(1, 100)
      .client('GET /2 HTTP/1.1\r\n\r\n')
      .server('tail of a lost body}HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')
      .end();
    expect(talk.answer()).toMatchObject({ status: 200, headers: [], complete: false });
    expect(talk.exchanges[0]).toMatchObject({ state: 'complete', problems: [{ code: 'http.head.cut' }] });
    expect(talk.answer(1).status).toBe(404);
  });

  it('shows of packets that were cut by the snapshot length what is in them', () => {
    const talk = conversation()
      .client('GET /photo HTTP/1.1\r\nHost: shop\r\nAcc')
      .gap(0, 400)
      .server('HTTP/1.1 200 OK\r\nContent-Length: 9000\r\nDate: Tue, 16')
      .gap(1, 1400)
      .server('a body ')
      .gap(1, 1400)
      .client('GET /next HTTP/1.1\r\nHost: sh')
      .gap(0, 400)
      .server('HTTP/1.1 304 Not Modified\r\nDa')
      .gap(1, 1400)
      .end();
    expect(talk.request()).toMatchObject({ target: '/photo', headers: [{ name: 'Host', value: 'shop' }] });
    expect(talk.answer()).toMatchObject({ status: 200, headers: [{ name: 'Content-Length', value: '9000' }] });
    expect(talk.request(1).target).toBe('/next');
    expect(talk.answer(1).status).toBe(304);
    expect(talk.problems).toEqual([]);
  });

  it('leaves no answer to the wrong request when a start line is hit', () => {
    const talk = conversation()
      .client('GET /1 HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 20')
      .gap(1, 100)
      .client('GET /2 HTTP/1.1\r\n\r\n')
      .server('tail of a lost body}HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')
      .end();
    expect(talk.exchanges.map((exchange) => exchange.state)).toEqual(['unanswered', 'complete']);
    expect(talk.answer(1).status).toBe(404);
  });

  it('gives pipelined requests from before a hole their own answers, and says that those behind it are uncertain', () => {
    const ok = (status: number) => `HTTP/1.1 ${status} x\r\nContent-Length: 0\r\n\r\n`;
    const talk = conversation()
      .client('GET /1 HTTP/1.1\r\n\r\n')
      .client('GET /2 HTTP/1.1\r\n\r\n')
      .gap(0, 500)
      .client('GET /9 HTTP/1.1\r\n\r\n')
      .server(ok(201))
      .server(ok(202))
      .server(ok(203))
      .end();
    expect(talk.exchanges.map(({ request, answer }) => [request, answer])).toMatchObject([
      [{ target: '/1' }, { status: 201 }],
      [{ target: '/2' }, { status: 202 }],
      [{ target: '/9' }, { status: 203 }],
    ]);
    expect(talk.exchanges.map(({ problems }) => problems.map(({ code }) => code))).toEqual([
      [],
      [],
      ['http.answer.uncertain'],
    ]);
  });

  it('doubts no answer because of a hole in a body whose length is known', () => {
    const talk = conversation()
      .client('GET /1 HTTP/1.1\r\n\r\n')
      .client('GET /2 HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc')
      .gap(1, 4)
      .server('hij')
      .server('HTTP/1.1 202 OK\r\nContent-Length: 0\r\n\r\n')
      .client('GET /3 HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 203 OK\r\nContent-Length: 0\r\n\r\n')
      .end();
    expect(talk.exchanges.map(({ answer }) => answer)).toMatchObject([
      { status: 200 },
      { status: 202 },
      { status: 203 },
    ]);
    expect(talk.exchanges.map(({ problems }) => problems.map(({ code }) => code))).toEqual([['tcp.gap'], [], []]);
  });

  it('shows answers whose requests were not captured', () => {
    const talk = conversation({ startsInTheMiddle: true })
      .server('rest of a body}HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx')
      .client('GET /2 HTTP/1.1\r\n\r\n')
      .server('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
    expect(talk.exchanges[0]).toMatchObject({ request: null, state: 'complete' });
    expect(talk.answer(0).status).toBe(200);
    expect(talk.request(1).target).toBe('/2');
    expect(talk.answer(1).status).toBe(404);
  });
});
