import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialFields } from '../../app/capture/credential-fields.ts';
import { encodeBatch } from '../../app/capture/encode-batch.ts';
import { parseFromAggregator } from '../../app/capture/stream-parse.ts';
import {
  answerFields,
  batchOf,
  CapturedEvents,
  recordOf,
  requestFields,
  simpleExchange,
  testConnection,
} from '../support/captured.ts';
import {
  bsonCount,
  createTestMesh,
  filesIn,
  openTail,
  post,
  postBatch,
  postOverHttp2,
  type TestMesh,
  until,
} from '../support/cluster.ts';
import { captures, documents, losses, metric } from '../support/tail-messages.ts';
import { tsharkFields, tsharkIsInstalled } from '../support/tshark.ts';

let mesh: TestMesh;
beforeEach(async () => {
  mesh = await createTestMesh();
});
afterEach(() => mesh.close());

const watchdog = (flags: number) =>
  Buffer.from(
    `01000024${flags.toString(16).padStart(2, '0')}000118000000006ebbc1a54fd460e2000001084000000d7065657261000000`,
    'hex',
  );
const diameter = {
  ...testConnection,
  protocol: 'diameter' as const,
  destination: { address: '10.42.0.9', port: 3868 },
};

describe('from the filters to files and live tails', () => {
  it('carries HTTP/1.1, HTTP/2, gRPC and Diameter over mutual TLS, by HTTP/1.1 and HTTP/2', async () => {
    const receiver = await mesh.startReceiver();
    const aggregator = await mesh.startAggregator(receiver.address);
    const tail = openTail(receiver.tailAddress);
    const grpc = new CapturedEvents()
      .headers(
        'request',
        requestFields('POST', '/shop.Shipping/Quote', [
          ['content-type', 'application/grpc'],
          ['x-request-id', '7b0c-42'],
        ]),
      )
      .data('request', Uint8Array.of(0, 0, 0, 0, 1, 7))
      .end('request')
      .headers('answer', answerFields(200, [['content-type', 'application/grpc']]))
      .data('answer', Uint8Array.of(0, 0, 0, 0, 1, 9))
      .trailers('answer', [['grpc-status', '0']])
      .end('answer').events;
    const asked = new CapturedEvents(1_675_782_061_986_009_574n).message('request', 'source', watchdog(0x80)).events;
    const answered = new CapturedEvents(1_675_782_061_990_000_000n).message(
      'answer',
      'destination',
      watchdog(0),
    ).events;
    const one = batchOf(0, [
      recordOf(1, simpleExchange('/one', 'first')),
      recordOf(2, grpc, { connection: { ...testConnection, protocol: 'http/2', role: 'consumer' } }),
      recordOf(3, asked, { mode: 'diameter', final: false, connection: diameter }),
    ]);
    const two = batchOf(1, [recordOf(3, answered, { mode: 'diameter', part: 1, final: false, connection: diameter })]);

    expect(await postBatch(aggregator.address!, one, mesh.proxy)).toBe(200);
    expect(await postOverHttp2(aggregator.address!, encodeBatch(two), mesh.proxy)).toBe(200);
    // The answer comes in a batch of its own: request and answer are two parts.
    await until(() => captures(tail).length === 4, 'three captures at the tail, one of them in two parts');

    const [http] = captures(tail);
    expect(http!.metadata).toEqual({
      version: 1,
      id: 'shop/cart-6464c65b66-4c8jl/00000000000000a1/1',
      role: 'producer',
      pod: {
        namespace: 'shop',
        pod: 'cart-6464c65b66-4c8jl',
        service: 'cart',
        workload: 'cart',
        node: 'node-a',
        serviceAccount: 'cart',
      },
      protocol: 'http/1.1',
      source: { address: '10.42.0.7', port: 53_210 },
      destination: { address: '10.42.0.9', port: 8080 },
      upstream: { address: '127.0.0.6', port: 8080 },
      upstreamCluster: 'inbound|8080||',
      connection: '77',
      responseCodeDetails: 'via_upstream',
    });
    expect(http!.events).toEqual([]);

    await until(() => metric(receiver.metrics(), 'files_waiting_bytes') === 0, 'the files');
    const files = filesIn(mesh.captures);
    files.delete('packet-inspector-captures-0.jsonl');
    expect([...files.keys()].sort()).toEqual([
      'cart-6464c65b66-4c8jl-1339318498-1857798565-1675782061987009574.bson',
      'cart-6464c65b66-4c8jl-1339318498-1857798565-1675782061987009574.pcap',
      'cart-6464c65b66-4c8jl-consumer-7b0c-42-1790000000124456789.bson',
      'cart-6464c65b66-4c8jl-consumer-7b0c-42-1790000000124456789.pcap',
      'cart-6464c65b66-4c8jl-producer-00000000000000a1-1-1790000000124456789.bson',
      'cart-6464c65b66-4c8jl-producer-00000000000000a1-1-1790000000124456789.pcap',
    ]);
    for (const name of files.keys()) expect(statSync(join(mesh.captures, name)).mode & 0o777).toBe(0o600);
    const stored = parseFromAggregator(files.get('cart-6464c65b66-4c8jl-consumer-7b0c-42-1790000000124456789.bson')!);
    expect(stored.type === 'document' && stored.document.type === 'capture' && stored.document.events).toEqual(grpc);

    if (tsharkIsInstalled) {
      const read = (name: string, fields: string[], filter: string, more: string[] = []) =>
        tsharkFields(join(mesh.captures, name), fields, filter, more);
      expect(
        read(
          'cart-6464c65b66-4c8jl-producer-00000000000000a1-1-1790000000124456789.pcap',
          ['http.request.method', 'http.request.uri', 'http.response.code'],
          'http',
        ),
      ).toEqual([
        ['GET', '/one', ''],
        ['', '', '200'],
      ]);
      expect(
        read(
          'cart-6464c65b66-4c8jl-consumer-7b0c-42-1790000000124456789.pcap',
          ['http2.headers.path', 'http2.headers.status'],
          'http2.headers.path || http2.headers.status',
          ['-d', 'tcp.port==8080,http2'],
        ),
      ).toEqual([
        ['/shop.Shipping/Quote', ''],
        ['', '200'],
      ]);
      expect(
        read(
          'cart-6464c65b66-4c8jl-1339318498-1857798565-1675782061987009574.pcap',
          ['diameter.cmd.code', 'diameter.flags.request', 'ip.src'],
          'diameter',
        ),
      ).toEqual([
        ['280', '1', '10.42.0.7'],
        ['280', '0', '10.42.0.9'],
      ]);
    }
    await until(
      () =>
        documents(tail.messages).some(
          ({ document }) => document.type === 'heartbeat' && document.pod !== '' && document.capturing,
        ),
      'a heartbeat',
    );
    tail.close();
  });

  it('counts nothing that the documentation does not name', async () => {
    const receiver = await mesh.startReceiver();
    const aggregator = await mesh.startAggregator(receiver.address);
    const documented = readFileSync(join(import.meta.dirname, '../../docs/cluster-programs.md'), 'utf8');
    for (const { name } of [...receiver.metrics(), ...aggregator.metrics()]) {
      expect(documented).toContain(`\`packet_inspector_${name}\``);
    }
  });

  it('sends parts of an open exchange at once, and joins them in the files', async () => {
    const receiver = await mesh.startReceiver();
    const aggregator = await mesh.startAggregator(receiver.address);
    const tail = openTail(receiver.tailAddress);
    const events = simpleExchange('/slow', 'answer');
    aggregator.takeBatch(batchOf(0, [recordOf(1, events.slice(0, 2), { final: false })]));
    await until(() => captures(tail).length === 1, 'the first part');
    aggregator.takeBatch(batchOf(1, [recordOf(1, events.slice(2, 3), { part: 1, final: false })]));
    aggregator.takeBatch(batchOf(2, [recordOf(1, events.slice(3), { part: 3 })]));
    await until(() => captures(tail).length === 3, 'all parts');
    expect(captures(tail).map(({ part, final, metadata }) => [part, final, metadata.lostParts])).toEqual([
      [0, false, undefined],
      [1, false, undefined],
      [2, true, 1],
    ]);
    await until(() => metric(receiver.metrics(), 'files_waiting_bytes') === 0, 'the files');
    const files = filesIn(mesh.captures);
    const [name, pcap] = [...files].find(([candidate]) => candidate.endsWith('.pcap'))!;
    expect(Buffer.concat(captures(tail).map((capture) => capture.pcap))).toEqual(pcap);
    expect(bsonCount(files.get(name.replace('.pcap', '.bson'))!)).toBe(3);
    tail.close();
  });

  it('takes a batch once, whatever the filter repeats', async () => {
    const receiver = await mesh.startReceiver();
    const aggregator = await mesh.startAggregator(receiver.address);
    const tail = openTail(receiver.tailAddress);
    const drops = [{ kind: 'exchange', reason: 'memory budget', count: 5 }] as const;
    const batch = batchOf(4, [recordOf(1, simpleExchange('/a', 'a'))], { settled: 2, drops });
    for (let times = 0; times < 3; times++) expect(await postBatch(aggregator.address!, batch, mesh.proxy)).toBe(200);
    aggregator.takeBatch(
      batchOf(5, [recordOf(2, simpleExchange('/b', 'b'))], { settled: 5, drops: [{ ...drops[0], count: 7 }] }),
    );
    expect(aggregator.takeBatch(batchOf(3, [], { settled: 2 }))).toBe('duplicate');
    await until(() => losses(tail).reduce((sum, loss) => sum + loss.count, 0) === 7, 'the losses');
    expect(captures(tail).length).toBe(2);
    expect(
      losses(tail).every(
        (loss) => loss.stage === 'filter' && loss.kind === 'exchange' && loss.pod === 'cart-6464c65b66-4c8jl',
      ),
    ).toBe(true);
    expect(metric(aggregator.metrics(), 'batches_repeated_total')).toBe(3);
    // A restarted aggregator hears the same totals; the receiver knows them.
    await aggregator.close();
    const next = await mesh.startAggregator(receiver.address);
    next.takeBatch(batchOf(6, [], { settled: 6, drops: [{ ...drops[0], count: 9 }] }));
    await until(() => losses(tail).reduce((sum, loss) => sum + loss.count, 0) === 9, 'the new losses alone');
    tail.close();
  });

  it('Diameter: unanswered requests and lone answers are exchanges of their own', async () => {
    const receiver = await mesh.startReceiver();
    const aggregator = await mesh.startAggregator(receiver.address, { answerTimeout: 3_000 });
    const tail = openTail(receiver.tailAddress);
    const from = (flags: number, part: number, end: 'source' | 'destination') =>
      recordOf(9, new CapturedEvents().message(flags === 0 ? 'answer' : 'request', end, watchdog(flags)).events, {
        mode: 'diameter',
        part,
        final: false,
        connection: diameter,
      });
    // The same identifiers from the other end are another request.
    aggregator.takeBatch(
      batchOf(0, [from(0x80, 0, 'source'), from(0x80, 1, 'destination'), from(0, 2, 'source'), from(0, 3, 'source')]),
    );
    await until(() => captures(tail).length >= 4, 'the waiting request, shown and given up');
    expect(captures(tail).map(({ part, final, metadata }) => [metadata.id.split('/').at(-1), part, final])).toEqual([
      ['1', 0, true],
      ['3', 0, true],
      ['0', 0, false],
      ['0', 1, true],
    ]);
    tail.close();
  });
});

describe('what is called taken', () => {
  it('is with the analysis service, also a Diameter request that waits for its answer', async () => {
    const receiver = await mesh.startReceiver();
    const aggregator = await mesh.startAggregator(receiver.address);
    await until(() => metric(aggregator.metrics(), 'connected') === 1, 'the connection');
    const asked = new CapturedEvents().message('request', 'source', watchdog(0x80)).events;
    const record = recordOf(3, asked, { mode: 'diameter', final: false, connection: diameter });
    expect(await postBatch(aggregator.address!, batchOf(0, [record]), mesh.proxy)).toBe(200);
    expect(metric(aggregator.metrics(), 'diameter_waiting')).toBe(1);
    const tail = openTail(receiver.tailAddress);
    await until(() => captures(tail).length === 1, 'the request');
    expect(captures(tail)[0]).toMatchObject({ part: 0, final: false });
    tail.close();
  });
});

describe('secrets', () => {
  it('never reach a file, a tail or a log', async () => {
    const receiver = await mesh.startReceiver();
    const aggregator = await mesh.startAggregator(receiver.address, {
      redact: [...credentialFields, 'X-Mine'],
    });
    const tail = openTail(receiver.tailAddress);
    const secret = 'hunter2-very-secret';
    const events = new CapturedEvents()
      .headers(
        'request',
        requestFields('GET', '/chat', [
          ['authorization', `Bearer ${secret}`],
          ['x-mine', secret],
          ['upgrade', 'websocket'],
          ['connection', 'upgrade'],
          ['cookie', secret],
          ['referer', `https://ann:${secret}@shop.example/cart`],
        ]),
      )
      .headers(
        'answer',
        answerFields(101, [
          ['set-cookie', secret],
          ['upgrade', 'websocket'],
          ['connection', 'upgrade'],
        ]),
      )
      .trailers('answer', [['x-api-key', secret]])
      .end('request')
      .end('answer').events;
    const chunked = new CapturedEvents()
      .headers('request', requestFields('POST', '/t', [['transfer-encoding', 'chunked']]))
      .data('request', 'x')
      .trailers('request', [['Authorization', secret]])
      .end('request')
      .headers('answer', answerFields(200))
      .end('answer').events;
    const protocols = ['http/1.1', 'http/2'] as const;
    const records = protocols.flatMap((protocol, index) => [
      recordOf(index * 2 + 1, events, { connection: { ...testConnection, protocol } }),
      recordOf(index * 2 + 2, chunked, { connection: { ...testConnection, protocol } }),
    ]);
    expect(await postBatch(aggregator.address!, batchOf(0, records), mesh.proxy)).toBe(200);
    expect(await post(aggregator.address!, Buffer.from(secret), mesh.proxy)).toBe(400);
    await until(() => captures(tail).length === 4, 'the captures');
    expect([...captures(tail)[0]!.metadata.redacted!].sort()).toEqual([
      'authorization',
      'cookie',
      'referer',
      'set-cookie',
      'x-api-key',
      'x-mine',
    ]);
    await until(() => metric(receiver.metrics(), 'files_waiting_bytes') === 0, 'the files');
    for (const bytes of filesIn(mesh.captures).values()) expect(bytes.includes(secret)).toBe(false);
    for (const { pcap } of captures(tail)) expect(Buffer.from(pcap).includes(secret)).toBe(false);
    expect(mesh.lines.join('')).not.toContain(secret);
    expect([...filesIn(mesh.captures).values()].some((bytes) => bytes.includes('[redacted]'))).toBe(true);
    tail.close();
  });
});
