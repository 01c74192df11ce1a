import { ByteQueue } from '../bytes/byte-queue.ts';
import type { ProtocolDescriptor, Sniffed, SniffedPlace } from '../decode/stream-decoder.ts';
import type { Direction, Nanoseconds } from '../model/exchange.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { ConversationOrigin, Side } from './transport.ts';

/** Bytes of one side that are kept until the protocol is known. */
const MAXIMUM_HEAD = 8192;
/** Later beginnings of segments that are looked at, when the first bytes of both sides were of no known protocol. */
const ATTEMPTS = 8;
/** The same for a connection whose beginning was not captured: it is likely to stand in the middle of a message. */
const ATTEMPTS_IN_THE_MIDDLE = 512;
/** A head is looked at with every new byte up to here, and then whenever it has grown by a quarter. */
const EAGER_LENGTH = 64;
const NOTHING = new Uint8Array(0);

export interface RecognisedProtocol {
  readonly protocol: ProtocolDescriptor;
  readonly client: Side;
}

/** Bytes that came before the protocol was known. */
export interface HeldBytes {
  readonly side: Side;
  readonly bytes: Uint8Array;
  readonly time: Nanoseconds;
}

/**
 * Finds the protocol of a conversation: those of its ports are asked first, then all others. Bytes of a side that belong
 * to no protocol are dropped, and what comes next is looked at afresh, so that a conversation that is captured from its
 * middle is found at its next message.
 */
export class ProtocolSniffer {
  /** Everything that may belong to the protocol, in the order in which it came. */
  private held: HeldBytes[] = [];
  /** Bytes were dropped or missing: the decoder starts in the middle. */
  isIncomplete: boolean;
  /** A segment began as a record of TLS does: nothing of it can be read here. */
  isTls = false;
  private readonly protocols: readonly ProtocolDescriptor[];
  private readonly origin: ConversationOrigin;
  private readonly memory: MemoryBudget;
  private readonly heads = [new ByteQueue(), new ByteQueue()] as const;
  /** Length of the head of each side from which on it is looked at again. */
  private readonly nextLook: [number, number] = [0, 0];
  /** Whether what comes next of a side is the first that it sent. */
  private readonly atStart: [boolean, boolean];
  private attempts = 0;
  private offered = 0;

  constructor(protocols: readonly ProtocolDescriptor[], origin: ConversationOrigin, memory: MemoryBudget) {
    this.origin = origin;
    this.memory = memory;
    this.isIncomplete = origin.startsInTheMiddle;
    this.atStart = [!origin.startsInTheMiddle, !origin.startsInTheMiddle];
    this.protocols = orderFor(protocols, origin);
  }

  /** Looks at more bytes of a side. `wait`: they are held or dropped; `unknown`: there is no use in asking again. */
  offer(side: Side, bytes: Uint8Array, time: Nanoseconds): RecognisedProtocol | 'wait' | 'unknown' {
    this.offered += bytes.length;
    this.isTls ||= beginsTlsRecord(bytes);
    const queue = this.heads[side];
    if (queue.length > 0 && queue.length + bytes.length < this.nextLook[side]) {
      queue.append(bytes);
      this.hold(side, bytes, time);
      return 'wait';
    }
    const head = queue.join(bytes);
    const recognised = this.recognise(side, head.length > MAXIMUM_HEAD ? head.subarray(0, MAXIMUM_HEAD) : head);
    if (recognised === 'more' && head.length < MAXIMUM_HEAD && !this.memory.isTight) {
      this.nextLook[side] = head.length < EAGER_LENGTH ? 0 : head.length + (head.length >>> 2);
      queue.keep(head, 0);
      this.hold(side, bytes, time);
      return 'wait';
    }
    if (recognised !== 'no' && recognised !== 'more') return recognised;
    this.drop(side);
    this.attempts++;
    const limit = this.origin.startsInTheMiddle ? ATTEMPTS_IN_THE_MIDDLE : ATTEMPTS;
    return this.attempts > limit || this.protocols.length === 0 ? 'unknown' : 'wait';
  }

  /** Looks at all that is held of a side which sends no more. */
  lookAgain(side: Side): RecognisedProtocol | null {
    if (this.heads[side].length === 0) return null;
    const recognised = this.recognise(side, this.heads[side].join(NOTHING).subarray(0, MAXIMUM_HEAD));
    return recognised === 'more' || recognised === 'no' ? null : recognised;
  }

  /** Bytes of a side are missing: what it sent before them cannot be made sense of. */
  drop(side: Side): void {
    this.heads[side].clear();
    this.nextLook[side] = 0;
    for (const chunk of this.held) if (chunk.side === side) this.memory.release(chunk.bytes.length);
    this.held = this.held.filter((chunk) => chunk.side !== side);
    this.isIncomplete = true;
    this.atStart[side] = false;
  }

  /** Bytes that were offered and are not held. */
  get unused(): number {
    return this.held.reduce((unused, chunk) => unused - chunk.bytes.length, this.offered);
  }

  /** Gives back what is held. */
  takeHeld(): readonly HeldBytes[] {
    const { held } = this;
    for (const chunk of held) this.memory.release(chunk.bytes.length);
    this.held = [];
    return held;
  }

  private hold(side: Side, bytes: Uint8Array, time: Nanoseconds): void {
    this.held.push({ side, bytes: bytes.slice(), time });
    this.memory.hold(bytes.length);
  }

  private recognise(side: Side, head: Uint8Array): RecognisedProtocol | 'more' | 'no' {
    let more = false;
    const place = this.origin.protocolName !== '' ? 'named' : this.atStart[side] ? 'start' : 'middle';
    const ask = (protocol: ProtocolDescriptor, direction: Direction) => verdict(protocol, direction, head, place);
    for (const protocol of this.protocols) {
      const { client } = this.origin;
      if (client !== null) {
        const forward = ask(protocol, side === client ? 0 : 1);
        // Some open a connection to be asked over it.
        const reverse = forward === 'no' ? ask(protocol, side === client ? 1 : 0) : 'no';
        if (forward === 'yes' || reverse === 'yes') return { protocol, client };
        more ||= forward === 'more' || reverse === 'more';
        continue;
      }
      const asClient = ask(protocol, 0);
      const asServer = ask(protocol, 1);
      if (asClient === 'yes' && asServer === 'yes') return { protocol, client: this.clientByPorts(protocol) };
      if (asClient === 'yes') return { protocol, client: side };
      if (asServer === 'yes') return { protocol, client: side === 0 ? 1 : 0 };
      more ||= asClient === 'more' || asServer === 'more';
    }
    return more ? 'more' : 'no';
  }

  /** The server is the side with a port of the protocol, else the one with the lower port. */
  private clientByPorts(protocol: ProtocolDescriptor): Side {
    const [end0, end1] = this.origin.ends;
    const is0 = protocol.ports.includes(end0.port);
    const is1 = protocol.ports.includes(end1.port);
    if (is0 !== is1) return is0 ? 1 : 0;
    return end0.port < end1.port ? 1 : 0;
  }
}

/** RFC 8446 section 5.1: content type, and a version that still says TLS 1.0 to 1.2. */
function beginsTlsRecord(bytes: Uint8Array): boolean {
  return bytes.length >= 5 && bytes[0]! >= 20 && bytes[0]! <= 23 && bytes[1] === 3 && bytes[2]! <= 4;
}

/** Those to ask, in their order. */
function orderFor(all: readonly ProtocolDescriptor[], origin: ConversationOrigin): readonly ProtocolDescriptor[] {
  const { ends, protocolName } = origin;
  if (protocolName !== '') return all.filter((protocol) => protocol.name === protocolName);
  const protocols = all.filter(({ onlyByName }) => onlyByName !== true);
  const has = ({ ports }: ProtocolDescriptor) => ports.includes(ends[0].port) || ports.includes(ends[1].port);
  // Most ports are of no protocol.
  if (!protocols.some(has)) return protocols;
  return [...protocols.filter(has), ...protocols.filter((protocol) => !has(protocol))];
}

/** A descriptor that throws does not know the protocol. */
function verdict(protocol: ProtocolDescriptor, direction: Direction, head: Uint8Array, place: SniffedPlace): Sniffed {
  try {
    return protocol.sniff(direction, head, place);
  } catch {
    return 'no';
  }
}
