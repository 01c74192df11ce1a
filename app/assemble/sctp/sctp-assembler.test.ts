import { describe, expect, it } from 'vitest';
import type { Nanoseconds } from '../../model/exchange.ts';
import { NetworkPacket, PROTOCOL } from '../../packet/network-packet.ts';
import { MemoryBudget } from '../memory-budget.ts';
import type { ConversationOrigin, Side } from '../transport.ts';
import { createSctpAssembler } from './sctp-assembler.ts';

type Event = [side: Side, what: string];

interface Seen {
  readonly origin: ConversationOrigin;
  readonly events: Event[];
}

function start(budget = 1 << 20) {
  const conversations: Seen[] = [];
  let streams = 0;
  const assembler = createSctpAssembler(
    {
      nextStream: () => streams++,
      open(origin) {
        const events: Event[] = [];
        conversations.push({ origin, events });
        return {
          capture: () => {},
          data: (side, bytes) => events.push([side, Buffer.from(bytes).toString()]),
          gap: (side, length) => events.push([side, `gap ${length}`]),
          end: (side, reason) => events.push([side, reason]),
          conflict: () => {},
        };
      },
    },
    new MemoryBudget(budget),
  );
  return { assembler, conversations };
}

const client = { host: 1, port: 5000 };
const server = { host: 2, port: 3868 };

/** A packet with these chunks from one end to the other. */
function packet(from: typeof client, to: typeof client, tag: number, ...chunks: Buffer[]): NetworkPacket {
  const header = Buffer.alloc(12);
  header.writeUInt16BE(from.port, 0);
  header.writeUInt16BE(to.port, 2);
  header.writeUInt32BE(tag, 4);
  const network = new NetworkPacket();
  network.source3 = from.host;
  network.destination3 = to.host;
  network.protocol = PROTOCOL.sctp;
  network.bytes = Buffer.concat([header, ...chunks]);
  network.payloadEnd = network.bytes.length;
  network.payloadLength = network.payloadEnd;
  return network;
}

function chunk(type: number, flags: number, value: Uint8Array): Buffer {
  const padding = Buffer.alloc((4 - (value.length % 4)) % 4);
  const length = value.length + 4;
  return Buffer.concat([Buffer.from([type, flags, length >>> 8, length & 255]), value, padding]);
}

const WHOLE = 3;
const FIRST = 2;
const MIDDLE = 0;
const LAST = 1;

function data(tsn: number, text: string, flags = WHOLE, protocol = 46, stream = 0): Buffer {
  const fields = Buffer.alloc(12);
  fields.writeUInt32BE(tsn >>> 0, 0);
  fields.writeUInt16BE(stream, 4);
  fields.writeUInt32BE(protocol, 8);
  return chunk(0, flags, Buffer.concat([fields, Buffer.from(text)]));
}

/** RFC 8260 section 2.1. The first piece tells the protocol, the others their number. */
function interleaved(tsn: number, message: number, word: number, text: string, flags: number, stream = 0): Buffer {
  const fields = Buffer.alloc(16);
  fields.writeUInt32BE(tsn, 0);
  fields.writeUInt16BE(stream, 4);
  fields.writeUInt32BE(message, 8);
  fields.writeUInt32BE(word, 12);
  return chunk(64, flags, Buffer.concat([fields, Buffer.from(text)]));
}

function init(type: 1 | 2, tag: number): Buffer {
  const value = Buffer.alloc(16);
  value.writeUInt32BE(tag, 0);
  return chunk(type, 0, value);
}

const time: Nanoseconds = 1n;

describe('an SCTP association', () => {
  it('is opened by who sent INIT, hands over whole messages, and ends with SHUTDOWN COMPLETE', () => {
    const { assembler, conversations } = start();
    assembler.packet(packet(client, server, 0, init(1, 0xaa)), time, 'eth0');
    assembler.packet(packet(server, client, 0xaa, init(2, 0xbb)), time, 'eth0');
    assembler.packet(packet(server, client, 0xaa, data(1, 'push')), time, 'eth0');
    assembler.packet(packet(client, server, 0xbb, data(7, 'one'), data(8, 'two', WHOLE, 46, 5)), time, 'eth0');
    expect(assembler.stream).toBe(0);
    assembler.packet(packet(client, server, 0xbb, chunk(14, 0, new Uint8Array(0))), time, 'eth0');
    expect(assembler.stream).toBe(0);
    assembler.packet(packet(client, server, 0xbb, chunk(14, 0, new Uint8Array(0))), time, 'eth0');
    expect(assembler.stream).toBe(-1);
    expect(conversations).toHaveLength(1);
    expect(conversations[0]!.origin).toMatchObject({
      transport: 'sctp',
      client: 0,
      startsInTheMiddle: false,
      protocolName: 'diameter',
      interfaceName: 'eth0',
      ends: [
        { address: '0.0.0.1', port: 5000 },
        { address: '0.0.0.2', port: 3868 },
      ],
    });
    expect(conversations[0]!.events).toEqual([
      [1, 'push'],
      [0, 'one'],
      [0, 'two'],
      [0, 'fin'],
      [1, 'fin'],
    ]);
  });

  it('joins pieces in any order, over the wrap of the sequence number, and drops what comes twice', () => {
    const pieces = [data(0xffffffff, 'a', FIRST), data(0, 'b', MIDDLE), data(1, 'c', LAST)];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
      [1, 2, 1, 0],
      [0, 2, 1, 1, 2],
    ]) {
      const { assembler, conversations } = start();
      for (const index of order) assembler.packet(packet(client, server, 1, pieces[index]!), time, '');
      expect(conversations[0]!.events).toEqual([[0, 'abc']]);
    }
  });

  it('does not mix the pieces of neighbouring messages', () => {
    const { assembler, conversations } = start();
    const chunks = [data(4, 'd', LAST), data(3, 'c', FIRST), data(2, 'b', LAST), data(1, 'a', FIRST)];
    for (const each of chunks) assembler.packet(packet(client, server, 1, each), time, '');
    expect(conversations[0]!.events).toEqual([
      [0, 'cd'],
      [0, 'ab'],
    ]);
  });

  it('joins the pieces of messages that are interleaved, in any order', () => {
    const chunks = [
      interleaved(1, 7, 46, 'a', FIRST),
      interleaved(2, 7, 46, 'x', FIRST, 1),
      interleaved(3, 7, 1, 'b', MIDDLE),
      interleaved(4, 7, 1, 'y', LAST, 1),
      interleaved(5, 7, 2, 'c', LAST),
      interleaved(6, 8, 46, 'whole', WHOLE),
      // Another protocol's, of which only the first piece says so.
      interleaved(7, 9, 3, 'm3', FIRST, 2),
      interleaved(8, 9, 1, 'ua', LAST, 2),
    ];
    const read = (order: readonly number[]) => {
      const { assembler, conversations } = start();
      for (const index of order) assembler.packet(packet(client, server, 1, chunks[index]!), time, '');
      return conversations[0]!.events.map(([, text]) => text);
    };
    expect(read([0, 1, 2, 3, 4, 5, 6, 7])).toEqual(['xy', 'abc', 'whole']);
    for (const order of [
      [7, 6, 5, 4, 3, 2, 1, 0],
      [4, 1, 0, 4, 3, 7, 2, 5, 6],
    ]) {
      expect(read(order).toSorted()).toEqual(['abc', 'whole', 'xy']);
    }
  });

  it('marks what is lost of an interleaved message, and not what is none', () => {
    const { assembler, conversations } = start();
    const lost = [interleaved(1, 1, 46, 'begin', FIRST), interleaved(3, 1, 2, 'end', LAST)];
    for (const each of lost) assembler.packet(packet(client, server, 1, each), time, '');
    assembler.packet(packet(client, server, 1, interleaved(4, 2, 46, 'next', WHOLE)), time, '');
    assembler.end();
    expect(conversations[0]!.events.slice(0, 5)).toEqual([
      [0, 'next'],
      [0, 'begin'],
      [0, 'gap 0'],
      [0, 'end'],
      [0, 'gap 0'],
    ]);
  });

  it('marks what was not captured: a lost piece, and one that is cut', () => {
    const { assembler, conversations } = start();
    assembler.packet(packet(client, server, 1, data(1, 'begin', FIRST)), time, '');
    assembler.packet(packet(client, server, 1, data(3, 'end', LAST)), time, '');
    const cut = packet(client, server, 1, data(4, 'abcdefgh'));
    cut.payloadEnd -= 3;
    assembler.packet(cut, time, '');
    assembler.end();
    expect(conversations[0]!.events).toEqual([
      [0, 'abcde'],
      [0, 'gap 3'],
      [0, 'begin'],
      [0, 'gap 0'],
      [0, 'end'],
      [0, 'gap 0'],
      [0, 'capture-end'],
      [1, 'capture-end'],
    ]);
  });

  it('goes on at another address of the same end', () => {
    const { assembler, conversations } = start();
    assembler.packet(packet(client, server, 9, data(1, 'a')), time, '');
    assembler.packet(packet({ ...client, host: 11 }, { ...server, host: 12 }, 9, data(2, 'b')), time, '');
    expect(conversations.map(({ events }) => events)).toEqual([
      [
        [0, 'a'],
        [0, 'b'],
      ],
    ]);
  });

  it('gives way to a new one with the same ports', () => {
    const { assembler, conversations } = start();
    assembler.packet(packet(client, server, 9, data(1, 'a')), time, '');
    assembler.packet(packet(client, server, 0, init(1, 0xcc)), time, '');
    assembler.packet(packet(client, server, 10, data(1, 'b')), time, '');
    expect(conversations.map(({ events }) => events[0])).toEqual([
      [0, 'a'],
      [0, 'b'],
    ]);
    expect(conversations[1]!.origin.stream).toBeGreaterThan(conversations[0]!.origin.stream);
  });

  it('leaves other payloads alone', () => {
    const { assembler, conversations } = start();
    expect(assembler.packet(packet(client, server, 1, data(1, 'm3ua', WHOLE, 3)), time, '')).toBe(true);
    const short = packet(client, server, 1);
    short.payloadEnd = 11;
    expect(assembler.packet(short, time, '')).toBe(false);
    expect(conversations).toHaveLength(0);
  });

  it('gives up the oldest pieces when memory is used up', () => {
    const { assembler, conversations } = start(10);
    assembler.packet(packet(client, server, 1, data(1, '12345678', FIRST)), time, '');
    assembler.packet(packet(client, server, 1, data(5, 'abcdefgh', FIRST)), time, '');
    expect(conversations[0]!.events).toEqual([
      [0, '12345678'],
      [0, 'gap 0'],
    ]);
  });

  it('never throws, whatever the chunks are', () => {
    const { assembler } = start();
    let state = 1;
    const random = (): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state >>> 8;
    };
    for (let round = 0; round < 20_000; round++) {
      const bytes = Buffer.concat([
        init(random() % 2 === 0 ? 1 : 2, random() % 3),
        data(random() % 8, 'xyz', random() % 4),
        interleaved(random() % 8, random() % 3, random() % 4, 'uvw', random() % 8),
      ]);
      for (let change = 0; change < 3; change++) bytes[random() % bytes.length] = random() & 255;
      const from = random() % 2 === 0 ? client : server;
      assembler.packet(packet(from, from === client ? server : client, random() % 3, bytes), time, '');
    }
    assembler.end();
  });
});
