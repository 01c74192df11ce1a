import * as http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { DecodedConversation, headerLines } from '../../../tests/support/decoding.ts';
import { RecordingRelay, type TapeEntry } from '../../../tests/support/tape.ts';
import type { Exchange } from '../../model/exchange.ts';
import { http2Protocol } from './protocol.ts';

/** What the client of the recorded connection saw of one request. */
interface Seen {
  readonly path: string;
  readonly status: number;
  readonly rawHeaders: string[];
  readonly body: string;
  readonly trailers: string[];
  readonly informational: number[];
}

/** Three of them make a header block that needs CONTINUATION. Node's client drops single fields that are longer. */
const LARGE_VALUE = '~long~ '.repeat(1000);
const BODY = 'body '.repeat(4000);

function startServer(): http2.Http2Server {
  const server = http2.createServer({
    paddingStrategy: http2.constants.PADDING_STRATEGY_MAX,
    maxSendHeaderBlockLength: 100_000,
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    const path = headers[':path'] as string;
    if (path === '/reset') {
      stream.close(http2.constants.NGHTTP2_ENHANCE_YOUR_CALM);
      return;
    }
    if (path === '/hints') stream.additionalHeaders({ ':status': 103, link: '</a.css>' });
    if (path === '/push') {
      stream.pushStream({ ':path': '/pushed' }, (_error, pushed) => {
        pushed.respond({ ':status': 200, 'x-pushed': 'yes' });
        pushed.end('pushed body');
      });
    }
    const trailers = path === '/trailers';
    const long = path === '/long-header' ? { 'x-long': [1, 2, 3].map((number) => `${LARGE_VALUE}${number}`) } : {};
    stream.respond(
      { ':status': path === '/missing' ? 404 : 200, 'x-id': `${path}-${stream.id}`, ...long },
      { waitForTrailers: trailers },
    );
    if (trailers) stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': 'ä1', 'x-other': '2' }));
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => stream.end(path === '/echo' ? Buffer.concat(parts) : `answer to ${path}`));
  });
  return server;
}

function request(session: http2.ClientHttp2Session, path: string, body = ''): Promise<Seen> {
  const stream = session.request({
    ':path': path,
    ':method': body === '' ? 'GET' : 'POST',
    'x-request': path,
    cookie: ['a=1', 'b=2'],
  });
  const seen = {
    path,
    status: 0,
    rawHeaders: [] as string[],
    body: '',
    trailers: [] as string[],
    informational: [] as number[],
  };
  const lines = (raw: string[]) => raw.flatMap((name, at) => (at % 2 === 0 ? [`${name}: ${raw[at + 1]}`] : []));
  return new Promise((resolve) => {
    stream.on('headers', (headers) => seen.informational.push(headers[':status'] as number));
    // The raw header list is an undocumented third argument of these events.
    const rawOf = (rest: unknown[]) => lines(rest[1] as string[]);
    stream.on('response', (headers: http2.IncomingHttpHeaders & { ':status'?: number }, ...rest: unknown[]) => {
      seen.status = headers[':status'] as number;
      seen.rawHeaders = rawOf(rest);
    });
    stream.on('trailers', (_headers: unknown, ...rest: unknown[]) => {
      seen.trailers = rawOf(rest);
    });
    stream.setEncoding('utf8');
    stream.on('data', (part: string) => {
      seen.body += part;
    });
    stream.on('error', () => {});
    stream.on('close', () => resolve(seen));
    if (body !== '') stream.end(body);
  });
}

const PATHS = ['/a', '/missing', '/hints', '/trailers', '/long-header', '/a', '/push', '/reset', '/a'];
let tape: TapeEntry[] = [];
let seen: Seen[] = [];

beforeAll(async () => {
  const server = startServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await using relay = await RecordingRelay.start((server.address() as AddressInfo).port);
  const session = http2.connect(`http://127.0.0.1:${relay.port}`, {
    maxHeaderListPairs: 500,
    maxReservedRemoteStreams: 10,
  });
  session.on('stream', (pushed) => pushed.resume());
  for (const path of PATHS) seen.push(await request(session, path));
  await new Promise<void>((resolve) => session.settings({ headerTableSize: 0 }, () => resolve()));
  seen.push(await request(session, '/after-table-0'));
  await new Promise<void>((resolve) => session.settings({ headerTableSize: 65_536 }, () => resolve()));
  const many = Array.from({ length: 50 }, (_, number) =>
    request(session, number % 2 === 0 ? `/n${number}` : '/echo', number % 2 === 0 ? '' : `${number} ${BODY}`),
  );
  seen = [...seen, ...(await Promise.all(many))];
  await new Promise<void>((resolve) => session.close(() => resolve()));
  await new Promise<void>((resolve) => server.close(() => resolve()));
  tape = relay.tapes[0]!;
}, 30_000);

function decode(entries: readonly TapeEntry[], startsInTheMiddle = false): DecodedConversation {
  const talk = new DecodedConversation(http2Protocol, { startsInTheMiddle });
  for (const { direction, bytes } of entries) talk.send(direction, bytes);
  return talk.end();
}

/** One entry for each run of bytes in one direction, so that they can be cut anew. */
function cutInto(entries: readonly TapeEntry[], length: number): TapeEntry[] {
  return entries.flatMap(({ direction, bytes }) =>
    Array.from({ length: Math.ceil(bytes.length / length) }, (_, part) => ({
      direction,
      bytes: bytes.subarray(part * length, (part + 1) * length),
    })),
  );
}

describe('a connection of Node with padding, CONTINUATION, push, trailers, interim answers, resets and table size changes', () => {
  it('is decoded as the client saw it', () => {
    const talk = decode(tape);
    expect(talk.problems).toEqual([]);
    expect(talk.sink.faults).toEqual([]);
    const pulled = talk.exchanges
      .map((_, number) => number)
      .filter((number) => talk.exchanges[number]!.streamId % 2 === 1);
    expect(pulled).toHaveLength(seen.length);
    const byOrder = pulled.map((number) => talk.exchanges[number]!).sort((a, b) => a.streamId - b.streamId);
    for (const [at, exchange] of byOrder.entries()) {
      const expected = seen[at]!;
      const number = exchange.number;
      expect(talk.request(number).target).toBe(expected.path);
      expect(headerLines(talk.request(number).headers)).toContain('cookie: a=1');
      if (expected.path === '/reset') {
        expect(exchange).toMatchObject({ state: 'reset', answer: null });
        expect(exchange.problems[0]?.text).toContain('ENHANCE_YOUR_CALM');
        continue;
      }
      expect(exchange).toMatchObject({ state: 'complete', protocol: 'HTTP/2' });
      expect(talk.answer(number)).toMatchObject({ status: expected.status, complete: true });
      expect(headerLines(talk.answer(number).headers)).toEqual(expected.rawHeaders);
      expect(headerLines(talk.answer(number).trailers)).toEqual(expected.trailers);
      expect(exchange.informational.map((answer) => answer.status)).toEqual(expected.informational);
      expect(talk.bodyText(talk.answer(number))).toBe(expected.body);
    }
  });

  it('has the pushed answer as an exchange of its own', () => {
    const talk = decode(tape);
    const pushed = talk.exchanges.find((exchange) => exchange.streamId === 2)!;
    expect(talk.request(pushed.number)).toMatchObject({ method: 'GET', target: '/pushed', complete: true });
    expect(talk.bodyText(talk.answer(pushed.number))).toBe('pushed body');
    expect(pushed.state).toBe('complete');
  });

  it.each([1, 2, 3, 7, 10, 100, 1000])('gives the same in pieces of %i bytes', (length) => {
    expect(decode(cutInto(tape, length)).summary()).toEqual(decode(tape).summary());
  });

  it('is joined at any place: what needs no older table entry is right, the rest is marked', () => {
    const pieces = cutInto(tape, 700);
    const whole = decode(tape);
    const byStream = new Map(whole.exchanges.map((exchange) => [exchange.streamId, exchange]));
    for (let from = 1; from < pieces.length; from += 17) {
      const talk = decode(pieces.slice(from), true);
      expect(talk.sink.faults).toEqual([]);
      for (const exchange of talk.exchanges) expectNothingGuessed(exchange, byStream.get(exchange.streamId));
    }
  });

  it.each([4, 3, 2])('behind a hole at 1/%i of it, streams are found again and nothing is guessed', (part) => {
    const truth = new Map(decode(tape).exchanges.map((exchange) => [exchange.streamId, exchange]));
    const talk = new DecodedConversation(http2Protocol);
    const hole = Math.floor(tape.length / part);
    for (const [at, { direction, bytes }] of tape.entries()) {
      if (at === hole) talk.gap(direction, bytes.length);
      else talk.send(direction, bytes);
    }
    talk.end();
    expect(talk.sink.faults).toEqual([]);
    // What the hole hits is one exchange; the others only lose fields that refer to what was in it.
    expect(talk.exchanges.filter((exchange) => exchange.state === 'unanswered').length).toBeLessThanOrEqual(1);
    expect(talk.exchanges.length).toBe(truth.size);
    for (const exchange of talk.exchanges) expectNothingGuessed(exchange, truth.get(exchange.streamId));
  });
});

/** Every field that is not marked as unknown is the one that was sent. */
function expectNothingGuessed(mine: Exchange, real: Exchange | undefined): void {
  expect(real, `stream ${mine.streamId}`).toBeDefined();
  for (const side of ['request', 'answer'] as const) {
    const message = mine[side];
    const sent = real?.[side];
    if (message?.kind !== 'http' || sent?.kind !== 'http' || message.headers.length === 0) continue;
    expect(message.headers.length).toBe(sent.headers.length);
    for (const [at, header] of message.headers.entries()) {
      if (header.unknown !== true) expect(header).toEqual(sent.headers[at]);
    }
  }
}
