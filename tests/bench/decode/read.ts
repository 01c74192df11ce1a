/**
 * Reads a capture file by the way that all packets go and writes a line with the fields of each exchange to standard
 * output: the program whose time decode-bench.ts takes. Bodies go to a store that drops them.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { createDissector } from '../../../app/assemble/dissector.ts';
import { protocols } from '../../../app/decode/registry.ts';
import { createCaptureFileReader } from '../../../app/formats/capture-file-reader.ts';
import type { Exchange, HttpMessage } from '../../../app/model/exchange.ts';

const CHUNK = 1 << 20;
const LONGEST_LINE = 8192;

const kept = new Uint8Array(1 << 20);
let stored = 0;
const out = Buffer.alloc(CHUNK);
let written = 0;

function line({ streamId, request, answer, messageCount }: Exchange): string {
  if (request?.kind !== 'http' || answer?.kind !== 'http') return '\n';
  const fields = [
    microseconds(request),
    streamId,
    request.method,
    request.target,
    request.authority,
    microseconds(answer),
    answer.status,
    answer.body.length,
    messageCount[1],
  ];
  return `${fields.join('\t')}\n`;
}

function microseconds(message: HttpMessage): number {
  return Math.floor(Number(message.endTime) / 1000);
}

const dissector = createDissector({
  protocols,
  sink: {
    open: () => {},
    change: () => {},
    close(exchange) {
      written += out.write(line(exchange), written);
      if (written > CHUNK - LONGEST_LINE) flush();
    },
  },
  store: {
    append(bytes) {
      kept.set(bytes, stored % (kept.length - bytes.length));
      stored += bytes.length;
      return stored - bytes.length;
    },
  },
});

function flush(): void {
  writeSync(1, out, 0, written);
  written = 0;
}

const reader = createCaptureFileReader({
  packet: (packet) => dissector.packet(packet),
  problem: (problem) => {
    throw new Error(problem.text);
  },
});
const file = openSync(process.argv[2]!, 'r');
const chunk = new Uint8Array(CHUNK);
for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk))
  reader.push(chunk.subarray(0, length));
closeSync(file);
reader.end();
dissector.end();
flush();
