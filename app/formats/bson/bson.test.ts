import { describe, expect, it } from 'vitest';
import { pieces } from '../../../tests/support/bytes.ts';
import { START, simpleExchange } from '../../../tests/support/captured.ts';
import { CollectingSink, MemoryStore } from '../../../tests/support/decoding.ts';
import { podNamed } from '../../../tests/support/exchanges.ts';
import { readCapture } from '../../../tests/support/read-capture.ts';
import { createDissector } from '../../assemble/dissector.ts';
import { joinBytes } from '../../bytes/join.ts';
import { readCaptureComment } from '../../capture/comment.ts';
import type { StreamDocument } from '../../capture/document.ts';
import { encodeDocument, encodeMessage } from '../../capture/stream-encode.ts';
import { protocols } from '../../decode/registry.ts';
import type { HttpMessage } from '../../model/exchange.ts';
import { createPacketBuffers, ExchangePackets } from '../../synth/exchange-packets.ts';

const buffers = createPacketBuffers();

/** The documents of one exchange, in `parts` parts. */
function documentsOf(number: number, pod: string, parts: number): StreamDocument[] {
  const client = { address: '10.42.0.7', port: 33_000 + number };
  const server = { address: '10.42.0.9', port: 8080 };
  const packets = new ExchangePackets({ protocol: 'http/1.1', client, server, initialSequence: number, buffers });
  const events = simpleExchange(`/item/${number}`, 'hello');
  const size = Math.ceil(events.length / parts);
  return Array.from({ length: parts }, (_, part) => {
    const own = events.slice(part * size, (part + 1) * size);
    const final = part === parts - 1;
    const pcap = packets.add(own, final, START).slice();
    const metadata = {
      version: 1,
      id: `${pod}/${number}`,
      role: 'producer',
      pod: podNamed(pod),
      protocol: 'http/1.1',
      source: client,
      destination: server,
      connection: '1',
    } as const;
    return { type: 'capture', part, final, metadata, events: own, pcap };
  });
}

const encode = (documents: readonly StreamDocument[]): Uint8Array[] =>
  documents.map((document, index) => encodeDocument(document, BigInt(index)));

const heartbeat: StreamDocument = {
  type: 'heartbeat',
  time: START,
  namespace: 'shop',
  pod: 'cart-0',
  instances: 1,
  exchanges: 2,
  messages: 0,
  capturing: true,
};

function read(bytes: Uint8Array, lengths: readonly number[] = [bytes.length]) {
  const file = readCapture(pieces(bytes, lengths));
  const sink = new CollectingSink();
  const dissector = createDissector({ protocols, sink, store: new MemoryStore() });
  for (const packet of file.packets) dissector.packet(packet);
  dissector.end();
  return {
    ...file,
    exchanges: sink.exchanges,
    calls: sink.exchanges.map(
      ({ request, answer }) => `${(request as HttpMessage | null)?.target} ${(answer as HttpMessage | null)?.status}`,
    ),
  };
}

const twoPods = [...documentsOf(1, 'cart', 1), heartbeat, ...documentsOf(2, 'catalog', 3)];

describe('reading BSON', () => {
  it('gives the exchanges of its documents, with metadata, interfaces and names, in chunks of any size', () => {
    const bytes = joinBytes([
      encodeMessage({ type: 'hello', version: 1, aggregator: 'a', node: 'n' }),
      ...encode(twoPods),
    ]);
    for (const length of [bytes.length, 1, 13, 1000]) {
      const { calls, exchanges, problems, interfaces, names } = read(bytes, [length]);
      expect(problems).toEqual([]);
      expect(calls).toEqual(['/item/1 200', '/item/2 200']);
      expect(exchanges.map(({ conversation }) => conversation.capture?.id)).toEqual(['cart/1', 'catalog/2']);
      expect(interfaces.map(({ id, name }) => [id, name])).toEqual([
        [0, 'shop/cart-0'],
        [1, 'shop/catalog-0'],
      ]);
      expect(names.has('10.42.0.9')).toBe(true);
    }
  });

  it('has the metadata on the first packet of each part', () => {
    const { packets } = read(joinBytes(encode(documentsOf(1, 'cart', 3))));
    const withComment = packets.filter(({ comments }) => comments.length > 0);
    expect(withComment.map(({ comments }) => readCaptureComment(comments[0]!)?.id)).toEqual([
      'cart/1',
      'cart/1',
      'cart/1',
    ]);
  });

  it('passes over a document that is not understood', () => {
    const [first, , ...rest] = encode(twoPods);
    const broken = first!.slice();
    broken[5] = 0x58;
    const { calls, problems } = read(joinBytes([first!, broken, ...rest]));
    expect(calls).toEqual(['/item/1 200', '/item/2 200']);
    expect(problems).toMatchObject([
      { severity: 'warning', code: 'bson.document', range: [first!.length, broken.length] },
    ]);
  });

  it('stops at a length that cannot be, and says where a cut document begins', () => {
    const [first, second] = encode(twoPods);
    const impossible = read(joinBytes([first!, new Uint8Array(16), second!]));
    expect(impossible.calls).toEqual(['/item/1 200']);
    expect(impossible.problems).toMatchObject([{ severity: 'error', code: 'bson.length', range: [first!.length, 4] }]);
    const cut = read(joinBytes([first!, second!.subarray(0, 20)]));
    expect(cut.problems).toMatchObject([{ severity: 'warning', code: 'bson.truncated', range: [first!.length, 20] }]);
  });

  it('never throws, whatever the bytes are', () => {
    const bytes = joinBytes(encode(twoPods));
    for (let at = 0; at < bytes.length; at += 3) {
      const changed = bytes.slice();
      changed[at] = (changed[at]! + 1 + (at % 251)) & 255;
      read(changed, [97]);
    }
  });
});
