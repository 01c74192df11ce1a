import { describe, expect, it } from 'vitest';
import { latin1 } from '../../../tests/support/bytes.ts';
import { ACK, FIN, ipPacket, RST, SYN, tcpSegment } from '../../../tests/support/packets.ts';
import { assemble, CLIENT, HANDSHAKE, type Line, sidesOf } from '../../../tests/support/tcp-script.ts';
import { recordConversations } from '../../../tests/support/transport-recorder.ts';
import { FragmentTable } from '../../packet/fragments.ts';
import { readIp } from '../../packet/ip.ts';
import { NetworkPacket } from '../../packet/network-packet.ts';
import { MemoryBudget } from '../memory-budget.ts';
import { createTcpAssembler, TCP_LIMITS } from './tcp-assembler.ts';

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
