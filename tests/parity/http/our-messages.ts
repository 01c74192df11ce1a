import { readFileSync } from 'node:fs';
import { createDissector } from '../../../app/assemble/dissector.ts';
import { protocols } from '../../../app/decode/registry.ts';
import { createCaptureFileReader } from '../../../app/formats/capture-file-reader.ts';
import type { Exchange, Header, HttpMessage } from '../../../app/model/exchange.ts';
import { MemoryStore } from '../../support/decoding.ts';
import { hashOf, type SeenMessage, UNKNOWN } from './message.ts';

/** What our dissector finds in a capture file. */
export function ourMessages(file: string): SeenMessage[] {
  const exchanges: Exchange[] = [];
  const store = new MemoryStore();
  const sink = { open: (exchange: Exchange) => exchanges.push(exchange), change: () => {}, close: () => {} };
  const dissector = createDissector({ protocols, sink, store });
  const reader = createCaptureFileReader({
    packet: (packet) => dissector.packet(packet),
    problem: (problem) => {
      throw new Error(`${file}: ${problem.text}`);
    },
  });
  reader.push(readFileSync(file));
  reader.end();
  dissector.end();
  return exchanges.flatMap((exchange) => [...seen(exchange, 'request', store), ...seen(exchange, 'answer', store)]);
}

function seen(exchange: Exchange, side: 'request' | 'answer', store: MemoryStore): SeenMessage[] {
  const message = exchange[side];
  if (message?.kind !== 'http') return [];
  const request = exchange.request?.kind === 'http' ? exchange.request : null;
  const isTunnel = exchange.protocol === 'WebSocket' || request?.method === 'CONNECT';
  const body = isTunnel ? new Uint8Array(0) : bodyOf(message, store);
  return [
    {
      stream: exchange.conversation.stream,
      streamId: exchange.streamId,
      side,
      start: side === 'request' ? `${message.method} ${message.target}` : String(message.status),
      host: message.authority,
      headers: message.headers.map(line),
      trailers: message.trailers.map(line),
      interim: side === 'answer' ? exchange.informational.map((interim) => interim.status) : [],
      bodyLength: body.length,
      bodyHash: hashOf(body),
      messages: exchange.messageCount[side === 'request' ? 0 : 1],
      time: isTunnel ? 0n : message.endTime / 1000n,
      requestTime: side === 'answer' && !isTunnel && exchange.streamId === 0 ? (request?.endTime ?? 0n) / 1000n : 0n,
    },
  ];
}

function bodyOf(message: HttpMessage, store: MemoryStore): Uint8Array {
  const runs = message.body.chunks.map(({ offset, length }) => store.bytes.subarray(offset, offset + length));
  return Buffer.concat(runs);
}

function line({ name, value, unknown }: Header): string {
  if (unknown !== true) return `${name}: ${value}`;
  return `${name || UNKNOWN}: ${value || UNKNOWN}`;
}
