import { createFlowIndex, type FlowIndex } from '../../app/index/flow-index.ts';
import type { FlowSummary, Party, Status } from '../../app/model/flow.ts';

/**
 * Measures the flow index with a million flows: bytes for each, and how long filters, windows, orders and followings take.
 * Run by `npx node --expose-gc tests/bench/index-bench.ts [flows]`. Ends with status 1 when a limit is passed.
 */

const FLOWS = Number(process.argv[2] ?? 1_000_000);
const START = Date.UTC(2026, 10, 22, 14);
const SERVICES = ['web', 'cart', 'catalog', 'checkout', 'payment', 'shipping', 'email', 'recommend', 'pcrf', 'ocs'];
const STATUSES: readonly Status[] = [
  ...[200, 200, 200, 201, 204, 302, 404, 500, 503].map((code) => ({
    kind: 'http' as const,
    code,
    text: String(code),
    error: code >= 500,
  })),
  { kind: 'grpc', code: 0, text: 'OK', error: false },
  { kind: 'grpc', code: 14, text: 'UNAVAILABLE', error: true },
];
const DIAMETER_STATUS: Status = { kind: 'diameter', code: 2001, text: '2001', error: false };

/** A small linear congruential generator, so that runs compare. */
let seed = 42;
function random(limit: number): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * limit);
}

function hexadecimal(digits: number): string {
  let text = '';
  while (text.length < digits) text += random(65536).toString(16).padStart(4, '0');
  return text.slice(0, digits);
}

function party(replicas: number): Party {
  const service = SERVICES[random(SERVICES.length)]!;
  const replica = random(replicas);
  return {
    namespace: 'shop',
    pod: `${service}-7d9f8b6c5-${replica}`,
    service,
    workload: service,
    node: `node-${replica % 8}`,
    serviceAccount: service,
    address: `10.42.${SERVICES.indexOf(service)}.${replica}`,
    port: 30000 + random(30000),
  };
}

let trace = hexadecimal(32);
function summary(index: number): FlowSummary {
  if (index % 5 === 0) trace = hexadecimal(32);
  const kind = index % 4;
  const id = hexadecimal(32);
  const base = {
    time: START + index * 0.7,
    duration: random(200_000) / 1000,
    source: party(20),
    destination: { ...party(20), port: 8080 },
    state: 'complete',
    requestSize: random(5000),
    answerSize: random(60_000),
    messageCount: [kind === 2 ? 1 : 0, kind === 2 ? 1 : 0],
    cut: false,
    lossy: index % 1000 === 0,
    vantage: 'both',
    severity: null,
    answered: true,
    transport: 'tcp',
    stream: Math.floor(index / 20),
    traceId: trace,
  } as const;
  if (kind === 3) {
    const sessionId = `pcef.epc.example;${START};${index};${hexadecimal(8)}`;
    return {
      ...base,
      protocol: 'Diameter',
      method: 'CCR-U',
      target: `Gx · ${sessionId}`,
      host: 'epc.example',
      status: DIAMETER_STATUS,
      diameter: {
        commandCode: 272,
        applicationId: 16777238,
        originHost: 'pcef.epc.example',
        originRealm: 'epc.example',
        destinationHost: '',
        destinationRealm: 'epc.example',
      },
      sessionId,
      requestId: '',
      traceId: '',
    };
  }
  return {
    ...base,
    protocol: kind === 0 ? 'HTTP/1.1' : kind === 1 ? 'HTTP/2' : 'gRPC',
    method: kind === 2 ? 'PlaceOrder' : random(3) === 0 ? 'POST' : 'GET',
    target:
      kind === 2 ? 'shop.Checkout/PlaceOrder' : `/api/products/${hexadecimal(12)}?currency=EUR&page=${random(50)}`,
    host: 'catalog.shop.svc.cluster.local',
    status: kind === 2 ? STATUSES[9 + random(2)]! : STATUSES[random(9)]!,
    sessionId: '',
    requestId: `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`,
  };
}

let failed = false;
function report(what: string, value: number, unit: string, limit: number | null = null): void {
  const passed = limit === null || value <= limit;
  if (!passed) failed = true;
  const text = value >= 100 ? value.toFixed(0) : value.toFixed(2);
  console.log(
    `${passed ? ' ' : '!'} ${what.padEnd(66)} ${text.padStart(9)} ${unit}${limit === null ? '' : `  (limit ${limit})`}`,
  );
}

function measure(what: string, work: () => unknown, limit: number | null = null): void {
  report(what, timeOf(work), 'ms', limit);
}

function timeOf(work: () => unknown): number {
  const before = performance.now();
  work();
  return performance.now() - before;
}

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const byId = { column: 'id', descending: false } as const;

function fill(): FlowIndex {
  const index = createFlowIndex({ now: () => START, details: null });
  const before = memory();
  let spent = 0;
  for (let id = 0; id < FLOWS; id += 1000) {
    const flows = Array.from({ length: Math.min(1000, FLOWS - id) }, (_, offset) => summary(id + offset));
    const start = performance.now();
    for (const flow of flows) index.add(flow);
    spent += performance.now() - start;
  }
  report('add, flows per second', FLOWS / (spent / 1000), '/s');
  report('memory by the heap and its buffers', (memory() - before) / FLOWS, 'bytes/flow', 400);
  report('memory by the columns', index.bytes() / FLOWS, 'bytes/flow', 400);
  return index;
}

const index = fill();
const filters = [
  ['', 100],
  [
    'http.request.method == "GET" && http.response.code >= 500 && k8s.src.service == "cart" && flow.duration > 50ms',
    100,
  ],
  ['(http || grpc) && k8s.namespace == "shop" && flow.error && tcp.dstport == 8080', 100],
  ['ip.addr == 10.42.3.0/24 && flow.size > 1000 && frame.time >= "2026-11-22 14:05:00Z" && !diameter', 100],
  ['http.request.uri contains "page=17"', null],
  ['http.request.uri matches "products/[0-9a-f]+f\\\\?"', null],
  ['unavailable', null],
] as const;
for (const [filter, limit] of filters) {
  // The index keeps lists by the text of the filter: parentheses make it evaluate again.
  const again = filter === '' ? [''] : [filter, `(${filter})`, `((${filter}))`];
  const times = again.map((text) => timeOf(() => index.query(text, byId).matching));
  report(`filter ${filter || '(none)'}`.slice(0, 66), Math.min(...times), 'ms', limit);
}
index.query('', byId).matching;
for (const place of [0, 0.5, 0.999]) {
  measure(`window of 100 at ${place * 100} %`, () => index.query('', byId).window(FLOWS * place, 100), 5);
}
for (const column of ['time', 'duration', 'status', 'source', 'method', 'target'] as const) {
  const order = { column, descending: true };
  measure(`order by ${column}, first time`, () => index.query('', order).matching, 2000);
  measure(`order by ${column}, window in the middle`, () => index.query('', order).window(FLOWS / 2, 100), 5);
}
const followed = { column: 'duration', descending: true } as const;
index.query('flow.error', followed).matching;
measure(
  '1000 flows more, each list followed once',
  () => {
    for (let id = 0; id < 1000; id++) index.add(summary(FLOWS + id));
    index.query('flow.error', followed).window(0, 100);
  },
  50,
);
measure(
  '1000 changes, each list followed once',
  () => {
    for (let id = 0; id < 1000; id++) index.update(FLOWS + id, summary(FLOWS + id));
    index.query('flow.error', followed).window(0, 100);
  },
  50,
);
measure('locate', () => index.query('flow.error', followed).locate(FLOWS / 2), 5);
measure('values of k8s.pod', () => index.values('k8s.pod', 'cart', 20), 50);
measure('values of http.request.uri', () => index.values('http.request.uri', '/api', 20), 300);
index.query('', byId).matching;
measure('overview of all, 200 buckets', () => index.overview('', 200), 50);
measure('count of one trace', () => index.count(`flow.trace_id == "${summary(FLOWS / 2).traceId}"`), 50);
process.exitCode = failed ? 1 : 0;
