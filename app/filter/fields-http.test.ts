import { describe, expect, it } from 'vitest';
import type { Header, HttpMessage } from '../model/exchange.ts';
import { checkFilter } from './check.ts';
import { compileFilter } from './compile.ts';
import { costOf } from './expression.ts';
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

const details: DetailReader = {
  headers: (_, side) => headers[side],
  http: (_, side) => (side === 'request' ? request : answer),
  bodies: () => [],
  diameter: () => [],
};

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
  answered: () => 1,
  transport: always('tcp'),
  sourcePort: () => 40_000,
  destinationPort: () => 3868,
} as unknown as FlowColumns;

function lets(filter: string, more: Partial<FlowColumns> = {}): boolean {
  const { expression, errors } = checkFilter(filter, 0);
  expect(errors).toEqual([]);
  return compileFilter(expression!, { ...columns, ...more }, details)(0);
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
    expect(lets('http.host in {cart, "orders:8080"}')).toBe(true);
    expect(lets('http.host in {orders, "cart:8080"}')).toBe(true);
    expect(lets('http.host in {orders, "cart:9090"}')).toBe(false);
    expect(lets('http2.headers.authority != "cart:8080"')).toBe(false);
    expect(lets('http.host == "cart:9090"')).toBe(false);
  });

  it('tells an answer from a status, which a call that was given up has without one', () => {
    const unanswered: Partial<FlowColumns> = { answered: () => 0 };
    expect([lets('http.response', unanswered), lets('!http.response', unanswered)]).toEqual([false, true]);
    const streaming: Partial<FlowColumns> = { protocol: always('gRPC'), status: always(null) };
    expect([lets('http.response', streaming), lets('http.response', { protocol: always('Diameter') })]).toEqual([
      true,
      false,
    ]);
  });

  it('tells TCP from SCTP by what the list has in memory', () => {
    const asked = ['tcp', 'sctp', 'sctp.port == 3868', 'sctp.srcport == 3868'];
    expect(asked.map((each) => lets(each))).toEqual([true, false, false, false]);
    const sctp: Partial<FlowColumns> = { transport: always('sctp') };
    expect(asked.map((each) => lets(each, sctp))).toEqual([false, true, true, false]);
    for (const each of asked) expect(costOf(checkFilter(each, 0).expression!)).toBe('summary');
  });
});
