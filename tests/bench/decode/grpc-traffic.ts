import { FrameType } from '../../../app/decode/http2/frame.ts';
import { BlockEncoder, END_HEADERS, END_STREAM, type Field, frame, sendPrefaces } from './http2-frames.ts';
import { PacketFile } from './packet-file.ts';

const CONNECTIONS = 100;

/** Unary gRPC calls, each a stream of one of the connections; fields that repeat are in the dynamic table, as peers do it. */
export function writeGrpcTraffic(path: string, transactions: number, port: number): void {
  using file = new PacketFile(path, CONNECTIONS, port);
  const encoders = Array.from({ length: CONNECTIONS }, () => [new BlockEncoder(), new BlockEncoder()] as const);
  sendPrefaces(file);
  for (let number = 0; number < transactions; number++) {
    const connection = number % CONNECTIONS;
    const stream = 1 + 2 * Math.floor(number / CONNECTIONS);
    const [requests, answers] = encoders[connection]!;
    const fields = requests.block(requestFields(number), [['x-request-id', requestId(number)]]);
    file.send(
      connection,
      0,
      Buffer.concat([
        frame(FrameType.HEADERS, END_HEADERS, stream, fields),
        frame(FrameType.DATA, END_STREAM, stream, message(100 + (number % 300))),
      ]),
    );
    const status: readonly Field[] = [
      ['grpc-status', number % 50 === 0 ? '5' : '0'],
      ['grpc-message', ''],
    ];
    const serviceTime: Field = ['x-envoy-upstream-service-time', String(number % 40)];
    file.send(
      connection,
      1,
      Buffer.concat([
        frame(FrameType.HEADERS, END_HEADERS, stream, answers.block(ANSWER, [serviceTime])),
        frame(FrameType.DATA, 0, stream, message(200 + ((number * 37) % 1500))),
        frame(FrameType.HEADERS, END_HEADERS | END_STREAM, stream, answers.block(status, [])),
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
