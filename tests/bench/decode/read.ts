/**
 * Reads a capture file by the way that all packets go, writes a line with the fields of each exchange to standard output,
 * and its bodies (Diameter: whole messages) to a file, as the engine does: the program whose time decode-bench.ts takes.
 *
 *     node read.js CAPTURE BODIES
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { createDissector } from '../../../app/assemble/dissector.ts';
import { protocols } from '../../../app/decode/registry.ts';
import { createCaptureFileReader } from '../../../app/formats/capture-file-reader.ts';
import type { DiameterMessage, Exchange, HttpMessage, Message } from '../../../app/model/exchange.ts';
import { SpillFile } from '../../../main/engine/store/spill-file.ts';

const CHUNK = 1 << 18;
const LONGEST_LINE = 8192;

const [capture, bodies] = process.argv.slice(2);
const out = Buffer.alloc(1 << 20);
let written = 0;

function line({ streamId, request, answer, messageCount }: Exchange): string {
  return `${messageLine(request)}\t${messageLine(answer)}\t${streamId}\t${messageCount[1]}\n`;
}

function messageLine(message: Message | null): string {
  if (message === null) return '';
  return message.kind === 'http' ? httpLine(message) : diameterLine(message);
}

function httpLine({ endTime, method, target, authority, status, body }: HttpMessage): string {
  // Where the body lies, as tshark writes the body itself.
  const place = `${body.length}\t${body.chunks[0]?.offset ?? ''}`;
  return method === '' ? `${endTime}\t${status}\t${place}` : `${endTime}\t${method}\t${target}\t${authority}\t${place}`;
}

function diameterLine(message: DiameterMessage): string {
  const { endTime, commandCode, flags, hopByHopId, endToEndId, sessionId, originHost, body } = message;
  const { resultCode, ccRequestType } = message;
  const ids = `${commandCode}\t${flags}\t${hopByHopId}\t${endToEndId}`;
  return `${endTime}\t${ids}\t${sessionId}\t${originHost}\t${resultCode}\t${ccRequestType}\t${body.chunks[0]?.offset}`;
}

const store = new SpillFile(bodies!);
const dissector = createDissector({
  protocols,
  sink: {
    open: () => {},
    change: () => {},
    close(exchange) {
      written += out.write(line(exchange), written, 'latin1');
      if (written > out.length - LONGEST_LINE) flush();
    },
  },
  store,
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
const file = openSync(capture!, 'r');
const chunk = new Uint8Array(CHUNK);
for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk))
  reader.push(chunk.subarray(0, length));
closeSync(file);
reader.end();
dissector.end();
flush();
store.flush();
store.close();
