import { describe, expect, it } from 'vitest';
import type { Conversation, Header, HttpMessage } from '../model/exchange.ts';
import { checkFilter } from './check.ts';
import { compileFilter } from './compile.ts';
import type { CodedColumn, DetailReader, FlowColumns } from './flow-columns.ts';

const request = {
  kind: 'http',
  scheme: '',
  authority: 'cart:8080',
  target: '/items?page=2',
  reason: '',
} as unknown as HttpMessage;
const answer = { kind: 'http', reason: 'Not Found' } as unknown as HttpMessage;
const headers: Record<'request' | 'answer', readonly Header[]> = {
  request: [{ name: 'Accept', value: 'text/html' }],
  answer: [
    { name: 'Set-Cookie', value: 'a=1' },
    { name: 'Set-Cookie', value: 'b=2' },
    { name: 'Age', value: '17' },
  ],
};

function detailsOf(transport: Conversation['transport']): DetailReader {
  return {
    headers: (_, side) => headers[side],
    http: (_, side) => (side === 'request' ? request : answer),
    conversation: () => ({ transport, client: { port: 40_000 }, server: { port: 3868 } }) as unknown as Conversation,
    bodies: () => [],
    diameter: () => [],
  };
}

/** A column of one flow with that value. */
function always<Value>(value: Value): CodedColumn<Value> {
  return { code: () => 0, value: () => value, size: () => 1 };
}

/** One flow: a request for `/items` of `cart`, answered with 404. */
const columns = {
  protocol: always('HTTP/2'),
  method: always('GET'),
  host: always('cart'),
  source: always({ address: '10.0.0.1' }),
  status: always({ kind: 'http', code: 404, text: '404', error: false }),
} as unknown as FlowColumns;

function lets(filter: string, transport: Conversation['transport'] = 'tcp'): boolean {
  const { expression, errors } = checkFilter(filter, 0);
  expect(errors).toEqual([]);
  return compileFilter(expression!, columns, detailsOf(transport))(0);
}

describe('fields that Wireshark has for HTTP', () => {
  it.each([
    'http.request',
    'http.response && !ipv6 && ip',
    'http.accept == "text/html"',
    'http.set_cookie contains "b="',
    'http2.headers.age > 16',
    'http2.header.name == "Age" && http2.header.value == "17"',
    'http.response.phrase == "Not Found"',
    'http.request.full_uri == "http://cart:8080/items?page=2"',
    'string(http.response.code) matches "^4"',
  ])('%s', (filter) => {
    expect(lets(filter)).toBe(true);
    expect(lets(`!(${filter})`)).toBe(false);
  });

  it('compares hosts without their port, and with it when the value has one', () => {
    expect(
      ['http.host == cart', 'http.host == "cart:8080"', 'http.host matches ":8080$"'].map((each) => lets(each)),
    ).toEqual([true, true, true]);
    expect(lets('http.host in {"cart:8080", "cart:8081"}')).toBe(true);
    expect(lets('http2.headers.authority != "cart:8080"')).toBe(false);
    expect(lets('http.host == "cart:9090"')).toBe(false);
  });

  it('tells TCP from SCTP', () => {
    expect([lets('tcp'), lets('sctp'), lets('sctp.port == 3868')]).toEqual([true, false, false]);
    expect([lets('tcp', 'sctp'), lets('sctp', 'sctp'), lets('sctp.port == 3868', 'sctp')]).toEqual([false, true, true]);
  });
});
