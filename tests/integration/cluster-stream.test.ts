import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect as http2Connect } from 'node:http2';
import { connect as netConnect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { deserializeStream } from 'bson';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LossDocument } from '../../app/capture/document.ts';
import { encodeBatch } from '../../app/capture/encode-batch.ts';
import { encodeMessage } from '../../app/capture/stream-encode.ts';
import type { FromTail, Sequenced } from '../../app/capture/stream-messages.ts';
import { parseFromAggregator } from '../../app/capture/stream-parse.ts';
import type { Metric } from '../../main/cluster/metrics.ts';
import { fixedIdentity } from '../../main/tls/certificate-files.ts';
import { createCertificateAuthority } from '../../main/tls/certificates.ts';
import {
  answerFields,
  batchOf,
  CapturedEvents,
  recordOf,
  requestFields,
  START,
  simpleExchange,
  testConnection,
} from '../support/captured.ts';
import {
  createTestMesh,
  filesIn,
  openTail,
  post,
  postBatch,
  RECEIVER_NAME,
  type TestMesh,
  type TestTail,
  until,
} from '../support/cluster.ts';
import { tsharkFields, tsharkIsInstalled } from '../support/tshark.ts';

let mesh: TestMesh;
beforeEach(async () => {
  mesh = await createTestMesh();
});
afterEach(() => mesh.close());

const documents = (messages: readonly FromTail[]): Sequenced[] =>
  messages.filter((message) => message.type === 'document');
const captures = (tail: TestTail) =>
  documents(tail.messages).flatMap(({ document }) => (document.type === 'capture' ? [document] : []));
const losses = (tail: TestTail): LossDocument[] =>
  documents(tail.messages).flatMap(({ document }) => (document.type === 'loss' ? [document] : []));
const metric = (metrics: readonly Metric[], name: string) =>
  metrics.find((candidate) => candidate.name === name)?.value;

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
    expect(await postOverHttp2(aggregator.address!, encodeBatch(two))).toBe(200);
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
    expect(deserializeCount(files.get(name.replace('.pcap', '.bson'))!)).toBe(3);
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
      redact: ['authorization', 'cookie', 'set-cookie', 'x-api-key', 'X-Mine'],
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

describe('restarts and outages', () => {
  it('a receiver that restarts loses and repeats nothing that the aggregator still has', async () => {
    let receiver = await mesh.startReceiver();
    const aggregator = await mesh.startAggregator(receiver.address);
    const total = 60;
    for (let stream = 1; stream <= total; stream++) {
      const events = simpleExchange(`/r/${stream}`, 'x'.repeat(100), 200, START + BigInt(stream));
      aggregator.takeBatch(batchOf(stream * 2, [recordOf(stream, events.slice(0, 3), { final: false })]));
      if (stream % 20 === 0) {
        await receiver.close();
        receiver = await mesh.startReceiver();
      }
      aggregator.takeBatch(batchOf(stream * 2 + 1, [recordOf(stream, events.slice(3), { part: 1 })]));
    }
    await until(() => metric(aggregator.metrics(), 'queue_documents') === 0, 'everything acknowledged');
    await until(() => metric(receiver.metrics(), 'files_waiting_bytes') === 0, 'everything written');
    const files = [...filesIn(mesh.captures)].filter(([name]) => name.endsWith('.bson'));
    expect(files.length).toBe(total);
    for (const [, bytes] of files) expect(deserializeCount(bytes)).toBe(2);
  });

  it('without a receiver the queue stays bounded, and what is shed is counted to the unit', async () => {
    const aggregator = await mesh.startAggregator(mesh.socket('receiver'), { memoryLimit: 4 * 1024 * 1024 });
    const total = 2_000;
    let refused = 0;
    for (let stream = 1; stream <= total; stream++) {
      aggregator.takeBatch(batchOf(stream, [recordOf(stream, simpleExchange('/q', 'y'.repeat(400)))]));
    }
    if (
      (await postBatch(
        aggregator.address!,
        batchOf(total + 1, [recordOf(total + 1, simpleExchange('/q', 'z'.repeat(5000)))]),
        mesh.proxy,
      )) === 429
    )
      refused++;
    expect(refused).toBe(1);
    expect(metric(aggregator.metrics(), 'queue_bytes')!).toBeLessThan(1024 * 1024);
    const receiver = await mesh.startReceiver();
    const tail = openTail(receiver.tailAddress);
    const shed = () =>
      losses(tail)
        .filter(({ kind, stage }) => kind === 'exchange' && stage === 'aggregator')
        .reduce((sum, { count }) => sum + count, 0);
    await until(() => captures(tail).length + shed() === total, 'captures and losses add up');
    expect(shed()).toBeGreaterThan(0);
    const bodies = captures(tail).filter(({ metadata }) => metadata.cut?.answer === 400).length;
    expect(
      losses(tail)
        .filter(({ kind }) => kind === 'body')
        .reduce((sum, { count }) => sum + count, 0),
    ).toBeGreaterThanOrEqual(bodies * 400);
    expect(bodies).toBeGreaterThan(0);
    tail.close();
  });

  it('a live tail resumes, hears of a gap, and another ring is sent whole', async () => {
    const receiver = await mesh.startReceiver({ ringLimit: 20_000 });
    const aggregator = await mesh.startAggregator(receiver.address, { heartbeatEvery: 1e9 });
    aggregator.takeBatch(batchOf(0, [recordOf(1, simpleExchange('/1', 'x'))]));
    const first = openTail(receiver.tailAddress);
    await until(() => captures(first).length === 1, 'the first document');
    first.close();
    const hello = first.messages.find((message) => message.type === 'hello');
    const ring = hello?.type === 'hello' ? hello.ring : '';
    const seen = documents(first.messages).at(-1)!.sequence;
    for (let stream = 2; stream <= 100; stream++)
      aggregator.takeBatch(batchOf(stream, [recordOf(stream, simpleExchange(`/${stream}`, 'x'))]));
    await until(() => metric(aggregator.metrics(), 'queue_documents') === 0, 'everything acknowledged');
    const resumed = openTail(receiver.tailAddress, { ring, after: seen });
    await until(() => captures(resumed).at(-1)?.metadata.id.endsWith('/100') === true, 'the last document');
    const [greeting, gap, ...rest] = resumed.messages;
    expect(greeting?.type).toBe('hello');
    expect(gap).toMatchObject({ type: 'gap', from: seen + 1n });
    expect(gap?.type === 'gap' && gap.count + rest.length).toBe(
      Number(documents(resumed.messages).at(-1)!.sequence - seen),
    );
    resumed.close();
    const other = openTail(receiver.tailAddress, { ring: 'another', after: 5n });
    await until(() => documents(other.messages).length === rest.length, 'the whole ring');
    other.close();
    const fresh = openTail(receiver.tailAddress, { after: null });
    await until(() => fresh.messages.length === 1, 'the greeting');
    expect(documents(fresh.messages)).toEqual([]);
    fresh.close();
  });

  it('a tail that does not read costs no memory and holds nobody up', async () => {
    const receiver = await mesh.startReceiver({ ringLimit: 200_000, folder: null });
    const aggregator = await mesh.startAggregator(receiver.address);
    const slow = openTail(receiver.tailAddress);
    slow.socket.pause();
    const quick = openTail(receiver.tailAddress);
    const total = 3_000;
    for (let stream = 1; stream <= total; stream++) {
      aggregator.takeBatch(batchOf(stream, [recordOf(stream, simpleExchange('/x', 'y'.repeat(2_000)))]));
      if (stream % 50 === 0) await until(() => captures(quick).length >= stream, 'the quick tail keeps up');
    }
    slow.socket.resume();
    const gapped = () => slow.messages.reduce((sum, message) => sum + (message.type === 'gap' ? message.count : 0), 0);
    await until(() => Number(documents(slow.messages).at(-1)?.sequence ?? 0n) >= total, 'the slow tail arrives');
    expect(gapped()).toBeGreaterThan(0);
    expect(gapped() + documents(slow.messages).length).toBe(Number(documents(slow.messages).at(-1)!.sequence));
    slow.close();
    quick.close();
  });
});

describe('wrong input', () => {
  it('batches: garbage, too long, wrong path, no certificate, a certificate of another authority', async () => {
    const receiver = await mesh.startReceiver();
    const aggregator = await mesh.startAggregator(receiver.address, { maximumBatch: 10_000 });
    const address = aggregator.address!;
    expect(await post(address, Buffer.from('GARBAGE'.repeat(20)), mesh.proxy)).toBe(400);
    const good = encodeBatch(batchOf(0, [recordOf(1, simpleExchange('/', 'x'))]));
    expect(await post(address, good.subarray(0, good.length - 3), mesh.proxy)).toBe(400);
    expect(await post(address, Buffer.alloc(20_000), mesh.proxy)).toBe(413);
    expect(await post(address, good, mesh.proxy, '/v2/batches')).toBe(404);
    await expect(post(address, good, null)).rejects.toThrow();
    await expect(post(address, good, { ...mesh.proxy, cert: '', key: '' })).rejects.toThrow();
    const stranger = await (await createCertificateAuthority('stranger')).issue({ dns: ['cart'] });
    await expect(post(address, good, { ...stranger, ca: mesh.authority.certificate })).rejects.toThrow();
    expect(await post(address, good, mesh.proxy)).toBe(200);
    expect(metric(aggregator.metrics(), 'batches_refused_total')).toBe(3);
  });

  it('programs are refused whose certificate is of the same authority but of another identity', async () => {
    const identity = (name: string) => `spiffe://cluster.local/ns/istio-system/sa/${name}`;
    const analysisIdentity = 'spiffe://cluster.local/ns/analysis/sa/analysis';
    const receiver = await mesh.startReceiver({
      identity: fixedIdentity(await mesh.authority.issue({ uri: [analysisIdentity] })),
      aggregatorIdentity: identity('aggregator'),
    });
    const aggregator = await mesh.startAggregator(receiver.address, { analysisIdentity, trustDomain: 'cluster.local' });
    await until(() => metric(aggregator.metrics(), 'connected') === 1, 'the identity takes the place of a DNS name');
    const good = encodeBatch(batchOf(0, [recordOf(1, simpleExchange('/', 'x'))]));
    for (const names of [{ uri: ['spiffe://other.example/ns/shop/sa/cart'] }, { dns: ['cart'] }]) {
      await expect(post(aggregator.address!, good, await mesh.authority.issue(names))).rejects.toThrow();
    }
    expect(await post(aggregator.address!, good, mesh.proxy)).toBe(200);
    expect(metric(aggregator.metrics(), 'proxies_refused_total')).toBe(2);
    await mesh.startAggregator(receiver.address, {
      listen: mesh.socket('other'),
      analysisIdentity,
      identity: fixedIdentity(await mesh.authority.issue({ uri: [identity('somebody')] })),
    });
    await until(() => (metric(receiver.metrics(), 'aggregators_refused_total') ?? 0) > 0, 'the stranger is refused');
    expect(mesh.lines.join('')).toContain(`its identity is ${identity('somebody')}, not ${identity('aggregator')}`);
    expect(mesh.lines.join('')).toContain('which is no workload of the mesh cluster.local');
  });

  it('plaintext is refused where other machines could reach it, and taken on a unix socket', async () => {
    const receiver = await mesh.startReceiver();
    await expect(
      mesh.startAggregator(receiver.address, { listen: { host: '0.0.0.0', port: 0 }, plaintext: true }),
    ).rejects.toThrow(/certificates/);
    await expect(
      mesh.startReceiver({ tail: { host: '0.0.0.0', port: 0 }, listen: mesh.socket('other') }),
    ).rejects.toThrow(/live tail/);
    const aggregator = await mesh.startAggregator(receiver.address, { plaintext: true });
    expect(await postBatch(aggregator.address!, batchOf(0, []), null)).toBe(200);
    expect(await postOverHttp2(aggregator.address!, encodeBatch(batchOf(1, [])), true)).toBe(200);
  });

  it.each([
    ['a certificate for another name', async () => mesh.authority.issue({ dns: ['other.example'] })],
    [
      'a certificate without a DNS name',
      async () => mesh.authority.issue({ uri: ['spiffe://cluster.local/ns/a/sa/b'] }),
    ],
    [
      'a certificate of another authority',
      async () => ({
        ...(await (await createCertificateAuthority('stranger')).issue({ dns: [RECEIVER_NAME] })),
        ca: mesh.authority.certificate,
      }),
    ],
    [
      'an expired certificate',
      async () =>
        mesh.authority.issue({ dns: [RECEIVER_NAME] }, { from: new Date('2020-01-01'), until: new Date('2020-01-02') }),
    ],
  ])('the aggregator sends nothing to an analysis service with %s', async (what, issue) => {
    const receiver = await mesh.startReceiver({ identity: fixedIdentity(await issue()) });
    const aggregator = await mesh.startAggregator(receiver.address);
    aggregator.takeBatch(batchOf(0, [recordOf(1, simpleExchange('/', 'x'))]));
    await until(() => aggregator.problems().some((problem) => !problem.includes('not connected yet')), 'a reason');
    if (what.includes('name')) expect(aggregator.problems().join()).toContain(RECEIVER_NAME);
    if (what.includes('another name')) expect(aggregator.problems().join()).toContain('other.example');
    expect(metric(receiver.metrics(), 'documents_total')).toBe(0);
    expect(metric(aggregator.metrics(), 'queue_documents')).toBeGreaterThan(0);
  });

  it('the receiver closes streams and tails that it cannot read, and goes on', async () => {
    const receiver = await mesh.startReceiver();
    const tls = (identity: object) =>
      tlsConnect({
        path: (receiver.address as { path: string }).path,
        servername: RECEIVER_NAME,
        ca: mesh.authority.certificate,
        ...identity,
      });
    const bodies = [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from([5, 0, 0, 0, 0]),
      encodeMessage({ type: 'hello', version: 99, aggregator: 'a', node: '' }),
      Buffer.concat([
        encodeMessage({ type: 'hello', version: 1, aggregator: 'a', node: '' }),
        encodeMessage({ type: 'ack', sequence: 1n }),
      ]),
    ];
    for (const bytes of bodies) {
      const socket = tls(mesh.aggregator);
      socket.on('error', () => {});
      socket.resume();
      socket.write(bytes);
      await closed(socket);
    }
    expect(metric(receiver.metrics(), 'streams_malformed_total')).toBe(bodies.length);
    const nameless = tls({});
    nameless.on('error', () => {});
    nameless.resume();
    await closed(nameless);
    for (const bytes of [Buffer.from('nonsense, all of it'), encodeMessage({ type: 'ack', sequence: 1n })]) {
      const socket = netConnect((receiver.tailAddress as { path: string }).path);
      socket.on('error', () => {});
      socket.resume();
      socket.write(bytes);
      await closed(socket);
    }
    const aggregator = await mesh.startAggregator(receiver.address);
    aggregator.takeBatch(batchOf(0, [recordOf(1, simpleExchange('/', 'x'))]));
    await until(() => metric(aggregator.metrics(), 'queue_documents') === 0, 'the good stream goes through');
  });

  it('a folder that cannot be written: said, counted, and the tail goes on', async () => {
    writeFileSync(join(mesh.folder, 'file'), '');
    const receiver = await mesh.startReceiver({ folder: join(mesh.folder, 'file', 'captures') });
    const aggregator = await mesh.startAggregator(receiver.address);
    const tail = openTail(receiver.tailAddress);
    aggregator.takeBatch(batchOf(0, [recordOf(1, simpleExchange('/', 'x'))]));
    await until(() => captures(tail).length === 1, 'the capture at the tail');
    await until(() => metric(receiver.metrics(), 'files_failed_total') === 1, 'the failure');
    expect(receiver.problems().join()).toContain('cannot be written');
    expect(mesh.lines.some((line) => line.includes('captures cannot be written'))).toBe(true);
    tail.close();
  });

  it('files stay under their size, and a file of somebody else is not touched', async () => {
    const foreign = join(mesh.captures, 'somebody-else-1.bson');
    writeFileSync(foreign, 'x'.repeat(100_000));
    chmodSync(foreign, 0o644);
    const receiver = await mesh.startReceiver({ maximumBytes: 20_000 });
    const aggregator = await mesh.startAggregator(receiver.address);
    for (let stream = 1; stream <= 50; stream++)
      aggregator.takeBatch(batchOf(stream, [recordOf(stream, simpleExchange(`/${stream}`, 'x'))]));
    const own = () => readdirSync(mesh.captures).filter((name) => name.startsWith('cart-'));
    await until(() => own().some((name) => name.includes('-50-') && name.endsWith('.pcap')), 'everything written');
    // Each of the two files of a capture takes a block of 4 KiB.
    await until(() => own().length <= 4, 'the oldest are gone');
    expect(metric(receiver.metrics(), 'files_bytes')).toBe(2 * 2 * 4096);
    expect(statSync(foreign).size).toBe(100_000);
  });
});

/** Resolves when a socket is closed, whatever it died of. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.on('close', () => resolve()));
}

function deserializeCount(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; count++) {
    const list: object[] = [];
    at = deserializeStream(bytes, at, 1, list, 0, {});
  }
  return count;
}

async function postOverHttp2(address: object, body: Uint8Array, plaintext = false): Promise<number> {
  const { path } = address as { path: string };
  const session = plaintext
    ? http2Connect('http://localhost', { createConnection: () => netConnect(path) })
    : http2Connect('https://localhost', {
        createConnection: () =>
          tlsConnect({ path, ...mesh.proxy, ALPNProtocols: ['h2'], checkServerIdentity: () => undefined }),
      });
  const stream = session.request({ ':method': 'POST', ':path': '/v1/batches', 'content-length': body.length });
  stream.end(body);
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  stream.resume();
  session.close();
  return Number(headers[':status']);
}
