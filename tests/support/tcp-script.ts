import { expect } from 'vitest';
import { MemoryBudget } from '../../app/assemble/memory-budget.ts';
import { createTcpAssembler, TCP_LIMITS } from '../../app/assemble/tcp/tcp-assembler.ts';
import { joinBytes } from '../../app/bytes/join.ts';
import type { CaptureMetadata } from '../../app/capture/metadata.ts';
import { FragmentTable } from '../../app/packet/fragments.ts';
import { readIp } from '../../app/packet/ip.ts';
import { NetworkPacket } from '../../app/packet/network-packet.ts';
import { latin1 } from './bytes.ts';
import { ACK, ipPacket, rawPacket, SYN, tcpSegment } from './packets.ts';
import { type RecordedConversation, recordConversations } from './transport-recorder.ts';

/** A segment of a scripted connection. */
export interface Line {
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

/** The two ends, as `ipPacket` and `tcpSegment` take them. */
export const CLIENT = { from: '10.0.0.1', to: '10.0.0.2', fromPort: 50000, toPort: 8080 };
const SERVER = { from: '10.0.0.2', to: '10.0.0.1', fromPort: 8080, toPort: 50000 };

/** What the assembler makes of the segments, conversation by conversation. */
export function assemble(lines: readonly Line[]): RecordedConversation[] {
  const { host, conversations } = recordConversations();
  const assembler = createTcpAssembler(host, new MemoryBudget(1e9), TCP_LIMITS);
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
export const HANDSHAKE: readonly Line[] = [
  { from: 'c', sequence: 99, flags: SYN },
  { from: 's', sequence: 299, acknowledgement: 100, flags: SYN | ACK },
  { from: 'c', sequence: 100, acknowledgement: 300 },
];

/** What both sides of the one connection were handed over as. */
export function sidesOf(lines: readonly Line[]): readonly [string, string] {
  const conversations = assemble(lines);
  expect(conversations).toHaveLength(1);
  return conversations[0]!.sides;
}
