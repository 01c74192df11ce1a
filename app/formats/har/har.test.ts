import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pieces } from '../../../tests/support/bytes.ts';
import { CollectingSink, MemoryStore } from '../../../tests/support/decoding.ts';
import { podNamed } from '../../../tests/support/exchanges.ts';
import { readCapture } from '../../../tests/support/read-capture.ts';
import type { FlowDetail, HttpDetail } from '../../api/types.ts';
import { createDissector } from '../../assemble/dissector.ts';
import { protocols } from '../../decode/registry.ts';
import { headerValue } from '../../flows/status.ts';
import type { Exchange, HttpMessage } from '../../model/exchange.ts';
import { createHarWriter } from './har-writer.ts';
import { JsonElements } from './json-elements.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const shopping = {
  startedDateTime: '2026-11-22T15:00:00.123456Z',
  time: 30.5,
  request: {
    method: 'POST',
    url: 'https://shop.example/cart?item=7#top',
    httpVersion: 'HTTP/1.1',
    headers: [
      { name: 'Host', value: 'shop.example' },
      { name: 'Content-Length', value: '999' },
      { name: 'X-Note', value: 'a "quoted" } value' },
    ],
    postData: { mimeType: 'application/json', text: '{"größe":5}' },
    bodySize: 12,
  },
  response: {
    status: 201,
    statusText: 'Created',
    httpVersion: 'HTTP/1.1',
    headers: [
      { name: 'Content-Encoding', value: 'gzip' },
      { name: 'Content-Length', value: '5' },
    ],
    content: { size: 11, mimeType: 'text/plain', text: 'hello, cart' },
  },
  timings: { blocked: 1, send: 0.5, wait: 20, receive: 9 },
  serverIPAddress: '203.0.113.5',
};

const image = {
  startedDateTime: '2026-11-22T15:00:01.000Z',
  time: 5,
  request: {
    method: 'GET',
    url: 'http://img.example:8080/a',
    httpVersion: 'h2',
    headers: [{ name: ':path', value: '/a' }],
    bodySize: 0,
  },
  response: {
    status: 200,
    httpVersion: 'h2',
    headers: [{ name: 'content-type', value: 'image/png' }],
    content: { size: 4, mimeType: 'image/png', text: 'iVBORw==', encoding: 'base64' },
  },
  timings: { send: 0, wait: 1, receive: 4 },
};

const failed = { ...image, response: { status: 0, headers: [], content: {} } };

const harOf = (...entries: readonly unknown[]): Uint8Array =>
  encode(
    JSON.stringify({
      log: {
        version: '1.2',
        creator: { name: 'entries', entries: [{}] },
        entries,
        comment: '{"log":{"entries":[{}]}}',
      },
    }),
  );

function read(bytes: Uint8Array, lengths: readonly number[] = [bytes.length]) {
  const file = readCapture(pieces(bytes, lengths));
  const sink = new CollectingSink();
  const store = new MemoryStore();
  const dissector = createDissector({ protocols, sink, store });
  for (const packet of file.packets) dissector.packet(packet);
  dissector.end();
  const bodyOf = (message: HttpMessage): Uint8Array =>
    Buffer.concat(message.body.chunks.map(({ offset, length }) => store.bytes.subarray(offset, offset + length)));
  return { ...file, exchanges: sink.exchanges, bodyOf };
}

const http = (message: Exchange['request']): HttpMessage => message as HttpMessage;

describe('reading HAR', () => {
  it('gives the exchanges of its entries, with times, bodies and names', () => {
    const { exchanges, problems, names, bodyOf } = read(harOf(shopping, image));
    expect(problems).toEqual([]);
    expect(exchanges.map(({ state }) => state)).toEqual(['complete', 'complete']);
    const [first, second] = exchanges;
    const [request, answer] = [http(first!.request), http(first!.answer)];
    const start = 1_795_359_600_123_456_000n;
    expect(request).toMatchObject({
      method: 'POST',
      target: '/cart?item=7',
      version: '1.1',
      authority: 'shop.example',
      startTime: start,
    });
    expect(headerValue(request.headers, 'x-note')).toBe('a "quoted" } value');
    expect(Buffer.from(bodyOf(request)).toString()).toBe('{"größe":5}');
    expect(answer).toMatchObject({ status: 201, startTime: start + 21_500_000n, endTime: start + 30_500_000n });
    // HAR has the body with its coding undone.
    expect(headerValue(answer.headers, 'content-encoding')).toBe('');
    expect(Buffer.from(bodyOf(answer)).toString()).toBe('hello, cart');
    expect(first!.conversation.server).toEqual({ address: '203.0.113.5', port: 443 });
    expect(names.get('203.0.113.5')).toEqual(['shop.example']);
    expect(http(second!.request)).toMatchObject({ version: '2', target: '/a', authority: 'img.example:8080' });
    expect(Buffer.from(bodyOf(http(second!.answer))).toString('hex')).toBe('89504e47');
    expect(names.get(second!.conversation.server.address)).toEqual(['img.example']);
  });

  it('is the same in chunks of any size, with a byte order mark', () => {
    const bytes = Buffer.concat([Buffer.from('efbbbf', 'hex'), harOf(shopping, image)]);
    const outline = ({ exchanges, problems }: ReturnType<typeof read>) => [
      exchanges.length,
      problems,
      http(exchanges[0]!.answer).status,
    ];
    for (const length of [1, 2, 7, 100]) expect(outline(read(bytes, [length]))).toEqual([2, [], 201]);
  });

  it('has a request without answer for status 0, and a cut body for one that was not recorded', () => {
    const { text: _text, ...withoutText } = shopping.response.content;
    const { exchanges } = read(
      harOf(failed, { ...shopping, response: { ...shopping.response, content: withoutText } }),
    );
    expect(exchanges[0]).toMatchObject({ answer: null, state: 'unanswered' });
    expect(http(exchanges[1]!.answer).body).toMatchObject({ stored: 0, length: 11 });
  });

  it('passes over broken entries and goes on', () => {
    const broken = { ...shopping, startedDateTime: 'yesterday' };
    const { exchanges, problems } = read(harOf(broken, {}, shopping));
    expect(exchanges).toHaveLength(1);
    expect(problems.map(({ code, text }) => [code, text])).toEqual([
      ['har.entry', 'An entry was skipped: startedDateTime "yesterday" is not a time.'],
      ['har.entry', 'An entry was skipped: request or response is missing.'],
    ]);
  });

  it('does not let a field break out of its line', () => {
    const request = {
      ...shopping.request,
      method: 'GET X\r\n',
      headers: [{ name: 'a\r\nb', value: '1\r\n\r\nGET /smuggled' }],
      postData: undefined,
    };
    const { exchanges } = read(harOf({ ...shopping, request }));
    expect(exchanges).toHaveLength(1);
    expect(http(exchanges[0]!.request).target).toBe('/cart?item=7');
  });

  it('keeps what comes before a cut, and says that it is one', () => {
    const bytes = harOf(shopping, image);
    const { exchanges, problems } = read(bytes.subarray(0, bytes.length - 200));
    expect(exchanges).toHaveLength(1);
    expect(problems.map(({ code }) => code)).toEqual(['har.truncated']);
  });

  it('refuses other JSON in one sentence', () => {
    const { problems } = read(encode('{"log":{"entries":5},"entries":[{}]}'));
    expect(problems).toMatchObject([
      { severity: 'error', code: 'file.format', text: 'This JSON file is not a HAR file: it has no log.entries.' },
    ]);
  });

  it('never throws, whatever the text is', () => {
    const bytes = harOf(shopping, image);
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(changes, (list) => {
        const changed = bytes.slice();
        for (const [at, value] of list) changed[at] = value;
        read(changed);
      }),
    );
  });
});

describe('elements of a JSON array', () => {
  it('are bounded', () => {
    const found: string[] = [];
    const elements = new JsonElements(['a'], 10, {
      element: (bytes, offset) => found.push(`${offset} ${Buffer.from(bytes)}`),
      tooLong: (offset, length) => found.push(`${offset} too long: ${length}`),
    });
    for (const byte of Buffer.from('{"b":[{}],"a":[{"x":1},{"long":"aaaaaaaaa"},{}]}'))
      elements.push(Uint8Array.of(byte));
    expect(found).toEqual(['15 {"x":1}', '23 too long: 20', '44 {}']);
    expect(elements.end()).toEqual({ found: true, complete: true });
  });
});

describe('writing HAR', () => {
  const httpDetail = (message: HttpMessage): HttpDetail => ({
    kind: 'http',
    startLine:
      message.method === ''
        ? `HTTP/${message.version} ${message.status} ${message.reason}`.trimEnd()
        : `${message.method} ${message.target} HTTP/${message.version}`,
    headers: message.headers,
    trailers: message.trailers,
    stored: message.body.stored,
    length: message.body.length,
    contentType: headerValue(message.headers, 'content-type'),
    contentEncoding: headerValue(message.headers, 'content-encoding'),
    complete: message.complete,
    startTime: Number(message.startTime) / 1e6,
    endTime: Number(message.endTime) / 1e6,
  });

  const detailOf = ({ request, answer, conversation }: Exchange): FlowDetail =>
    ({
      row: {
        source: { ...podNamed(''), ...conversation.client },
        destination: { ...podNamed(''), ...conversation.server },
        stream: conversation.stream,
      },
      request: request === null ? null : httpDetail(http(request)),
      answer: answer === null ? null : httpDetail(http(answer)),
    }) as unknown as FlowDetail;

  function write({ exchanges, bodyOf }: ReturnType<typeof read>): Uint8Array {
    const parts: string[] = [];
    const writer = createHarWriter((text) => parts.push(text), { name: 'Packet Inspector', version: '0.1.0' });
    for (const exchange of exchanges) {
      const requestBody = bodyOf(http(exchange.request));
      const answerBody = exchange.answer === null ? new Uint8Array(0) : bodyOf(http(exchange.answer));
      expect(writer.add({ detail: detailOf(exchange), requestBody, answerBody })).toBe(true);
    }
    writer.end();
    return encode(parts.join(''));
  }

  it('leaves out what was at a time that no calendar has, as a damaged capture says it', () => {
    const { exchanges } = read(harOf(shopping));
    const detail = detailOf(exchanges[0]!);
    const damaged = { ...detail, request: { ...(detail.request as HttpDetail), startTime: 1.8e16 } };
    const writer = createHarWriter(() => {}, { name: 'Packet Inspector', version: '0.1.0' });
    const [requestBody, answerBody] = [new Uint8Array(0), new Uint8Array(0)];
    expect(writer.add({ detail: damaged, requestBody, answerBody })).toBe(false);
    expect(writer.add({ detail, requestBody, answerBody })).toBe(true);
  });

  it('gives the same exchanges when it is read again', () => {
    const trailers = { ...image, response: { ...image.response, _trailers: [{ name: 'grpc-status', value: '5' }] } };
    const first = read(harOf(shopping, trailers, failed));
    const again = read(write(first));
    expect(again.problems).toEqual([]);
    const outline = ({ exchanges, bodyOf }: ReturnType<typeof read>) =>
      exchanges.map(({ request, answer, protocol, state, conversation }) => ({
        protocol,
        state,
        server: conversation.server,
        client: conversation.client.address,
        sides: [request, answer].map((message) =>
          message === null
            ? null
            : {
                ...http(message),
                body: Buffer.from(bodyOf(http(message))).toString('hex'),
                startTime: http(message).startTime / 10_000n,
                endTime: http(message).endTime / 10_000n,
              },
        ),
      }));
    expect(outline(again)).toEqual(outline(first));
  });

  it('is JSON with the fields that the specification asks for', () => {
    const { log } = JSON.parse(new TextDecoder().decode(write(read(harOf(shopping)))));
    expect(log).toMatchObject({ version: '1.2', creator: { name: 'Packet Inspector' } });
    expect(log.entries[0]).toMatchObject({
      startedDateTime: '2026-11-22T15:00:00.123456Z',
      request: { url: 'http://shop.example/cart?item=7', queryString: [{ name: 'item', value: '7' }], bodySize: 13 },
      response: { status: 201, statusText: 'Created', content: { size: 11, text: 'hello, cart' } },
    });
  });
});
