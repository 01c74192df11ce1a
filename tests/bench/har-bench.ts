/**
 * Reads a HAR file of 50,000 entries into exchanges, and writes as many. Run by `npx node tests/bench/har-bench.ts [entries]`.
 * Ends with status 1 when either takes 10 s or longer.
 */

import type { FlowDetail, HttpDetail } from '../../app/api/types.ts';
import { createDissector } from '../../app/assemble/dissector.ts';
import { protocols } from '../../app/decode/registry.ts';
import { createCaptureFileReader } from '../../app/formats/capture-file-reader.ts';
import { createHarWriter } from '../../app/formats/har/har-writer.ts';
import type { Exchange } from '../../app/model/exchange.ts';

const ENTRIES = Number(process.argv[2] ?? 50_000);
const LIMIT = 10_000;
const CHUNK = 1 << 18;

const body = new TextEncoder().encode(
  JSON.stringify({ items: Array.from({ length: 40 }, (_, id) => ({ id, name: `item ${id}`, price: id * 1.5 })) }),
);
const headers = Array.from({ length: 12 }, (_, index) => ({
  name: `x-header-${index}`,
  value: `value of header ${index}`,
}));

function detailOf(number: number): FlowDetail {
  const startTime = 1_790_000_000_000 + number;
  const side = (startLine: string, length: number): HttpDetail => ({
    kind: 'http',
    startLine,
    headers: [{ name: 'host', value: 'shop.example' }, { name: 'content-type', value: 'application/json' }, ...headers],
    trailers: [],
    stored: length,
    length,
    contentType: 'application/json',
    contentEncoding: '',
    complete: true,
    startTime,
    endTime: startTime + 1,
  });
  const end = { address: '10.0.0.2', port: 8080 };
  return {
    row: { source: { address: '10.0.0.1', port: 40_000 }, destination: end, stream: number },
    request: side(`GET /products/${number}?limit=20 HTTP/1.1`, 0),
    answer: side('HTTP/1.1 200 OK', body.length),
  } as unknown as FlowDetail;
}

function measure<Result>(name: string, run: () => Result): Result {
  const start = performance.now();
  const result = run();
  const time = performance.now() - start;
  console.log(`${name}: ${ENTRIES} entries in ${(time / 1000).toFixed(2)} s`);
  if (time >= LIMIT) process.exitCode = 1;
  return result;
}

const file = measure('write', () => {
  const parts: Buffer[] = [];
  const writer = createHarWriter((text) => parts.push(Buffer.from(text)), { name: 'bench', version: '1' });
  const nothing = new Uint8Array(0);
  for (let number = 0; number < ENTRIES; number++)
    writer.add({ detail: detailOf(number), requestBody: nothing, answerBody: body });
  writer.end();
  return Buffer.concat(parts);
});
console.log(`${(file.length / 1e6).toFixed(0)} MB`);

measure('read into exchanges', () => {
  let closed = 0;
  let stored = 0;
  const dissector = createDissector({
    protocols,
    sink: { open() {}, change() {}, close: (exchange: Exchange) => void (exchange.state === 'complete' && closed++) },
    store: {
      append(bytes) {
        stored += bytes.length;
        return stored - bytes.length;
      },
    },
  });
  const reader = createCaptureFileReader({
    packet: (packet) => dissector.packet(packet),
    problem: (problem) => {
      throw new Error(problem.text);
    },
  });
  for (let at = 0; at < file.length; at += CHUNK) reader.push(file.subarray(at, at + CHUNK));
  reader.end();
  dissector.end();
  if (closed !== ENTRIES) throw new Error(`${closed} exchanges of ${ENTRIES} entries`);
});
