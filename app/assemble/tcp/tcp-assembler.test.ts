import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../../tests/support/bytes.ts';
import { ACK, FIN, ipPacket, RST, rawPacket, SYN, tcpSegment } from '../../../tests/support/packets.ts';
import { type RecordedConversation, recordConversations } from '../../../tests/support/transport-recorder.ts';
import { joinBytes } from '../../bytes/join.ts';
import type { CaptureMetadata } from '../../capture/metadata.ts';
import { FragmentTable } from '../../packet/fragments.ts';
import { readIp } from '../../packet/ip.ts';
import { NetworkPacket } from '../../packet/network-packet.ts';
import { MemoryBudget } from '../memory-budget.ts';
import { createTcpAssembler, TCP_LIMITS } from './tcp-assembler.ts';

interface Line {
  /** 'c' from the client 10.0.0.1:50000, 's' from the server 10.0.0.2:8080. */
  readonly from: 'c' | 's';
  readonly sequence: number;
  readonly acknowledgement?: number;
  readonly flags?: number;
  readonly text?: string;
  /** The wire had so many bytes more of it. */
  readonly cut?: number;
  readonly metadata?: CaptureMetadata;
  readonly time?: bigint;
}

const CLIENT = { from: '10.0.0.1', to: '10.0.0.2', fromPort: 50000, toPort: 8080 };
const SERVER = { from: '10.0.0.2', to: '10.0.0.1', fromPort: 8080, toPort: 50000 };

function assemble(lines: readonly Line[], limits = TCP_LIMITS): RecordedConversation[] {
  const { host, conversations } = recordConversations();
  const assembler = createTcpAssembler(host, new MemoryBudget(1e9), limits);
  const network = new NetworkPacket();
  for (const { from, text = '', cut = 0, metadata = null, time = 0n, ...fields } of lines) {
    const ends = from === 'c' ? CLIENT : SERVER;
    const payload = joinBytes([latin1(text), new Uint8Array(cut)]);
    const whole = ipPacket(ends.from, ends.to, 6, tcpSegment({ ...ends, ...fields, payload }));
    const packet = rawPacket(whole.subarray(0, whole.length - cut));
    expect(readIp(packet.data, 0, whole.length, new FragmentTable(), network)).toBe('packet');
    expect(assembler.segment(network, time, 'eth0', metadata)).toBe(true);
  }
  assembler.end();
  return conversations;
}

/** Client and server open with sequence numbers 100 and 300. */
const HANDSHAKE: readonly Line[] = [
  { from: 'c', sequence: 99, flags: SYN },
  { from: 's', sequence: 299, acknowledgement: 100, flags: SYN | ACK },
  { from: 'c', sequence: 100, acknowledgement: 300 },
];

function sidesOf(lines: readonly Line[]): readonly [string, string] {
  const conversations = assemble(lines);
  expect(conversations).toHaveLength(1);
  return conversations[0]!.sides;
}

describe('a connection in order', () => {
  it('gives both sides and how they ended, and knows its client', () => {
    const [conversation, ...others] = assemble([
      ...HANDSHAKE,
      { from: 'c', sequence: 100, acknowledgement: 300, text: 'question' },
      { from: 's', sequence: 300, acknowledgement: 108, text: 'answer' },
      { from: 's', sequence: 306, acknowledgement: 108, flags: FIN | ACK },
      { from: 'c', sequence: 108, acknowledgement: 307, flags: FIN | ACK },
      { from: 's', sequence: 307, acknowledgement: 109 },
    ]);
    expect(others).toEqual([]);
    expect(conversation!.sides).toEqual(['question<fin>', 'answer<fin>']);
    expect(conversation!.origin).toEqual({
      stream: 0,
      transport: 'tcp',
      ends: [
        { address: '10.0.0.1', port: 50000 },
        { address: '10.0.0.2', port: 8080 },
      ],
      interfaceName: 'eth0',
      client: 0,
      startsInTheMiddle: false,
      protocolName: '',
    });
  });

  it('takes the client from the SYN-ACK when the SYN was not captured', () => {
    const [conversation] = assemble([...HANDSHAKE.slice(1), { from: 'c', sequence: 100, text: 'hello' }]);
    expect(conversation!.origin).toMatchObject({ client: 1, startsInTheMiddle: false });
    expect(conversation!.sides).toEqual(['<capture-end>', 'hello<capture-end>']);
  });

  it('counts a stream for connections without bytes, and opens no conversation for them', () => {
    const scan: Line[] = [
      { from: 'c', sequence: 5, flags: SYN },
      { from: 's', sequence: 0, acknowledgement: 6, flags: RST | ACK },
    ];
    const [conversation, ...others] = assemble([...scan, ...HANDSHAKE, { from: 'c', sequence: 100, text: 'x' }]);
    expect(others).toEqual([]);
    expect(conversation!.origin.stream).toBe(1);
  });
});

describe('segments out of order', () => {
  it('puts them in order and drops what comes twice', () => {
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 103, text: 'def' },
        { from: 'c', sequence: 109, text: 'jkl' },
        { from: 'c', sequence: 100, text: 'abc' },
        { from: 'c', sequence: 103, text: 'def' },
        { from: 'c', sequence: 104, text: 'efghijklm' },
      ])[0],
    ).toBe('abcdefghijklm<capture-end>');
  });

  it('gives bytes behind a hole the time at which the hole was filled', () => {
    const [conversation] = assemble([
      ...HANDSHAKE,
      { from: 'c', sequence: 103, text: 'def', time: 10n },
      { from: 'c', sequence: 100, text: 'abc', time: 20n },
    ]);
    expect(conversation!.times).toEqual([20n, 20n]);
  });

  it('keeps the bytes that came first and tells when others came for the same place', () => {
    expect(
      sidesOf([...HANDSHAKE, { from: 'c', sequence: 100, text: 'abc' }, { from: 'c', sequence: 101, text: 'bXd' }])[0],
    ).toBe('abc<conflict 1 2>d<capture-end>');
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 102, text: 'cd' },
        { from: 'c', sequence: 100, text: 'x' },
        { from: 'c', sequence: 101, text: 'bCDe' },
      ])[0],
    ).toBe('x<conflict 1 4>bcde<capture-end>');
  });

  it('works across the wrap of sequence numbers', () => {
    const near = 0xfffffffe;
    expect(
      sidesOf([
        { from: 'c', sequence: near - 1, flags: SYN },
        { from: 'c', sequence: 2, text: 'efg' },
        { from: 'c', sequence: near, text: 'abcd' },
        { from: 'c', sequence: 5, text: '', flags: FIN | ACK },
      ])[0],
    ).toBe('abcdefg<fin>');
  });

  it('gives the same stream for every order and repetition of segments', () => {
    const segments = fc.array(
      fc.record({ start: fc.nat(60), length: fc.integer({ min: 1, max: 25 }), order: fc.nat() }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 80, maxLength: 80 }),
        segments,
        fc.nat(0xffffffff),
        (stream, extra, isn) => {
          const whole = Array.from({ length: 10 }, (_, index) => ({ start: index * 8, length: 8, order: index * 997 }));
          const lines = [...extra, ...whole]
            .sort((a, b) => ((a.order * 31) % 1009) - ((b.order * 31) % 1009))
            .map(({ start, length }): Line => {
              const text = Buffer.from(stream.subarray(start, start + length)).toString('latin1');
              return { from: 'c', sequence: (isn + 1 + start) >>> 0, text };
            });
          const [conversation] = assemble([{ from: 'c', sequence: isn, flags: SYN }, ...lines]);
          expect(conversation!.bytes(0)).toEqual(stream);
          expect(conversation!.sides[0]).not.toMatch(/<(gap|conflict)/);
        },
      ),
    );
  });
});

describe('segments before what they answer', () => {
  it('wait for it', () => {
    const [conversation] = assemble([
      ...HANDSHAKE,
      { from: 's', sequence: 300, acknowledgement: 108, text: 'answer', time: 1n },
      { from: 's', sequence: 306, acknowledgement: 108, flags: FIN | ACK, time: 2n },
      { from: 'c', sequence: 100, acknowledgement: 300, text: 'question', time: 3n },
    ]);
    expect(conversation!.order).toEqual(['0 question', '1 answer']);
    expect(conversation!.sides).toEqual(['question<capture-end>', 'answer<fin>']);
    expect(conversation!.times).toEqual([3n, 3n]);
  });

  it('do not wait for ever for what was lost', () => {
    const [conversation] = assemble([
      ...HANDSHAKE,
      { from: 's', sequence: 300, acknowledgement: 108, text: 'answer' },
      ...Array.from({ length: 40 }, (): Line => ({ from: 's', sequence: 306, acknowledgement: 108 })),
      { from: 'c', sequence: 108, acknowledgement: 306, text: 'next' },
    ]);
    expect(conversation!.order).toEqual(['0 <gap 8>', '1 answer', '0 next']);
  });

  it('come in the order of sending when the capture ends with a hole', () => {
    const [conversation] = assemble([
      ...HANDSHAKE,
      { from: 'c', sequence: 100, acknowledgement: 300, text: 'a?' },
      { from: 's', sequence: 303, acknowledgement: 102, text: 'ne' },
      { from: 'c', sequence: 102, acknowledgement: 305, text: 'b?' },
      { from: 's', sequence: 309, acknowledgement: 104, text: 'two' },
    ]);
    expect(conversation!.order).toEqual(['0 a?', '1 <gap 3>', '1 ne', '0 b?', '1 <gap 4>', '1 two']);
  });

  it('wait for a question that waits itself for an answer of which a part was lost', () => {
    const [conversation] = assemble([
      ...HANDSHAKE,
      { from: 'c', sequence: 100, acknowledgement: 300, text: 'a?' },
      { from: 's', sequence: 300, acknowledgement: 102, text: 'on' },
      { from: 'c', sequence: 102, acknowledgement: 303, text: 'b?' },
      { from: 's', sequence: 303, acknowledgement: 104, text: 'two' },
    ]);
    expect(conversation!.order).toEqual(['0 a?', '1 on', '1 <gap 1>', '0 b?', '1 two']);
  });

  it('never wait for each other', () => {
    const [conversation] = assemble([
      ...HANDSHAKE,
      { from: 'c', sequence: 100, acknowledgement: 303, text: 'abc' },
      { from: 's', sequence: 300, acknowledgement: 103, text: 'xyz' },
    ]);
    expect(conversation!.sides).toEqual(['abc<capture-end>', 'xyz<capture-end>']);
  });
});

describe('lost segments', () => {
  const lost: readonly Line[] = [
    ...HANDSHAKE,
    { from: 's', sequence: 300, acknowledgement: 100, text: 'abc' },
    { from: 's', sequence: 306, acknowledgement: 100, text: 'ghi' },
  ];

  it('waits for them while they are not acknowledged, and gives them up at the end', () => {
    expect(sidesOf([...lost, { from: 's', sequence: 303, text: 'def' }])[1]).toBe('abcdefghi<capture-end>');
    expect(sidesOf(lost)[1]).toBe('abc<gap 3>ghi<capture-end>');
  });

  it('gives them up some packets after the other side has acknowledged them', () => {
    const acknowledgements = Array.from(
      { length: 40 },
      (): Line => ({ from: 'c', sequence: 100, acknowledgement: 309 }),
    );
    expect(sidesOf([...lost, ...acknowledgements, { from: 's', sequence: 303, text: 'def' }])[1]).toBe(
      'abc<gap 3>ghi<capture-end>',
    );
    expect(sidesOf([...lost, acknowledgements[0]!, { from: 's', sequence: 303, text: 'def' }])[1]).toBe(
      'abcdefghi<capture-end>',
    );
  });

  it('gives them up at once in what a sidecar captured', () => {
    const metadata = { version: 1, id: 'shop/cart/1/1' } as CaptureMetadata;
    const [conversation] = assemble([
      { ...HANDSHAKE[0]!, metadata },
      ...HANDSHAKE.slice(1),
      { from: 's', sequence: 305, acknowledgement: 100, text: 'later', time: 1n },
      { from: 'c', sequence: 100, acknowledgement: 300, text: 'next', time: 2n },
      { from: 's', sequence: 312, acknowledgement: 104, flags: FIN | ACK, time: 3n },
    ]);
    expect(conversation!.sides).toEqual(['<capture shop/cart/1/1>next<capture-end>', '<gap 5>later<gap 2><fin>']);
    expect(conversation!.times).toEqual([1n, 2n]);
  });

  it('ends behind the hole when a side closes, and tells what was acknowledged but never captured', () => {
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 100, text: 'abc' },
        { from: 'c', sequence: 110, flags: FIN | ACK },
      ])[0],
    ).toBe('abc<gap 7><fin>');
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 100, text: 'abc' },
        { from: 's', sequence: 300, acknowledgement: 120 },
      ])[0],
    ).toBe('abc<gap 17><capture-end>');
  });

  it('does not hold more than its bound', () => {
    const text = 'x'.repeat(60_000);
    const lines = Array.from(
      { length: 150 },
      (_, index): Line => ({ from: 'c', sequence: 101 + index * 60_000, text }),
    );
    const [conversation] = assemble([...HANDSHAKE, ...lines, { from: 'c', sequence: 100, text: 'y' }]);
    expect(conversation!.sides[0].startsWith('<gap 1>x')).toBe(true);
    expect(conversation!.bytes(0).length).toBe(150 * 60_000);
  });
});

describe('segments cut by the snapshot length', () => {
  it('are followed by a gap once something comes from behind them', () => {
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 100, text: 'abc', cut: 5 },
        { from: 'c', sequence: 108, text: 'ijk', cut: 2 },
        { from: 's', sequence: 300, acknowledgement: 113, text: 'ok' },
        { from: 'c', sequence: 113, text: 'z' },
      ])[0],
    ).toBe('abc<gap 5>ijk<gap 2>z<capture-end>');
  });

  it('are whole when the rest is sent again', () => {
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 100, text: 'abc', cut: 1 },
        { from: 'c', sequence: 103, text: 'def' },
      ])[0],
    ).toBe('abcdef<capture-end>');
  });

  it('are whole when the rest is sent again while they wait for the other side', () => {
    const sides = sidesOf([
      ...HANDSHAKE,
      { from: 'c', sequence: 100, text: 'question' },
      { from: 's', sequence: 300, acknowledgement: 110, text: 'abc', cut: 1 },
      { from: 's', sequence: 303, acknowledgement: 110, text: 'def' },
      { from: 'c', sequence: 110, acknowledgement: 306, text: '!' },
    ]);
    expect(sides).toEqual(['question<gap 2>!<capture-end>', 'abcdef<capture-end>']);
  });

  it('tell their gap when the side closes', () => {
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 100, text: 'abc', cut: 4 },
        { from: 'c', sequence: 107, flags: FIN | ACK },
      ])[0],
    ).toBe('abc<gap 4><fin>');
  });
});

describe('what is not data', () => {
  it('ignores keep-alives, whatever their byte is', () => {
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 100, text: 'abc' },
        { from: 'c', sequence: 102, text: '\0' },
        { from: 'c', sequence: 103, text: 'd' },
      ])[0],
    ).toBe('abcd<capture-end>');
  });

  it('ends both sides at a reset, with what was waiting', () => {
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 100, text: 'abc' },
        { from: 's', sequence: 303, text: 'def' },
        { from: 's', sequence: 306, flags: RST },
        { from: 'c', sequence: 103, text: 'late' },
      ]),
    ).toEqual(['abc<reset>', '<gap 3>def<reset>']);
  });
});

describe('connections open before, and again', () => {
  it('begins in the middle, without a client', () => {
    const [conversation] = assemble([
      { from: 's', sequence: 7000, acknowledgement: 5000, text: 'rest' },
      { from: 'c', sequence: 5000, acknowledgement: 7004, text: 'more' },
    ]);
    expect(conversation!.origin).toMatchObject({ client: null, startsInTheMiddle: true });
    expect(conversation!.sides).toEqual(['rest<capture-end>', 'more<capture-end>']);
  });

  it('makes a new conversation of a new SYN between the same ports, not of a repeated one', () => {
    const conversations = assemble([
      ...HANDSHAKE,
      HANDSHAKE[0]!,
      { from: 'c', sequence: 100, text: 'one' },
      { from: 'c', sequence: 90_000, flags: SYN },
      { from: 'c', sequence: 90_001, text: 'two' },
    ]);
    expect(conversations.map(({ origin, sides }) => [origin.stream, sides[0]])).toEqual([
      [0, 'one<capture-end>'],
      [1, 'two<capture-end>'],
    ]);
  });

  it('keeps a SYN that comes late with its bytes', () => {
    expect(
      sidesOf([{ from: 'c', sequence: 100, text: 'abc' }, HANDSHAKE[0]!, { from: 'c', sequence: 103, text: 'd' }])[0],
    ).toBe('abcd<capture-end>');
  });

  it('closes the connection used longest ago when there are too many', () => {
    const { host, conversations } = recordConversations();
    const assembler = createTcpAssembler(host, new MemoryBudget(1e9), { ...TCP_LIMITS, openConnections: 2 });
    const network = new NetworkPacket();
    for (const fromPort of [1, 2, 1, 3]) {
      const segment = tcpSegment({ ...CLIENT, fromPort, sequence: fromPort === 1 ? 0 : 9, payload: latin1('x') });
      readIp(ipPacket(CLIENT.from, CLIENT.to, 6, segment), 0, 41, new FragmentTable(), network);
      assembler.segment(network, 0n, '', null);
    }
    expect(conversations.map(({ sides }) => sides[0])).toEqual(['x', 'x<capture-end>', 'x']);
  });
});
