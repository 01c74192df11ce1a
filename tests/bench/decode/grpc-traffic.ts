import { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import { FrameType, PREFACE } from '../../../app/decode/http2/frame.ts';
import { HUFFMAN_LENGTHS, huffmanCodes } from '../../../app/decode/http2/huffman-code.ts';
import { PacketFile } from './packet-file.ts';

const CONNECTIONS = 100;
const END_STREAM = 1;
const END_HEADERS = 4;
const FIRST_DYNAMIC = 62;
const codes = huffmanCodes();

type Field = readonly [name: string, value: string];

/** Unary gRPC calls, each a stream of one of the connections; fields that repeat are in the dynamic table, as peers do it. */
export function writeGrpcTraffic(path: string, transactions: number, port: number): void {
  using file = new PacketFile(path, CONNECTIONS, port);
  const encoders = Array.from({ length: CONNECTIONS }, () => [new BlockEncoder(), new BlockEncoder()] as const);
  for (let connection = 0; connection < CONNECTIONS; connection++) {
    file.send(connection, 0, Buffer.concat([PREFACE, frame(FrameType.SETTINGS, 0, 0, new Uint8Array(0))]));
    file.send(connection, 1, frame(FrameType.SETTINGS, 0, 0, new Uint8Array(0)));
  }
  for (let number = 0; number < transactions; number++) {
    const connection = number % CONNECTIONS;
    const stream = 1 + 2 * Math.floor(number / CONNECTIONS);
    const [requests, answers] = encoders[connection]!;
    file.send(
      connection,
      0,
      Buffer.concat([
        frame(
          FrameType.HEADERS,
          END_HEADERS,
          stream,
          requests.block(requestFields(number), [['x-request-id', requestId(number)]]),
        ),
        frame(FrameType.DATA, END_STREAM, stream, message(100 + (number % 300))),
      ]),
    );
    file.send(
      connection,
      1,
      Buffer.concat([
        frame(
          FrameType.HEADERS,
          END_HEADERS,
          stream,
          answers.block(ANSWER, [['x-envoy-upstream-service-time', String(number % 40)]]),
        ),
        frame(FrameType.DATA, 0, stream, message(200 + ((number * 37) % 1500))),
        frame(
          FrameType.HEADERS,
          END_HEADERS | END_STREAM,
          stream,
          answers.block(
            [
              ['grpc-status', number % 50 === 0 ? '5' : '0'],
              ['grpc-message', ''],
            ],
            [],
          ),
        ),
      ]),
    );
  }
}

const ANSWER: readonly Field[] = [
  [':status', '200'],
  ['content-type', 'application/grpc'],
  ['grpc-encoding', 'identity'],
  ['server', 'istio-envoy'],
];

function requestFields(number: number): readonly Field[] {
  return [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', `/shop.cart.v1.Cart/${['AddItem', 'GetItems', 'Empty'][number % 3]}`],
    [':authority', 'cart.shop.svc.cluster.local:9090'],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
    ['user-agent', 'grpc-java-netty/1.59.0'],
  ];
}

function requestId(number: number): string {
  return `7f0c2d1e-93ab-4f60-8c1d-${number.toString(16).padStart(12, '0')}`;
}

/** A gRPC message whose only field is a string. */
function message(length: number): Uint8Array {
  const bytes = new Uint8Array(5 + 3 + length).fill(0x61);
  bytes.set([0, 0, 0, (length + 3) >>> 8, (length + 3) & 0xff, 0x0a, (length & 0x7f) | 0x80, length >>> 7]);
  return bytes;
}

function frame(type: number, flags: number, stream: number, payload: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(9 + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  bytes.set(payload, 9);
  return bytes;
}

/** HPACK with Huffman strings. What is to repeat is put in the dynamic table; the traffic has less than the table holds. */
class BlockEncoder {
  private readonly table: string[] = [];
  private readonly out = new ByteBuilder(512);

  block(repeated: readonly Field[], single: readonly Field[]): Uint8Array {
    this.out.length = 0;
    for (const [name, value] of repeated) {
      const position = this.table.indexOf(`${name}: ${value}`);
      if (position >= 0) {
        this.out.u8(0x80 | (FIRST_DYNAMIC + this.table.length - 1 - position));
        continue;
      }
      this.literal(0x40, name, value);
      this.table.push(`${name}: ${value}`);
    }
    for (const [name, value] of single) this.literal(0, name, value);
    return this.out.copy();
  }

  private literal(kind: number, name: string, value: string): void {
    this.out.u8(kind);
    for (const text of [name, value]) {
      const octets = huffman(text);
      this.out.u8(0x80 | octets.length);
      this.out.append(octets);
    }
  }
}

/** RFC 7541 section 5.2. */
function huffman(text: string): Uint8Array {
  let bits = '';
  for (const character of text) {
    const octet = character.charCodeAt(0);
    bits += codes[octet]!.toString(2).padStart(HUFFMAN_LENGTHS[octet]!, '0');
  }
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  return Uint8Array.from({ length: bits.length / 8 }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2));
}
