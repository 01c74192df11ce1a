import { hashOf, octetText, type SeenMessage, UNKNOWN } from './message.ts';
import { bytesOf, descendants, first, type PdmlNode, pdmlPackets } from './pdml.ts';

/** `[port]` decoded as that protocol, where tshark would not find out. */
export interface DecodeAs {
  readonly http: number;
  readonly http2: number;
}

const NOTHING = Buffer.alloc(0);

type Side = SeenMessage['side'];
type Draft = { -readonly [Key in keyof SeenMessage]: SeenMessage[Key] };

/** One packet, and what of it all its messages share. */
interface PacketPlace {
  readonly stream: number;
  readonly side: Side;
  readonly time: bigint;
}

/** Frames that are part of a message. RFC 9113 section 8.1. */
const DATA = 0;
const HEADERS = 1;
const PUSH_PROMISE = 5;
const CONTINUATION = 9;
const MESSAGE_FRAMES = new Set([DATA, HEADERS, PUSH_PROMISE, CONTINUATION]);

/** What tshark finds in a capture file. */
export function tsharkMessages(file: string, ports: DecodeAs): SeenMessage[] {
  const decodeAs = ['-d', `tcp.port==${ports.http},http`, '-d', `tcp.port==${ports.http2},http2`];
  const preferences = ['-o', 'http.decompress_body:FALSE', '-o', 'tcp.reassemble_out_of_order:TRUE'];
  const reading = new Reading(new Set([ports.http, ports.http2]));
  for (const packet of pdmlPackets(file, [...decodeAs, ...preferences], 'http || http2 || websocket')) {
    reading.packet(packet);
  }
  return reading.messages;
}

class Reading {
  readonly messages: Draft[] = [];
  private readonly serverPorts: ReadonlySet<number>;
  private readonly http2Bodies = new Map<Draft, Buffer>();
  private readonly interim = new Map<string, number[]>();
  /** By packet number, when the request in it was complete. */
  private readonly times = new Map<string, bigint>();

  constructor(serverPorts: ReadonlySet<number>) {
    this.serverPorts = serverPorts;
  }

  packet(packet: PdmlNode): void {
    const tcp = packet.children.find((proto) => proto.name === 'tcp')!;
    const place: PacketPlace = {
      stream: Number(first(tcp, 'tcp.stream')?.show),
      side: this.serverPorts.has(Number(first(tcp, 'tcp.dstport')?.show)) ? 'request' : 'answer',
      time: microseconds(first(packet, 'frame.time_epoch')!.show),
    };
    this.times.set(first(packet, 'frame.number')!.show, place.time);
    let counted: Draft | null = null;
    for (const proto of packet.children) {
      if (proto.name === 'http') counted = this.http1(proto, place) ?? counted;
      else if (proto.name === 'http2') {
        for (const frame of descendants(proto, 'http2.stream')) counted = this.http2Frame(frame, place) ?? counted;
      } else if (proto.name === 'grpc') {
        if (counted !== null) counted.messages += [...descendants(proto, 'grpc.message_length')].length;
      } else if (proto.name === 'websocket') this.webSocket(proto, place);
    }
  }

  private http1(http: PdmlNode, { stream, side, time }: PacketPlace): Draft | null {
    const lines = [...descendants(http, `http.${side === 'request' ? 'request' : 'response'}.line`)];
    const status = Number(first(http, 'http.response.code')?.show ?? 0);
    const method = first(http, 'http.request.method');
    if (method === undefined && status === 0) return null;
    const headers = lines.map((line) => fieldLine(bytesOf(line)));
    const key = `${stream}/0`;
    if (status >= 100 && status < 200 && status !== 101) {
      this.interim.set(key, [...(this.interim.get(key) ?? []), status]);
      return null;
    }
    if (status === 101 && headers.some((header) => /^upgrade: h2c$/i.test(header))) {
      this.upgraded(stream, status);
      return null;
    }
    const fileData = first(http, 'http.file_data') ?? first(http, 'data.data');
    const body = fileData === undefined ? Buffer.alloc(0) : bytesOf(fileData);
    const trailer = first(http, 'http.chunked_trailer_part');
    const uri = first(http, 'http.request.uri');
    const draft: Draft = {
      stream,
      streamId: 0,
      side,
      start:
        side === 'request' ? `${method?.show} ${uri === undefined ? '' : octetText(bytesOf(uri))}` : String(status),
      host: side === 'request' ? (first(http, 'http.host')?.show ?? '') : '',
      headers,
      trailers: trailer === undefined ? [] : octetText(bytesOf(trailer)).split('\r\n').slice(0, -1),
      interim: side === 'answer' ? (this.interim.get(key) ?? []) : [],
      bodyLength: body.length,
      bodyHash: hashOf(body),
      messages: 0,
      time,
      requestTime: this.times.get(first(http, 'http.request_in')?.show ?? '') ?? 0n,
    };
    if (side === 'answer') this.interim.delete(key);
    const isTunnel = status === 101 || method?.show === 'CONNECT' || /^upgrade: websocket$/im.test(headers.join('\n'));
    const answersTunnel = side === 'answer' && this.requestWas(stream, 'CONNECT');
    if (isTunnel || answersTunnel) {
      draft.time = 0n;
      draft.requestTime = 0n;
    }
    this.messages.push(draft);
    return draft;
  }

  /** The request goes on as stream 1 of HTTP/2, where its answer comes. RFC 7540 section 3.2. */
  private upgraded(stream: number, status: number): void {
    const request = this.messages.findLast((message) => message.stream === stream && message.side === 'request');
    if (request !== undefined) request.streamId = 1;
    this.interim.set(`${stream}/1`, [status]);
  }

  private requestWas(stream: number, method: string): boolean {
    const last = this.messages.findLast((message) => message.stream === stream && message.side === 'request');
    return last?.start.startsWith(`${method} `) === true;
  }

  private webSocket(frames: PdmlNode, { stream, side }: PacketPlace): void {
    const message = this.messages.findLast((each) => each.stream === stream && each.side === side);
    for (const opcode of descendants(frames, 'websocket.opcode')) {
      if (message !== undefined && opcode.show !== '0') message.messages++;
    }
  }

  /** The message that the frame belongs to, if any. */
  private http2Frame(frame: PdmlNode, { stream, side, time }: PacketPlace): Draft | null {
    const type = Number(first(frame, 'http2.type')?.show ?? -1);
    if (!MESSAGE_FRAMES.has(type)) return null;
    const ofStream = Number(first(frame, 'http2.streamid')?.show ?? 0);
    const isPush = type === PUSH_PROMISE;
    const streamId = isPush ? Number(first(frame, 'http2.push_promise.promised_stream_id')?.show) : ofStream;
    if (streamId === 0) return null;
    const fields = [...descendants(frame, 'http2.header')].map(http2Field);
    const messageSide = isPush ? 'request' : side;
    let draft = this.http2Message(stream, streamId, messageSide);
    if (fields.length > 0)
      draft = this.http2Fields(draft, fields, { stream, side: messageSide, time }, streamId, type === CONTINUATION);
    if (draft === null) return null;
    if (type === DATA) this.http2Data(frame, draft);
    draft.time = time;
    return draft;
  }

  /**
   * The last frame of a body has the whole body again. Of a padded frame that ends the stream, tshark 4.0 takes the padding
   * for data, though it shows it as padding too (RFC 9113 section 6.1: it is none).
   */
  private http2Data(frame: PdmlNode, draft: Draft): void {
    const reassembled = first(frame, 'http2.body.reassembled.data');
    const shown = first(frame, 'http2.data.data');
    const padding = Number(first(frame, 'http2.pad_length')?.show ?? 0);
    const data = shown === undefined ? Buffer.alloc(0) : bytesOf(shown);
    const length = Number(first(frame, 'http2.length')?.show ?? 0);
    const own = padding === 0 ? data : data.subarray(0, length - 1 - padding);
    const body =
      reassembled === undefined ? Buffer.concat([this.http2Bodies.get(draft) ?? NOTHING, own]) : bytesOf(reassembled);
    this.http2Bodies.set(draft, body);
    draft.bodyLength = body.length;
    draft.bodyHash = hashOf(body);
  }

  private http2Message(stream: number, streamId: number, side: Side): Draft | null {
    const same = (each: Draft) => each.stream === stream && each.streamId === streamId && each.side === side;
    return this.messages.find(same) ?? null;
  }

  private http2Fields(
    known: Draft | null,
    fields: readonly Field[],
    { stream, side, time }: PacketPlace,
    streamId: number,
    isContinuation: boolean,
  ): Draft | null {
    const value = (name: string) => fields.find((field) => field.name === name)?.value ?? '';
    const lines = fields.map((field) => `${field.name}: ${field.value}`);
    const key = `${stream}/${streamId}`;
    const status = Number(value(':status'));
    if (status >= 100 && status < 200) {
      this.interim.set(key, [...(this.interim.get(key) ?? []), status]);
      return null;
    }
    if (known !== null && isContinuation && known.trailers.length === 0) {
      known.headers = [...known.headers, ...lines];
      return known;
    }
    if (known !== null) {
      known.trailers = [...known.trailers, ...lines];
      return known;
    }
    const draft: Draft = {
      stream,
      streamId,
      side,
      start: side === 'request' ? `${value(':method')} ${value(':path')}` : String(status),
      host: value(':authority') || value('host'),
      headers: lines,
      trailers: [],
      interim: side === 'answer' ? (this.interim.get(key) ?? []) : [],
      bodyLength: 0,
      bodyHash: hashOf(Buffer.alloc(0)),
      messages: 0,
      time,
      requestTime: 0n,
    };
    this.messages.push(draft);
    return draft;
  }
}

interface Field {
  readonly name: string;
  readonly value: string;
}

function http2Field(header: PdmlNode): Field {
  const text = (name: string) => {
    const node = first(header, name);
    return node === undefined || node.show === '<unknown>' ? UNKNOWN : octetText(bytesOf(node));
  };
  const name = text('http2.header.name');
  const value = text('http2.header.value');
  return { name, value: name === UNKNOWN && value === '' ? UNKNOWN : value };
}

/** A field line of HTTP/1 as RFC 9112 section 5 reads it: no white space around the value, a fold is one space. */
function fieldLine(bytes: Buffer): string {
  const [name = '', ...rest] = octetText(bytes).split(':');
  return `${name.trimEnd()}: ${rest
    .join(':')
    .replaceAll(/\r?\n[ \t]+/g, ' ')
    .trim()}`;
}

function microseconds(seconds: string): bigint {
  const [whole = '0', fraction = ''] = seconds.split('.');
  return BigInt(whole) * 1_000_000n + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
}
