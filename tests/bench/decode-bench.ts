/**
 * The whole way from a capture file to exchanges against tshark writing the same fields, and against capinfos, which
 * only counts packets. Each is a process of its own, its start included; ours is bundled as the programs that are shipped
 * are. They take turns, and the best round of each counts. Run by `npx node tests/bench/decode-bench.ts [transactions]`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { writeGrpcTraffic } from './decode/grpc-traffic.ts';
import { writeHttp1Traffic } from './decode/http1-traffic.ts';

const transactions = Number(process.argv[2] ?? 100_000);
const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-bench-'));
const PORT = 8080;
const ROUNDS = 3;

interface Traffic {
  readonly name: string;
  write(path: string, transactions: number, port: number): void;
  readonly decodeAs: string;
  readonly fields: readonly string[];
  /** What has the bodies. Ours has read them, and put them in the store. */
  readonly body: string;
}

const traffics: readonly Traffic[] = [
  {
    name: 'HTTP/1.1',
    write: writeHttp1Traffic,
    decodeAs: 'http',
    fields: ['http.request.method', 'http.request.uri', 'http.host', 'http.response.code', 'http.content_length'],
    body: 'http.file_data',
  },
  {
    name: 'HTTP/2 gRPC',
    write: writeGrpcTraffic,
    decodeAs: 'http2',
    fields: [
      'http2.streamid',
      'http2.headers.method',
      'http2.headers.path',
      'http2.headers.authority',
      'http2.headers.status',
      'grpc.message_length',
    ],
    body: 'http2.data.data',
  },
];

interface Contestant {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** Seconds of the fastest round of each, in their order. `lines` is what the first has to write. */
function race(contestants: readonly Contestant[], lines: number): number[] {
  const best = contestants.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { name, command, args }] of contestants.entries()) {
      const begin = performance.now();
      const { status, stdout, stderr } = spawnSync(command, args, { maxBuffer: 1 << 30 });
      best[index] = Math.min(best[index]!, (performance.now() - begin) / 1000);
      if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
      if (index === 0 && countLines(stdout) !== lines)
        throw new Error(`${name} found ${countLines(stdout)} of ${lines}.`);
    }
  }
  return best;
}

function countLines(text: Uint8Array): number {
  return text.reduce((count, octet) => (octet === 0x0a ? count + 1 : count), 0);
}

/** The reading program as one file. */
async function bundle(): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, target: 'node' },
    build: { ssr: join(import.meta.dirname, 'decode', 'read.ts'), outDir: folder, emptyOutDir: false },
  });
  return join(folder, 'read.js');
}

try {
  const program = await bundle();
  for (const { name, write, decodeAs, fields, body } of traffics) {
    const path = join(folder, `${decodeAs}.pcap`);
    write(path, transactions, PORT);
    const megabytes = statSync(path).size / 1e6;
    const tshark = (columns: readonly string[]) => {
      const read = ['-r', path, '-n', '-Y', decodeAs, '-d', `tcp.port==${PORT},${decodeAs}`, '-T', 'fields'];
      return [...read, ...['frame.time_epoch', ...columns].flatMap((field) => ['-e', field])];
    };
    const contestants = [
      { name: 'packet-inspector', command: process.execPath, args: [program, path] },
      { name: 'tshark, no bodies', command: 'tshark', args: tshark(fields) },
      { name: 'tshark, bodies', command: 'tshark', args: tshark([...fields, body]) },
      { name: 'capinfos', command: 'capinfos', args: ['-c', path] },
    ];
    console.log(`${name}: ${transactions} transactions, ${megabytes.toFixed(0)} MB`);
    const seconds = race(contestants, transactions);
    for (const [index, { name: who }] of contestants.entries()) {
      const taken = seconds[index]!;
      const rate = (megabytes / taken).toFixed(0).padStart(6);
      const ratio = (taken / seconds[0]!).toFixed(taken < seconds[0]! ? 3 : 1);
      console.log(`  ${who.padEnd(17)} ${taken.toFixed(2).padStart(6)} s ${rate} MB/s, ${ratio} times our time`);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
