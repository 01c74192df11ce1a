import { describe, expect, it } from 'vitest';
import type { FilterRecord } from '../../app/capture/batch.ts';
import { bytes, FilterHost, text } from '../../tests/support/filter-host.ts';

const REQUEST = [
  [':authority', 'cart'],
  [':path', '/items?x=1'],
  [':method', 'POST'],
  [':scheme', 'http'],
  ['x-empty', ''],
] as const;
const ANSWER = [
  [':status', '200'],
  ['content-type', 'text/plain'],
] as const;

describe('an HTTP exchange', () => {
  it('becomes one record with everything in order', () => {
    const host = new FilterHost('cluster=capture');
    const start = host.time;
    const stream = host.http();
    stream.requestHeaders(REQUEST, false);
    host.time += 1_000n;
    stream.requestBody(bytes('question'), false);
    stream.requestTrailers([['x-sum', '8']]);
    host.time += 2_000_000n;
    stream.responseHeaders(ANSWER, false);
    stream.responseBody(bytes('answer'), false);
    stream.responseTrailers([['grpc-status', '0']]);
    stream.done();
    host.pass(250);

    const end = start + 2_001_000n;
    expect(host.records).toEqual<FilterRecord[]>([
      {
        mode: 'http',
        stream: 1,
        part: 0,
        final: true,
        reset: false,
        connection: {
          id: '1',
          role: 'producer',
          protocol: 'http/1.1',
          source: { address: '10.0.0.9', port: 40000 },
          destination: { address: '10.0.0.7', port: 8080 },
        },
        upstream: { address: '127.0.0.1', port: 8080 },
        upstreamCluster: 'inbound|8080||',
        responseCodeDetails: 'via_upstream',
        responseFlags: '',
        events: [
          { kind: 'headers', side: 'request', time: start, headers: REQUEST.map(([...pair]) => pair) },
          { kind: 'data', side: 'request', time: start + 1_000n, bytes: bytes('question'), length: 8 },
          { kind: 'trailers', side: 'request', time: start + 1_000n, headers: [['x-sum', '8']] },
          { kind: 'end', side: 'request', time: start + 1_000n, reset: false },
          { kind: 'headers', side: 'answer', time: end, headers: ANSWER.map(([...pair]) => pair) },
          { kind: 'data', side: 'answer', time: end, bytes: bytes('answer'), length: 6 },
          { kind: 'trailers', side: 'answer', time: end, headers: [['grpc-status', '0']] },
          { kind: 'end', side: 'answer', time: end, reset: false },
        ],
      },
    ]);
  });

  it('tells who the pod is, and names older proxies have for it', () => {
    const host = new FilterHost();
    host.exchange();
    host.pass(250);
    expect(host.latest.node).toEqual({
      pod: 'cart-1',
      namespace: 'shop',
      workload: 'cart',
      serviceAccount: 'cart-account',
      nodeName: 'node-1',
      service: 'cart-service',
    });
    expect(host.latest.instance).toMatch(/^[0-9a-f]{16}$/);
  });

  it('falls back to the node id and cluster without the metadata of Istio', () => {
    const host = new FilterHost('', { node: { id: 'my-envoy', cluster: 'edge' } });
    host.exchange();
    host.pass(250);
    expect(host.latest.node).toMatchObject({ pod: 'my-envoy', namespace: '', workload: 'edge', service: '' });
  });

  it('reads the properties of a connection by their old names too, and the role from the listener', () => {
    const host = new FilterHost();
    const { xds: _, connection: __, ...rest } = host.connection(8080);
    const stream = host.vm.httpStream({ ...rest, connection_id: 77n, listener_direction: 2n, cluster_name: 'old' });
    stream.requestHeaders(REQUEST, true);
    stream.responseHeaders(ANSWER, true);
    stream.done();
    host.pass(250);
    expect(host.records[0]).toMatchObject({ upstreamCluster: 'old', connection: { id: '77', role: 'consumer' } });
  });

  it('says how it broke off', () => {
    const host = new FilterHost();
    const stream = host.http({ response: { code_details: 'downstream_remote_disconnect', flags: 1n << 14n } });
    stream.requestHeaders(REQUEST, true);
    stream.responseHeaders(ANSWER, false);
    stream.done();
    host.pass(250);
    const [record] = host.records;
    expect(record).toMatchObject({
      reset: true,
      responseCodeDetails: 'downstream_remote_disconnect',
      responseFlags: 'DC',
    });
    expect(record!.events.filter(({ kind }) => kind === 'end')).toMatchObject([
      { side: 'request', reset: false },
      { side: 'answer', reset: true },
    ]);
  });
});

describe('bodies', () => {
  it('are kept to the limit and counted to the end, by side', () => {
    const host = new FilterHost('body=10');
    const stream = host.http();
    stream.requestHeaders(REQUEST, false);
    for (let piece = 0; piece < 5; piece++) stream.requestBody(bytes('abcd'), false);
    stream.requestBody(new Uint8Array(0), true);
    stream.responseHeaders(ANSWER, false);
    stream.responseBody(bytes('0123456789abc'), true);
    stream.done();
    host.pass(250);
    expect(bodyOf(host.records, 'request')).toEqual({ held: 'abcdabcdab', length: 20 });
    expect(bodyOf(host.records, 'answer')).toEqual({ held: '0123456789', length: 13 });
    expect(host.latest.drops).toEqual([]);
  });

  it('make one event when pieces come close together, several when they do not', () => {
    const host = new FilterHost();
    const stream = host.http();
    stream.requestHeaders(REQUEST, false);
    stream.requestBody(bytes('one '), false);
    host.time += 1_000_000n;
    stream.requestBody(bytes('two '), false);
    host.time += 50_000_000n;
    stream.requestBody(bytes('three'), true);
    stream.responseHeaders(ANSWER, true);
    stream.done();
    host.pass(250);
    const data = host.records[0]!.events.filter((event) => event.kind === 'data');
    expect(data.map((event) => text(event.bytes))).toEqual(['one two ', 'three']);
  });
});

describe('an exchange that stays open', () => {
  it('is sent in parts when something new has waited', () => {
    const host = new FilterHost();
    const stream = host.http();
    stream.requestHeaders(REQUEST, true);
    host.pass(250);
    expect(host.records).toHaveLength(0);
    host.pass(500);
    expect(host.records).toMatchObject([{ stream: 1, part: 0, final: false }]);
    host.pass(5000);
    expect(host.records).toHaveLength(1);
    stream.responseHeaders(ANSWER, false);
    host.pass(750);
    stream.responseBody(bytes('late'), true);
    stream.done();
    host.pass(250);
    expect(host.records.map(({ part, final }) => [part, final])).toEqual([
      [0, false],
      [1, false],
      [2, true],
    ]);
    expect(host.records.every(({ connection }) => connection?.source.address === '10.0.0.9')).toBe(true);
    expect(host.records.flatMap(({ events }) => events.map(({ kind }) => kind))).toEqual(
      'headers end headers data end'.split(' '),
    );
  });

  it('never has two parts on the way at once', () => {
    const host = new FilterHost('', { autoAnswer: null });
    host.pass(250);
    host.pending[0]!.answer(200);
    const stream = host.http();
    stream.requestHeaders(REQUEST, true);
    host.pass(750);
    expect(host.pending).toHaveLength(1);
    stream.responseHeaders(ANSWER, true);
    stream.done();
    host.exchange();
    host.pass(750);
    expect(host.pending.map(({ batch }) => batch.records.map((record) => [record.stream, record.part]))).toEqual([
      [[1, 0]],
      [[2, 0]],
    ]);
    host.pending[0]!.answer(200);
    host.pass(250);
    expect(host.pending.at(-1)!.batch.records).toMatchObject([{ stream: 1, part: 1, final: true }]);
  });
});

function bodyOf(records: readonly FilterRecord[], side: string): { held: string; length: number } {
  const data = records.flatMap(({ events }) => events).filter((event) => event.kind === 'data' && event.side === side);
  return {
    held: data.map((event) => (event.kind === 'data' ? text(event.bytes) : '')).join(''),
    length: data.reduce((sum, event) => sum + (event.kind === 'data' ? event.length : 0), 0),
  };
}
