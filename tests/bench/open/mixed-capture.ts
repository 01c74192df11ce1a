import { closeSync, openSync, writeSync } from 'node:fs';
import { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import { FrameType, PREFACE } from '../../../app/decode/http2/frame.ts';
import { LINKTYPE_RAW } from '../../../app/formats/pcap/pcap-format.ts';
import { pcapFileHeader } from '../../../app/formats/pcap/pcap-writer.ts';
import { encodeFields } from '../../../app/synth/hpack-encode.ts';
import { TcpConversation } from '../../../app/synth/tcp-conversation.ts';
import { creditControl } from '../decode/credit-control.ts';
import { grpcMessage, grpcRequestFields, requestId } from '../decode/grpc-call.ts';

/** Connections that are open side by side, of each protocol. */
const CONNECTIONS = 60;
/** Exchanges on one HTTP connection before the next takes its place. */
const CONNECTION_LIFE = 200;
/** Payload of a full packet on Ethernet. */
const SEGMENT = 1448;
const FLUSH_LENGTH = 1 << 20;
const END_HEADERS = 4;
const END_STREAM = 1;

const encoder = new TextEncoder();
const filling = 'abcdefghij'.repeat(800);

/** One request and its answer as the bytes of each side. */
type Call = readonly [request: Uint8Array, answer: Uint8Array];

interface Traffic {
  readonly port: number;
  /** Exchanges on one connection; Diameter peers keep theirs. */
  readonly life: number;
  /** What both sides send first on a connection. */
  readonly beginning: Call;
  call(number: number, onConnection: number): Call;
}

const nothing: Call = [new Uint8Array(0), new Uint8Array(0)];

const http1: Traffic = {
  port: 8080,
  life: CONNECTION_LIFE,
  beginning: nothing,
  call(number) {
    const fields = `host: cart.shop.svc.cluster.local:8080\r\nuser-agent: Apache-HttpClient/5.2.1 (Java/17.0.9)\r\naccept: application/json\r\nx-request-id: ${requestId(number)}\r\n`;
    const body = number % 3 === 0 ? JSON.stringify({ cart: number, note: filling.slice(0, number % 400) }) : '';
    const request =
      body === ''
        ? `GET /api/v1/carts/${number % 5000}/items?limit=20 HTTP/1.1\r\n${fields}\r\n`
        : `POST /api/v1/carts/${number % 5000}/items HTTP/1.1\r\n${fields}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const answer = JSON.stringify({ number, items: filling.slice(0, 200 + ((number * 37) % 3000)) });
    const status = number % 50 === 0 ? '404 Not Found' : '200 OK';
    return [
      encoder.encode(request),
      encoder.encode(
        `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\nserver: istio-envoy\r\nx-envoy-upstream-service-time: ${number % 40}\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`,
      ),
    ];
  },
};

const scratch = new ByteBuilder(1 << 14);

function frame(type: number, flags: number, stream: number, payload: Uint8Array): void {
  scratch.u32be((payload.length << 8) | type);
  scratch.u8(flags);
  scratch.u32be(stream);
  scratch.append(payload);
}

const block = new ByteBuilder(1 << 10);

function headers(flags: number, stream: number, fields: readonly (readonly [string, string])[]): void {
  block.length = 0;
  encodeFields(block, fields);
  frame(FrameType.HEADERS, END_HEADERS | flags, stream, block.built());
}

function built(write: () => void): Uint8Array {
  scratch.length = 0;
  write();
  return scratch.copy();
}

const settings = built(() => frame(FrameType.SETTINGS, 0, 0, new Uint8Array(0)));

const grpc: Traffic = {
  port: 9090,
  life: CONNECTION_LIFE,
  beginning: [Buffer.concat([PREFACE, settings]), settings],
  call(number, onConnection) {
    const stream = 1 + 2 * onConnection;
    const request = built(() => {
      headers(0, stream, [...grpcRequestFields(number), ['x-request-id', requestId(number)]]);
      frame(FrameType.DATA, END_STREAM, stream, grpcMessage(128 + (number % 300)));
    });
    const answer = built(() => {
      headers(0, stream, [
        [':status', '200'],
        ['content-type', 'application/grpc'],
        ['server', 'istio-envoy'],
      ]);
      frame(FrameType.DATA, 0, stream, grpcMessage(200 + ((number * 37) % 1500)));
      headers(END_STREAM, stream, [['grpc-status', number % 50 === 0 ? '5' : '0']]);
    });
    return [request, answer];
  },
};

const diameter: Traffic = {
  port: 3868,
  life: Number.POSITIVE_INFINITY,
  beginning: nothing,
  call: (number) => [creditControl(number, true), creditControl(number, false)],
};

/** One of several connections that take turns, replaced by a fresh one when its life is over. */
class Lane {
  readonly #out: ByteBuilder;
  readonly #traffic: Traffic;
  readonly #number: number;
  #connection: TcpConversation | null = null;
  #exchanges = 0;
  #connections = 0;

  constructor(out: ByteBuilder, traffic: Traffic, number: number) {
    this.#out = out;
    this.#traffic = traffic;
    this.#number = number;
  }

  exchange(number: number, tick: () => bigint): void {
    const { life, beginning } = this.#traffic;
    if (this.#connection !== null && this.#exchanges >= life) this.finish(tick);
    const connection = this.#connection ?? this.#begin(tick);
    const call = this.#traffic.call(number, this.#exchanges);
    for (const direction of [0, 1] as const) {
      const bytes = this.#exchanges > 0 ? call[direction] : Buffer.concat([beginning[direction], call[direction]]);
      for (let at = 0; at < bytes.length; at += SEGMENT) {
        connection.send(this.#out, direction, bytes.subarray(at, at + SEGMENT), tick());
      }
    }
    this.#exchanges++;
  }

  finish(tick: () => bigint): void {
    this.#connection?.finish(this.#out, 0, tick());
    this.#connection = null;
  }

  #begin(tick: () => bigint): TcpConversation {
    const client = { address: `10.0.${this.#number}.1`, port: 10_000 + (this.#connections++ % 50_000) };
    const server = { address: '10.1.0.1', port: this.#traffic.port };
    this.#connection = new TcpConversation(client, server, this.#connections * 7919);
    this.#connection.open(this.#out, tick());
    this.#exchanges = 0;
    return this.#connection;
  }
}

/**
 * Writes a pcap of HTTP/1.1, gRPC on HTTP/2 and Diameter, in equal numbers of calls on connections that take turns, as a
 * node's traffic looks, until it has `bytes`. Returns the number of calls.
 */
export function writeMixedCapture(path: string, bytes: number): number {
  const out = new ByteBuilder(FLUSH_LENGTH * 2);
  const lanes = [http1, grpc, diameter].map((traffic) =>
    Array.from({ length: CONNECTIONS }, (_, number) => new Lane(out, traffic, number)),
  );
  let time = 1_790_000_000_000_000_000n;
  const tick = () => {
    time += 20_000n;
    return time;
  };
  const file = openSync(path, 'w');
  out.append(pcapFileHeader(LINKTYPE_RAW));
  let calls = 0;
  for (let written = 0; written + out.length < bytes; calls++) {
    const number = Math.floor(calls / lanes.length);
    lanes[calls % lanes.length]![number % CONNECTIONS]!.exchange(number, tick);
    if (out.length < FLUSH_LENGTH) continue;
    written += writeSync(file, out.built());
    out.length = 0;
  }
  for (const lane of lanes.flat()) lane.finish(tick);
  writeSync(file, out.built());
  closeSync(file);
  return calls;
}
