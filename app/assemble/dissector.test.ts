import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latin1, pieces } from '../../tests/support/bytes.ts';
import { ACK, exportedPdu, FIN, ipPacket, rawPacket, SYN, tcpPacket } from '../../tests/support/packets.ts';
import { captureComment } from '../capture/comment.ts';
import type { CaptureMetadata } from '../capture/metadata.ts';
import { protocols } from '../decode/registry.ts';
import type { ProtocolDescriptor } from '../decode/stream-decoder.ts';
import type { Exchange } from '../model/exchange.ts';
import type { Packet } from '../model/packet.ts';
import type { Problem } from '../model/problem.ts';
import { createDissector } from './dissector.ts';

const CLIENT = { from: '10.0.0.1', to: '10.0.0.2', fromPort: 50_000, toPort: 8080 };
const SERVER = { from: '10.0.0.2', to: '10.0.0.1', fromPort: 8080, toPort: 50_000 };

/** Everything that a dissector makes of packets. */
function dissect(packets: readonly Packet[], descriptors: readonly ProtocolDescriptor[] = protocols) {
  const closed: Exchange[] = [];
  const problems: Problem[] = [];
  const stored: number[] = [];
  const dissector = createDissector({
    protocols: descriptors,
    sink: { open: () => {}, change: () => {}, close: (exchange) => closed.push(exchange) },
    store: {
      append: (bytes) => {
        const offset = stored.length;
        stored.push(...bytes);
        return offset;
      },
    },
    onProblem: (problem) => problems.push(problem),
  });
  for (const packet of packets) dissector.packet(packet);
  dissector.end();
  return { closed, problems, statistics: dissector.statistics, stored: Buffer.from(stored).toString('latin1') };
}

const REQUEST = latin1('POST /cart HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\n\r\napple');
const ANSWER = latin1('HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\ndone');

/** One HTTP exchange with handshake and end, sent in pieces of the given lengths. */
function conversation(lengths: readonly number[], request = REQUEST, answer = ANSWER): Packet[] {
  const packets: Packet[] = [
    tcpPacket({ ...CLIENT, sequence: 0, flags: SYN }, 1n),
    tcpPacket({ ...SERVER, sequence: 0, acknowledgement: 1, flags: SYN | ACK }, 2n),
  ];
  let time = 3n;
  let sequence = 1;
  for (const payload of pieces(request, lengths)) {
    packets.push(tcpPacket({ ...CLIENT, sequence, acknowledgement: 1, payload }, time++));
    sequence += payload.length;
  }
  let answered = 1;
  for (const payload of pieces(answer, lengths)) {
    packets.push(tcpPacket({ ...SERVER, sequence: answered, acknowledgement: sequence, payload }, time++));
    answered += payload.length;
  }
  packets.push(tcpPacket({ ...SERVER, sequence: answered, acknowledgement: sequence, flags: FIN | ACK }, time++));
  packets.push(tcpPacket({ ...CLIENT, sequence, acknowledgement: answered + 1, flags: FIN | ACK }, time++));
  return packets;
}

const EXCHANGE = {
  number: 0,
  protocol: 'HTTP/1.1',
  conversation: {
    stream: 0,
    transport: 'tcp',
    client: { address: '10.0.0.1', port: 50_000 },
    server: { address: '10.0.0.2', port: 8080 },
  },
  state: 'complete',
  request: { method: 'POST', target: '/cart', authority: 'shop' },
  answer: { status: 201 },
  problems: [],
};

const METADATA: CaptureMetadata = {
  version: 1,
  id: 'shop/cart-1/0123456789abcdef/7',
  role: 'consumer',
  pod: { namespace: 'shop', pod: 'cart-1', service: 'cart', workload: 'cart', node: 'n1', serviceAccount: 'cart' },
  protocol: 'http/1.1',
  source: { address: '10.0.0.1', port: 50_000 },
  destination: { address: '10.0.0.2', port: 8080 },
  connection: '12',
};

describe('dissector', () => {
  it('makes the same exchange of a conversation however its bytes are cut into segments', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 8 }), (lengths) => {
        const { closed, stored, problems, statistics } = dissect(conversation(lengths));
        expect(closed).toMatchObject([EXCHANGE]);
        expect([stored, problems, statistics.conversations]).toEqual(['appledone', [], 1]);
      }),
    );
  });

  it('reads a request line that is longer than any protocol needs to be recognised', () => {
    for (const length of [9_000, 70_000]) {
      const target = `/search?token=${'x'.repeat(length)}`;
      const request = latin1(`GET ${target} HTTP/1.1\r\nHost: shop\r\n\r\n`);
      const { closed, problems } = dissect(conversation([1460], request));
      expect(closed.map((exchange) => 'request' in exchange && exchange.request)).toMatchObject([
        { method: 'GET', target, authority: 'shop' },
      ]);
      expect(problems).toEqual([]);
    }
  });

  it('takes a line that only begins like a request for what it is', () => {
    for (const line of ['KEY text that goes on', 'Z /path with spaces']) {
      const { closed } = dissect(conversation([1460], latin1(`${line} ${'and on '.repeat(2000)}`), latin1('OK\r\n')));
      expect(closed).toEqual([]);
    }
  });

  it('hands metadata on before the first bytes, and what is newer later', () => {
    const packets = conversation([1000]);
    const commented = packets.map((packet, index) => {
      if (index === 0) return { ...packet, comments: ['a person wrote this', captureComment(METADATA)] };
      if (index === 3) return { ...packet, comments: [captureComment({ ...METADATA, responseFlags: 'UF' })] };
      return packet;
    });
    const seen: (string | null | undefined)[] = [];
    const spy: ProtocolDescriptor = {
      name: 'spy',
      fields: [],
      ports: [],
      sniff: () => 'yes',
      create: ({ conversation: kept }) => {
        seen.push(kept.capture?.id);
        return { data: () => seen.push(kept.capture?.responseFlags), gap: () => {}, end: () => {} };
      },
    };
    dissect(commented, [spy]);
    expect(seen).toEqual([METADATA.id, undefined, 'UF']);
    expect(dissect(commented).closed[0]!.conversation.capture).toEqual({ ...METADATA, responseFlags: 'UF' });
  });

  it('keeps an exchange of a capture open for what only its last part tells', () => {
    const packets = conversation([1000]);
    const last = packets.findIndex(({ time }) => time === packets.at(-1)!.time - 1n);
    const commented = packets.map((packet, index) => {
      if (index === 0) return { ...packet, comments: [captureComment(METADATA)] };
      return index === last ? { ...packet, comments: [captureComment({ ...METADATA, responseFlags: 'DC' })] } : packet;
    });
    const told: string[] = [];
    const note = (what: string) => (exchange: Exchange) =>
      told.push(`${what} ${exchange.state} ${exchange.conversation.capture?.responseFlags ?? '-'}`);
    const dissector = createDissector({
      protocols,
      sink: { open: note('open'), change: note('change'), close: note('close') },
      store: { append: () => 0 },
    });
    for (const packet of commented) dissector.packet(packet);
    expect(told.at(0)).toBe('open open -');
    expect(told.slice(-2)).toEqual(['change complete -', 'close complete DC']);
  });

  it.each([
    'packet-inspector {"version":1}',
    'packet-inspector {"version":2}',
    'packet-inspector null',
    'packet-inspector {',
    `packet-inspector ${JSON.stringify({ ...METADATA, role: 'spy' })}`,
  ])('does not trust the comment %j', (comment) => {
    const packets = conversation([1000]).map((packet) => ({ ...packet, comments: [comment] }));
    expect(dissect(packets).closed).toMatchObject([{ ...EXCHANGE, conversation: { capture: null } }]);
  });

  it('finds the next message of a connection that was open before, and who is its server', () => {
    const packets = [
      tcpPacket({ ...SERVER, sequence: 5000, acknowledgement: 900, payload: Uint8Array.of(0x80, 0x81, 0, 0xff) }),
      tcpPacket({ ...CLIENT, sequence: 900, acknowledgement: 5004, payload: REQUEST }),
      tcpPacket({ ...SERVER, sequence: 5004, acknowledgement: 900 + REQUEST.length, payload: ANSWER }),
    ];
    expect(dissect(packets).closed).toMatchObject([EXCHANGE]);
  });

  it('looks at what is held once more where a side ends', () => {
    const request = latin1(`GET /${'a'.repeat(200)} HTTP/1.1\r\nHost: shop\r\n\r\n`);
    const packets = conversation([1], request, new Uint8Array(0));
    expect(dissect(packets).closed).toMatchObject([{ state: 'unanswered', request: { authority: 'shop' } }]);
  });

  it('knows a protocol soon when bytes come one by one', () => {
    for (const octet of [0x00, 0x01, 0x48, 0x61]) {
      let looks = 0;
      const counting = protocols.map(
        (protocol): ProtocolDescriptor => ({
          ...protocol,
          sniff(direction, head, place) {
            looks++;
            return protocol.sniff(direction, head, place);
          },
        }),
      );
      dissect(conversation([1], new Uint8Array(20_000).fill(octet), new Uint8Array(0)), counting);
      expect(looks).toBeLessThan(3000);
    }
  });

  it('counts what is of no known protocol, and lets it go', () => {
    const bytes = new Uint8Array(64).fill(0xfe);
    const { closed, statistics } = dissect(conversation([1], bytes, bytes));
    expect(closed).toEqual([]);
    expect(statistics).toMatchObject({ conversations: 1, unknownConversations: 1 });
    expect(statistics.ignoredBytes).toBe(128);
  });

  it('loses only the conversation whose decoder throws', () => {
    const broken: ProtocolDescriptor = {
      name: 'broken',
      fields: [],
      ports: [8080],
      sniff: (_direction, head) => (head[0] === 0x42 ? 'yes' : 'no'),
      create: () => ({
        data: () => {
          throw new Error('no');
        },
        gap: () => {},
        end: () => {},
      }),
    };
    const first = conversation([1000], latin1('BREW / HTTP/1.1\r\n\r\n'));
    const second = conversation([1000]).map((packet) => {
      const data = packet.data.slice();
      data.set(data[15] === 1 ? [10, 0, 0, 3] : [10, 0, 0, 2], 12);
      data.set(data[19] === 1 ? [10, 0, 0, 3] : [10, 0, 0, 2], 16);
      return { ...packet, data };
    });
    const { problems, closed } = dissect([...first, ...second], [broken, ...protocols]);
    expect(problems.map(({ code }) => code)).toEqual(['decoder.failed']);
    expect(closed.map(({ conversation: { client }, state }) => [client.address, state])).toEqual([
      ['10.0.0.3', 'complete'],
    ]);
  });

  it('reads what goes through tunnels, once where it is seen within one and outside of it', () => {
    const plain = conversation([1000]);
    const tunnelled = plain.map((packet) => ({
      ...packet,
      data: ipPacket('192.168.0.1', '192.168.0.2', 4, packet.data),
    }));
    const twice = tunnelled.map(({ data, ...packet }) => {
      const outer = ipPacket('172.16.0.1', '172.16.0.2', 4, data);
      return { ...packet, data: outer, originalLength: outer.length };
    });
    const mixed = plain.flatMap((packet, index) => [
      packet,
      { ...tunnelled[index]!, originalLength: tunnelled[index]!.data.length },
    ]);
    for (const packets of [twice, mixed]) {
      const { closed, statistics } = dissect(packets);
      expect(closed).toMatchObject([{ state: 'complete', conversation: { client: { address: '10.0.0.1' } } }]);
      expect(statistics).toMatchObject({ otherPackets: 0, malformedPackets: 0, conversations: 1 });
    }
    const endless = Array.from({ length: 9 }).reduce<Uint8Array>(
      (data) => ipPacket('172.16.0.1', '172.16.0.2', 4, data),
      plain[0]!.data,
    );
    expect(dissect([{ ...plain[0]!, data: endless, originalLength: endless.length }]).statistics.otherPackets).toBe(1);
  });

  it('counts packets that it cannot use', () => {
    const { statistics, problems } = dissect([
      rawPacket(ipPacket('10.0.0.1', '10.0.0.2', 17, new Uint8Array(8))),
      rawPacket(ipPacket('10.0.0.1', '10.0.0.2', 6, new Uint8Array(19))),
      rawPacket(new Uint8Array(3)),
      rawPacket(new Uint8Array(30), 0n, { linkType: 195 }),
      rawPacket(new Uint8Array(30), 0n, { linkType: 195 }),
    ]);
    expect(statistics).toMatchObject({ packets: 5, otherPackets: 1, malformedPackets: 2, unknownLinkPackets: 2 });
    expect(problems.map(({ code }) => code)).toEqual(['packet.link-type']);
  });

  it.each([
    ['as they come', [REQUEST], [ANSWER]],
    [
      'that come again once they are whole',
      [REQUEST.subarray(0, 56), REQUEST],
      [ANSWER.subarray(0, 9), ANSWER.subarray(0, 40), ANSWER],
    ],
    [
      'that go on one behind the other',
      [REQUEST.subarray(0, 56), REQUEST.subarray(56)],
      [ANSWER.subarray(0, 41), ANSWER.subarray(41)],
    ],
  ])('reads exported PDUs %s', (_name, requests, answers) => {
    const packets = [
      ...requests.map((payload) => exportedPdu('http-over-tls', CLIENT, payload, 5n)),
      ...answers.map((payload) => exportedPdu('http-over-tls', SERVER, payload, 5n)),
    ];
    const { closed, stored } = dissect(packets);
    expect(closed).toMatchObject([
      { ...EXCHANGE, conversation: { ...EXCHANGE.conversation, transport: 'exported-pdu' } },
    ]);
    expect(stored).toBe('appledone');
  });
});
