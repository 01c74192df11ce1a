import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { type ClientHttp2Session, connect as http2Connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { encodeBatch } from '../../app/capture/encode-batch.ts';
import type { TlsIdentity } from '../../main/tls/certificate-files.ts';
import { createCertificateAuthority } from '../../main/tls/certificates.ts';
import { answerFields, batchOf, CapturedEvents, recordOf, requestFields, testConnection } from '../support/captured.ts';

/**
 * Measures the aggregator and the receiver as they run in a cluster, each a process of its own: batches over HTTP/2 with
 * mutual TLS, the stream over TLS, captures as files. CPU time is what the kernel counted for each process, so that other
 * load on the machine matters little. Run by `npx node tests/bench/cluster-bench.ts [seconds]`. Ends with status 1 when the
 * aggregator handles fewer small exchanges a second on one core than it has to.
 */

const SECONDS = Number(process.argv[2] ?? 8);
const FLOOR = 15_000;
const IN_FLIGHT = 8;
const SERVER = 'receiver.test';
/** The kernel counts CPU time in these. */
const TICKS_PER_SECOND = 100;

interface Program {
  readonly process: ChildProcess;
  readonly status: string;
}

interface Load {
  readonly name: string;
  readonly body: number;
  readonly records: number;
  readonly files: boolean;
}

const LOADS: readonly Load[] = [
  { name: '300-byte bodies, no files', body: 300, records: 50, files: false },
  { name: '300-byte bodies, files', body: 300, records: 50, files: true },
  { name: '60 KB bodies, no files', body: 60_000, records: 8, files: false },
];

const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-bench-'));
const authority = await createCertificateAuthority('bench');
const proxy = await authority.issue({ uri: ['spiffe://cluster.local/ns/shop/sa/cart'] });
const certificates = writeIdentity(await authority.issue({ dns: [SERVER] }));
let nextInstance = 1;
let slowest = Number.POSITIVE_INFINITY;
console.log(
  'load                          exchanges/s   aggregator/core   receiver/core   aggregator RSS   receiver RSS   lost   files lost',
);
try {
  for (const load of LOADS) await measure(load);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
if (slowest < FLOOR) {
  console.error(
    `the aggregator handles ${Math.round(slowest)} small exchanges a second on one core, fewer than ${FLOOR}`,
  );
  process.exitCode = 1;
}

async function measure(load: Load): Promise<void> {
  const receiver = start('receiver', [
    ...['--listen', `unix:${folder}/receiver`, '--tail', `unix:${folder}/tail`, '--folder', join(folder, 'captures')],
    ...['--maximum-bytes', '200Mi', ...(load.files ? [] : ['--no-files'])],
  ]);
  const aggregator = start('aggregator', [
    ...['--listen', `unix:${folder}/aggregator`, '--analysis', `unix:${folder}/receiver`, '--analysis-name', SERVER],
    ...['--memory-limit', '512Mi'],
  ]);
  try {
    await waitFor(aggregator, 'connected', (value) => value === 1);
    const session = connectProxy();
    const batch = encodeBatch(batchOf(0, manyRecords(load)));
    // A second for the compiler to warm up.
    await post(session, batch, load, Date.now() + 1_000);
    await waitFor(aggregator, 'queue_documents', (value) => value === 0);
    const before = [cpuSeconds(aggregator), cpuSeconds(receiver), await metricOf(aggregator, 'captures_total')];
    const began = performance.now();
    const sent = await post(session, batch, load, Date.now() + SECONDS * 1_000);
    await waitFor(aggregator, 'queue_documents', (value) => value === 0);
    const took = (performance.now() - began) / 1_000;
    const captures = (await metricOf(aggregator, 'captures_total')) - before[2]!;
    const onCore = captures / (cpuSeconds(aggregator) - before[0]!);
    const receiverOnCore = captures / (cpuSeconds(receiver) - before[1]!);
    // With files the receiver is the one that limits, and on two cores it takes the aggregator's time slices too.
    if (load.body < 1000 && !load.files) slowest = Math.min(slowest, onCore);
    console.log(
      [
        load.name.padEnd(28),
        String(Math.round(captures / took)).padStart(12),
        String(Math.round(onCore)).padStart(17),
        String(Math.round(receiverOnCore)).padStart(15),
        `${megabytes(aggregator)} MB`.padStart(16),
        `${megabytes(receiver)} MB`.padStart(14),
        String(sent - captures).padStart(6),
        String(await metricOf(receiver, 'files_failed_total')).padStart(12),
      ].join(' '),
    );
    session.destroy();
  } finally {
    await Promise.all([stop(aggregator), stop(receiver)]);
  }
}

/** Exchanges as a shop makes them: a dozen fields each way. */
function manyRecords(load: Load) {
  const body = 'x'.repeat(load.body);
  const length = String(load.body);
  const events = new CapturedEvents()
    .headers(
      'request',
      requestFields('POST', '/api/cart/items?quantity=1', [
        ['content-type', 'application/json'],
        ['content-length', length],
        ['accept', '*/*'],
        ['x-request-id', 'a3f1c2d4-5b6a-4788-99aa-1234567890ab'],
        ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
        ['x-forwarded-proto', 'http'],
        ['authorization', 'Bearer something'],
      ]),
    )
    .data('request', body)
    .end('request')
    .headers(
      'answer',
      answerFields(200, [
        ['content-type', 'application/json'],
        ['content-length', length],
        ['date', 'Sun, 22 Nov 2026 16:00:00 GMT'],
        ['x-envoy-upstream-service-time', '3'],
      ]),
    )
    .data('answer', body)
    .end('answer').events;
  return Array.from({ length: load.records }, (_, index) =>
    recordOf(index + 1, events, {
      connection: { ...testConnection, protocol: index % 2 === 0 ? 'http/1.1' : 'http/2' },
    }),
  );
}

/** Posts the batch again and again, each time as another VM's, until `deadline`; gives the number of exchanges taken. */
async function post(session: ClientHttp2Session, batch: Uint8Array, load: Load, deadline: number): Promise<number> {
  let taken = 0;
  const one = async (): Promise<void> => {
    while (Date.now() < deadline) {
      const bytes = Buffer.from(batch);
      // The low half of the instance's identity: docs/capture-batch.md.
      bytes.writeUInt32LE(nextInstance++, 8);
      const status = await postOnce(session, bytes);
      if (status === 200) taken += load.records;
      else await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
  return taken;
}

function postOnce(session: ClientHttp2Session, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'POST', ':path': '/v1/batches', 'content-length': bytes.length });
    let status = 0;
    stream.on('response', (headers) => {
      status = Number(headers[':status']);
    });
    stream.on('error', reject);
    stream.on('close', () => resolve(status));
    stream.resume();
    stream.end(bytes);
  });
}

function connectProxy(): ClientHttp2Session {
  const session = http2Connect('https://localhost', {
    createConnection: () =>
      tlsConnect({
        path: join(folder, 'aggregator'),
        ...proxy,
        ALPNProtocols: ['h2'],
        checkServerIdentity: () => undefined,
      }),
  });
  session.on('error', () => {});
  return session;
}

function start(name: 'aggregator' | 'receiver', options: readonly string[]): Program {
  const main = join(import.meta.dirname, '..', '..', 'main', 'cluster', name, 'main.ts');
  const status = join(folder, `${name}-status`);
  const all = [main, ...certificates, ...options, '--status', `unix:${status}`, '--log-level', 'warning'];
  return { process: spawn(process.execPath, all, { stdio: ['ignore', 'inherit', 'inherit'] }), status };
}

function stop(program: Program): Promise<void> {
  return new Promise((resolve) => {
    if (program.process.exitCode !== null) resolve();
    program.process.on('exit', () => resolve());
    program.process.kill('SIGTERM');
  });
}

async function waitFor(program: Program, name: string, condition: (value: number) => boolean): Promise<void> {
  for (;;) {
    if (program.process.exitCode !== null) throw new Error('a program ended by itself');
    if (condition(await metricOf(program, name))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** NaN while the program does not answer. */
function metricOf(program: Program, name: string): Promise<number> {
  return new Promise((resolve) => {
    const request = get({ socketPath: program.status, path: '/metrics' }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(Number(new RegExp(`^packet_inspector_${name} (.*)$`, 'm').exec(text)?.[1])));
    });
    request.on('error', () => resolve(Number.NaN));
  });
}

/** User and system time of all threads: fields 14 and 15 of proc(5)'s stat. */
function cpuSeconds(program: Program): number {
  const text = readFileSync(`/proc/${program.process.pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

function megabytes(program: Program): number {
  const match = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${program.process.pid}/status`, 'utf8'));
  return Math.round(Number(match?.[1]) / 1024);
}

function writeIdentity({ cert, key, ca }: TlsIdentity): string[] {
  return Object.entries({ cert, key, ca }).flatMap(([name, text]) => {
    const file = join(folder, `${name}.pem`);
    writeFileSync(file, text, { mode: 0o600 });
    return [`--${name}`, file];
  });
}
