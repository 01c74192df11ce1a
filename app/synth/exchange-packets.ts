import { ByteBuilder } from '../bytes/byte-builder.ts';
import type { CaptureEvent } from '../capture/document.ts';
import type { CapturedProtocol } from '../capture/metadata.ts';
import { LINKTYPE_RAW } from '../formats/pcap/pcap-format.ts';
import { pcapFileHeader } from '../formats/pcap/pcap-writer.ts';
import type { Endpoint } from '../model/endpoint.ts';
import type { Direction, Nanoseconds } from '../model/exchange.ts';
import { createHttp1Writer } from './http1-writer.ts';
import { createHttp2Writer } from './http2-writer.ts';
import { directionOf, type Following, type MessageWriter, type WireOutput } from './message-writer.ts';
import { TcpConversation } from './tcp-conversation.ts';

const FILE_HEADER = pcapFileHeader(LINKTYPE_RAW);
const NOTHING_FOLLOWS: Following = { next: null, whole: false };

/** What an exchange's packets are made with. */
export interface ExchangePacketsOptions {
  readonly protocol: CapturedProtocol;
  /** The conversation's client; its port is a synthetic one (see `ClientPorts`). */
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly initialSequence: number;
  /** Buffers shared by all exchanges that are written by turns. */
  readonly buffers: PacketBuffers;
}

/** Packets under construction, and the bytes of one message. */
export interface PacketBuffers {
  readonly packets: ByteBuilder;
  readonly message: ByteBuilder;
}

export function createPacketBuffers(): PacketBuffers {
  return { packets: new ByteBuilder(65_536), message: new ByteBuilder(16_384) };
}

/**
 * Turns the events of one exchange, whose parts come over time, into the packets of a TCP conversation of its own. What
 * the calls of `add` return, laid end to end, is one libpcap file.
 */
export class ExchangePackets implements WireOutput {
  private readonly conversation: TcpConversation;
  private readonly packets: ByteBuilder;
  private readonly writer: MessageWriter | null;
  private begun = false;
  private closed = false;

  constructor(options: ExchangePacketsOptions) {
    const { protocol, client, server, buffers } = options;
    this.conversation = new TcpConversation(client, server, options.initialSequence);
    this.packets = buffers.packets;
    this.writer = createWriter(protocol, this, buffers.message);
  }

  /**
   * The packets of what is new. After `final` the conversation is over: what did not end by then is closed without it.
   * `byCaller`: an HTTP exchange that is reset here was reset by the caller; else by the callee.
   */
  add(events: readonly CaptureEvent[], final: boolean, time: Nanoseconds, byCaller = false): Uint8Array {
    const { packets } = this;
    packets.length = 0;
    if (!this.begun) {
      packets.append(FILE_HEADER);
      const start = events[0]?.time ?? time;
      this.conversation.open(packets, start);
      this.writer?.begin(start);
      this.begun = true;
    }
    const following = whatFollows(events);
    events.forEach((event, index) => {
      if (!this.closed) this.write(event, following[index] ?? NOTHING_FOLLOWS, byCaller);
    });
    if (final && !this.closed) this.close(events.at(-1)?.time ?? time);
    return packets.copy();
  }

  send(direction: Direction, bytes: Uint8Array, time: Nanoseconds): void {
    this.conversation.send(this.packets, direction, bytes, time);
  }

  sendTruncated(direction: Direction, bytes: Uint8Array, time: Nanoseconds): void {
    this.conversation.sendTruncated(this.packets, direction, bytes, time);
  }

  skip(direction: Direction, length: number): void {
    this.conversation.skip(direction, length);
  }

  private write(event: CaptureEvent, following: Following, byCaller: boolean): void {
    switch (event.kind) {
      case 'headers':
      case 'trailers':
        this.writer?.headers(event, following);
        break;
      case 'data':
        if (this.writer) this.writer.data(event, following);
        else this.raw(directionOf(event.side), event.bytes, event.length, event.time);
        break;
      case 'message':
        this.raw(event.from === 'source' ? 0 : 1, event.bytes, event.length, event.time);
        break;
      case 'end':
        if (event.reset) this.reset(event.side, event.time, byCaller);
        else this.writer?.end(event.side, event.time);
    }
  }

  private raw(direction: Direction, bytes: Uint8Array, length: number, time: Nanoseconds): void {
    if (length > bytes.length) {
      // The head of a cut message is to be read without the rest.
      if (bytes.length > 0) this.sendTruncated(direction, bytes, time);
      this.skip(direction, length - bytes.length);
    } else {
      this.send(direction, bytes, time);
    }
  }

  private reset(side: 'request' | 'answer', time: Nanoseconds, byCaller: boolean): void {
    const from = this.writer === null ? side : byCaller ? 'request' : 'answer';
    if (this.writer?.reset(from, time)) {
      this.close(time);
    } else {
      this.conversation.reset(this.packets, directionOf(from), time);
      this.closed = true;
    }
  }

  private close(time: Nanoseconds): void {
    this.conversation.finish(this.packets, 1, time);
    this.closed = true;
  }
}

function createWriter(protocol: CapturedProtocol, out: WireOutput, scratch: ByteBuilder): MessageWriter | null {
  switch (protocol) {
    case 'http/1.0':
      return createHttp1Writer('1.0', out, scratch);
    case 'http/1.1':
      return createHttp1Writer('1.1', out, scratch);
    // HTTP/3 has the same fields and frames; QUIC cannot be written without its encryption.
    case 'http/2':
    case 'http/3':
      return createHttp2Writer(out, scratch);
    case 'diameter':
    case 'tcp':
      return null;
  }
}

/** For each event what follows it on its side, found from the end to the beginning. */
function whatFollows(events: readonly CaptureEvent[]): Following[] {
  const result = new Array<Following>(events.length);
  const next: [CaptureEvent | null, CaptureEvent | null] = [null, null];
  const whole: [boolean, boolean] = [false, false];
  for (let index = events.length - 1; index >= 0; index--) {
    const event = events[index]!;
    const direction = directionOf(event.side);
    result[index] = { next: next[direction], whole: whole[direction] };
    next[direction] = event;
    if (event.kind === 'end') whole[direction] = !event.reset;
    else if (event.kind === 'data' && event.length > event.bytes.length) whole[direction] = false;
  }
  return result;
}
