/**
 * The whole way from a capture file to exchanges against tshark writing the same fields, and against capinfos, which
 * only counts packets. Ours runs on one thread, as tshark does, and is bundled as the programs that are shipped are.
 *
 * Bodies are included on both sides: ours writes them to a file of their own and their places into the lines, as the
 * engine does; tshark writes them into its lines (`http.file_data`, `http2.data.data`, and `diameter.avp`, the bytes of each
 * AVP). What tshark takes without bodies stands beside it. Everybody writes to a file, and starts as a process of its own,
 * which is in the time. They take turns, and the best round of each counts.
 *
 *     node tests/bench/decode-bench.ts [TRANSACTIONS] [PROTOCOL]
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { writeDiameterTraffic } from './decode/diameter-traffic.ts';
import { writeGrpcTraffic } from './decode/grpc-traffic.ts';
import { writeHttp1Traffic } from './decode/http1-traffic.ts';
import { writeHttp2Traffic } from './decode/http2-traffic.ts';

const transactions = Number(process.argv[2] ?? 100_000);
const wanted = process.argv[3];
const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-bench-'));
const PORT = 8080;
const ROUNDS = 2;

interface Traffic {
  readonly name: string;
  write(path: string, transactions: number, port: number): void;
  readonly decodeAs: string;
  readonly fields: readonly string[];
  /** What has the bodies. */
  readonly body: string;
}

const HTTP2_FIELDS = [
  'http2.streamid',
  'http2.headers.method',
  'http2.headers.path',
  'http2.headers.authority',
  'http2.headers.status',
];

const traffics: readonly Traffic[] = [
  {
    name: 'HTTP/1.1',
    write: writeHttp1Traffic,
    decodeAs: 'http',
    fields: ['http.request.method', 'http.request.uri', 'http.host', 'http.response.code', 'http.content_length'],
    body: 'http.file_data',
  },
  { name: 'HTTP/2', write: writeHttp2Traffic, decodeAs: 'http2', fields: HTTP2_FIELDS, body: 'http2.data.data' },
  {
    name: 'gRPC',
    write: writeGrpcTraffic,
    decodeAs: 'http2',
    fields: [...HTTP2_FIELDS, 'grpc.message_length'],
    body: 'http2.data.data',
  },
  {
    name: 'Diameter',
    write: writeDiameterTraffic,
    decodeAs: 'diameter',
    fields: [
      'diameter.cmd.code',
      'diameter.flags',
      'diameter.hopbyhopid',
      'diameter.endtoendid',
      'diameter.Session-Id',
      'diameter.Origin-Host',
      'diameter.Result-Code',
      'diameter.CC-Request-Type',
    ],
    body: 'diameter.avp',
  },
];

interface Contestant {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** What it has to write: a line for each exchange (ours) or at least one for each (tshark: for each packet). */
  readonly lines: number;
}

/** Seconds of the fastest round of each, in their order. */
function race(contestants: readonly Contestant[]): number[] {
  const best = contestants.map(() => Number.POSITIVE_INFINITY);
  const written = join(folder, 'written');
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { name, command, args, lines }] of contestants.entries()) {
      rmSync(join(folder, 'bodies'), { force: true });
      const out = openSync(written, 'w');
      const begin = performance.now();
      const { status, stderr } = spawnSync(command, args, { stdio: ['ignore', out, 'pipe'] });
      best[index] = Math.min(best[index]!, (performance.now() - begin) / 1000);
      closeSync(out);
      if (status !== 0) throw new Error(`${name} failed: ${stderr}`);
      const found = readFileSync(written).reduce((count, octet) => (octet === 0x0a ? count + 1 : count), 0);
      if (found < lines) throw new Error(`${name} found ${found} of ${lines}.`);
    }
  }
  return best;
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
    if (wanted !== undefined && wanted !== name) continue;
    const path = join(folder, 'capture.pcap');
    write(path, transactions, PORT);
    const megabytes = statSync(path).size / 1e6;
    const tshark = (columns: readonly string[]) => {
      const read = ['-r', path, '-n', '-Y', decodeAs, '-d', `tcp.port==${PORT},${decodeAs}`, '-T', 'fields'];
      return [...read, ...['frame.time_epoch', ...columns].flatMap((field) => ['-e', field])];
    };
    const ours = [program, path, join(folder, 'bodies')];
    const contestants = [
      { name: 'packet-inspector', command: process.execPath, args: ours, lines: transactions },
      { name: 'tshark, bodies', command: 'tshark', args: tshark([...fields, body]), lines: transactions },
      { name: 'tshark, no bodies', command: 'tshark', args: tshark(fields), lines: transactions },
      { name: 'capinfos', command: 'capinfos', args: ['-c', path], lines: 1 },
    ];
    console.log(`${name}: ${transactions} transactions, ${megabytes.toFixed(0)} MB`);
    const seconds = race(contestants);
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
