import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { connect as http2Connect } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { deserializeStream } from 'bson';
import type { CaptureBatch } from '../../app/capture/batch.ts';
import { createDocumentSplitter } from '../../app/capture/document-splitter.ts';
import { encodeBatch } from '../../app/capture/encode-batch.ts';
import { encodeMessage } from '../../app/capture/stream-encode.ts';
import type { FromTail, TailRequest } from '../../app/capture/stream-messages.ts';
import { parseFromTail } from '../../app/capture/stream-parse.ts';
import { listenOptions, type SocketAddress } from '../../main/cluster/address.ts';
import { type Aggregator, type AggregatorOptions, createAggregator } from '../../main/cluster/aggregator/aggregator.ts';
import { createReceiver, type Receiver, type ReceiverOptions } from '../../main/cluster/receiver/receiver.ts';
import { createJsonLog, type Log } from '../../main/log.ts';
import { fixedIdentity, type TlsIdentity } from '../../main/tls/certificate-files.ts';
import { type CertificateAuthority, createCertificateAuthority } from '../../main/tls/certificates.ts';

export const RECEIVER_NAME = 'aspen-mesh-analysis-emulator.analysis-emulator.svc.cluster.local';

/** A mesh's certificates, a folder of its own, and the lines that the programs logged. */
export interface TestMesh {
  readonly authority: CertificateAuthority;
  readonly receiver: TlsIdentity;
  readonly aggregator: TlsIdentity;
  readonly proxy: TlsIdentity;
  readonly folder: string;
  readonly captures: string;
  readonly lines: string[];
  readonly log: Log;
  socket(name: string): SocketAddress;
  startReceiver(more?: Partial<ReceiverOptions>): Promise<Receiver>;
  startAggregator(analysis: SocketAddress, more?: Partial<AggregatorOptions>): Promise<Aggregator>;
  close(): Promise<void>;
}

export async function createTestMesh(): Promise<TestMesh> {
  const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-cluster-'));
  const captures = join(folder, 'captures');
  mkdirSync(captures);
  const authority = await createCertificateAuthority('mesh');
  const lines: string[] = [];
  const log = createJsonLog('test', 'debug', (line) => lines.push(line));
  const running = new Set<{ close(grace?: number): Promise<void> }>();
  const mesh: TestMesh = {
    authority,
    receiver: await authority.issue({ dns: [RECEIVER_NAME] }),
    aggregator: await authority.issue({ uri: ['spiffe://cluster.local/ns/istio-system/sa/aggregator'] }),
    proxy: await authority.issue({ uri: ['spiffe://cluster.local/ns/shop/sa/cart'] }),
    folder,
    captures,
    lines,
    log,
    socket: (name) => ({ path: join(folder, name) }),
    async startReceiver(more = {}) {
      const receiver = await createReceiver({
        listen: mesh.socket('receiver'),
        tail: mesh.socket('tail'),
        identity: fixedIdentity(mesh.receiver),
        folder: captures,
        log,
        ...more,
      });
      running.add(receiver);
      return receiver;
    },
    async startAggregator(analysis, more = {}) {
      const aggregator = await createAggregator({
        listen: mesh.socket('aggregator'),
        identity: fixedIdentity(mesh.aggregator),
        analysis,
        analysisName: RECEIVER_NAME,
        memoryLimit: 256 * 1024 * 1024,
        heartbeatEvery: 200,
        log,
        ...more,
      });
      running.add(aggregator);
      return aggregator;
    },
    async close() {
      for (const program of running) await program.close(0);
      rmSync(folder, { recursive: true });
    },
  };
  return mesh;
}

/** Posts bytes as a proxy does and gives the status of the answer. Plaintext without an identity. */
export function post(
  address: SocketAddress,
  body: Uint8Array,
  identity: TlsIdentity | null,
  path = '/v1/batches',
): Promise<number> {
  const where = 'path' in address ? { socketPath: address.path } : listenOptions(address);
  return new Promise((resolve, reject) => {
    const options = { ...where, method: 'POST', path, agent: false, headers: { 'content-length': body.length } };
    const request = identity
      ? httpsRequest({ ...options, ...identity, checkServerIdentity: () => undefined })
      : httpRequest(options);
    request.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** The same over HTTP/2. */
export async function postOverHttp2(
  address: SocketAddress,
  body: Uint8Array,
  identity: TlsIdentity | null,
): Promise<number> {
  const { path } = address as { path: string };
  const session = identity
    ? http2Connect('https://localhost', {
        createConnection: () =>
          tlsConnect({ path, ...identity, ALPNProtocols: ['h2'], checkServerIdentity: () => undefined }),
      })
    : http2Connect('http://localhost', { createConnection: () => connect(path) });
  const stream = session.request({ ':method': 'POST', ':path': '/v1/batches', 'content-length': body.length });
  stream.end(body);
  const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
  stream.resume();
  session.close();
  return Number(headers[':status']);
}

/** How many BSON documents stand one after the other, counted by the official library. */
export function bsonCount(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; count++) at = deserializeStream(bytes, at, 1, [], 0, {});
  return count;
}

export function postBatch(address: SocketAddress, batch: CaptureBatch, identity: TlsIdentity | null): Promise<number> {
  return post(address, encodeBatch(batch), identity);
}

/** A live tail and all that it has heard. */
export interface TestTail {
  readonly messages: FromTail[];
  readonly socket: Socket;
  close(): void;
}

export function openTail(address: SocketAddress, request: Partial<TailRequest> = {}): TestTail {
  const messages: FromTail[] = [];
  // What is parsed holds views of the document, which are valid during the call only.
  const splitter = createDocumentSplitter((bytes) => messages.push(parseFromTail(bytes.slice())));
  const socket = connect('path' in address ? { path: address.path } : { host: '127.0.0.1', port: address.port });
  const { ring = '', after = 0n } = request;
  socket.write(encodeMessage({ type: 'tail', version: 1, ring, after }));
  socket.on('data', (chunk) => splitter.push(chunk));
  socket.on('error', () => {});
  return { messages, socket, close: () => socket.destroy() };
}

/** Waits until `condition` holds; fails with `what` when it does not within ten seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 10_000; !condition(); ) {
    if (Date.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Contents of all files in a folder, by name. */
export function filesIn(folder: string): Map<string, Buffer> {
  return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
}
