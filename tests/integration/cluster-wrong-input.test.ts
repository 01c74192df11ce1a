import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { constants, connect as http2Connect } from 'node:http2';
import { connect as netConnect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProxyNode } from '../../app/capture/batch.ts';
import { encodeBatch } from '../../app/capture/encode-batch.ts';
import { encodeMessage } from '../../app/capture/stream-encode.ts';
import { fixedIdentity } from '../../main/tls/certificate-files.ts';
import { createCertificateAuthority } from '../../main/tls/certificates.ts';
import { batchOf, recordOf, simpleExchange } from '../support/captured.ts';
import {
  createTestMesh,
  openTail,
  post,
  postBatch,
  postOverHttp2,
  RECEIVER_NAME,
  type TestMesh,
  until,
} from '../support/cluster.ts';
import { captures, metric } from '../support/tail-messages.ts';

let mesh: TestMesh;
beforeEach(async () => {
  mesh = await createTestMesh();
});
afterEach(() => mesh.close());

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
    expect(mesh.lines.join('')).toContain('which is not a workload of the mesh cluster.local');
  });

  it('batches of another pod than the certificate says are not taken, over HTTP/1.1 and HTTP/2', async () => {
    const receiver = await mesh.startReceiver();
    const aggregator = await mesh.startAggregator(receiver.address);
    const address = aggregator.address!;
    const said = (node: Partial<ProxyNode>) => {
      const batch = batchOf(0, [recordOf(1, simpleExchange('/', 'x'))]);
      return encodeBatch({ ...batch, node: { ...batch.node, ...node } });
    };
    const lies = [{ namespace: 'bank' }, { serviceAccount: 'payments' }, { namespace: 'bank', serviceAccount: '' }];
    for (const lie of lies) {
      expect(await post(address, said(lie), mesh.proxy)).toBe(400);
      expect(await postOverHttp2(address, said(lie), mesh.proxy)).toBe(400);
    }
    expect(metric(aggregator.metrics(), 'batches_foreign_total')).toBe(2 * lies.length);
    expect(metric(aggregator.metrics(), 'captures_total')).toBe(0);
    expect(mesh.lines.join('')).toContain('the certificate is of shop/cart, the batch says bank/cart');
    // An account that the proxy does not say is none that it lies about.
    expect(await postOverHttp2(address, said({ serviceAccount: '' }), mesh.proxy)).toBe(200);
    expect(metric(aggregator.metrics(), 'captures_total')).toBe(1);
  });

  it('batches that never end give their room back, and those of others go through', async () => {
    const receiver = await mesh.startReceiver();
    // Room for one batch at a time.
    const aggregator = await mesh.startAggregator(receiver.address, {
      memoryLimit: 1,
      maximumBatch: 100_000,
      batchTime: 1_000,
    });
    const { path } = aggregator.address as { path: string };
    const session = http2Connect('https://localhost', {
      createConnection: () =>
        tlsConnect({ path, ...mesh.proxy, ALPNProtocols: ['h2'], checkServerIdentity: () => undefined }),
    });
    try {
      const stalled = session.request({ ':method': 'POST', ':path': '/v1/batches' });
      stalled.on('error', () => {});
      await new Promise((resolve) => stalled.write(Buffer.alloc(60_000), resolve));
      const good = encodeBatch(batchOf(0, [recordOf(1, simpleExchange('/', 'x'.repeat(50_000)))]));
      const answers: number[] = [];
      while (answers.at(-1) !== 200) {
        answers.push(await post(aggregator.address!, good, mesh.proxy));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      expect(answers[0]).toBe(429);
      expect(metric(aggregator.metrics(), 'batches_slow_total')).toBe(1);
      await until(() => stalled.closed, 'the stream is ended');
      expect(stalled.rstCode).toBe(constants.NGHTTP2_CANCEL);
      expect(session.closed).toBe(false);
    } finally {
      session.destroy();
    }
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
    expect(await postOverHttp2(aggregator.address!, encodeBatch(batchOf(1, [])), null)).toBe(200);
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
