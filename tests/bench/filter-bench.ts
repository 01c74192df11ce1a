/**
 * What the capture filter costs: two Envoys side by side, one with it, in turns under the same load (wrk, 32 connections, as
 * fast as it goes). Run by `npx node tests/bench/filter-bench.ts [body bytes] [rounds] [more configuration]`; ROLE=consumer measures outbound
 * listeners, ENVOY=1.36.2 another version.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Collector } from '../support/collector.ts';
import { ENVOY_VERSIONS, Envoy } from '../support/envoy.ts';
import { CAPTURE_CLUSTER } from '../support/envoy-config.ts';
import { filterModule } from '../support/filter-host.ts';

const bodySize = Number(process.argv[2] ?? 300);
const rounds = Number(process.argv[3] ?? 9);
const configuration = `cluster=${CAPTURE_CLUSTER};capture=on;heartbeat=500;${process.argv[4] ?? ''}`;
const version = process.env.ENVOY ?? ENVOY_VERSIONS[0];
const role = process.env.ROLE === 'consumer' ? 'consumer' : 'producer';

const folder = mkdtempSync(join(tmpdir(), 'filter-bench-'));
const script = join(folder, 'load.lua');
writeFileSync(
  script,
  `wrk.method = "POST"; wrk.body = string.rep("b", ${bodySize}); wrk.headers["user-agent"] = "Mozilla/5.0 (X11; Linux x86_64)"`,
);
const answer = Buffer.alloc(bodySize, 'a');
const application = createServer((request, response) => {
  request.resume().on('end', () => response.end(answer));
});
await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
await using collector = await Collector.start();
collector.keepsEvents = false;
const common = { role, httpUpstream: (application.address() as AddressInfo).port, collector: collector.port } as const;
await using plain = await Envoy.start(version, common);
await using filtered = await Envoy.start(version, { ...common, filter: { module: filterModule, configuration } });

interface Round {
  /** Envoy's CPU milliseconds for 10,000 requests. */
  readonly cpu: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number;
}

async function measure(envoy: Envoy): Promise<Round> {
  const before = (await envoy.usage()).cpu;
  const url = `http://127.0.0.1:${envoy.ports.http}/bench`;
  const wrk = spawn('wrk', ['-c32', '-t1', '-d1s', '--latency', '-s', script, url]);
  let text = '';
  wrk.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await new Promise((resolve, reject) => wrk.on('close', resolve).on('error', reject));
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(`requests failed:\n${text}`);
  const requests = Number(/(\d+) requests in/.exec(text)?.[1]);
  // What is still to be sent belongs to these requests.
  await new Promise((resolve) => setTimeout(resolve, 300));
  const cpu = (((await envoy.usage()).cpu - before) / requests) * 10_000;
  const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]);
  return { cpu, perSecond, median: latency(text, '50'), p99: latency(text, '99') };
}

function latency(text: string, percentile: string): number {
  const [, value, unit] = new RegExp(`${percentile}%\\s+([\\d.]+)(us|ms|s)`).exec(text) ?? [];
  return Number(value) * (unit === 'us' ? 0.001 : unit === 's' ? 1000 : 1);
}

function middle(results: readonly Round[], key: keyof Round): number {
  return results.map((round) => round[key]).toSorted((one, other) => one - other)[results.length >> 1]!;
}

await measure(plain);
await measure(filtered);
const results = { plain: [] as Round[], filtered: [] as Round[] };
for (let round = 0; round < rounds; round++) {
  results.plain.push(await measure(plain));
  results.filtered.push(await measure(filtered));
}
const row = (key: keyof Round) => ({
  plain: middle(results.plain, key).toFixed(2),
  filtered: middle(results.filtered, key).toFixed(2),
  ratio: (middle(results.filtered, key) / middle(results.plain, key)).toFixed(2),
});
console.log(`Envoy ${version}, ${role}, ${bodySize}-byte bodies both ways, medians of ${rounds} rounds`);
console.table({
  'Envoy CPU ms / 10,000': row('cpu'),
  'requests/s': row('perSecond'),
  'p50 ms': row('median'),
  'p99 ms': row('p99'),
});
await collector.until(({ account }) => account.delivered + account.dropped === account.seen);
const { seen, delivered, dropped } = collector.account;
const shed = collector.latest.flatMap(({ drops }) => drops.filter(({ kind }) => kind === 'body'));
const resident = (await filtered.usage()).resident / 1e6;
console.log(`seen ${seen}, delivered ${delivered}, dropped ${dropped}, body bytes shed ${shed[0]?.count ?? 0}`);
console.log(
  `${collector.batches.length} batches; resident ${resident.toFixed(0)} MB, without the filter ${((await plain.usage()).resident / 1e6).toFixed(0)} MB`,
);
application.closeAllConnections();
application.close();
rmSync(folder, { recursive: true });
