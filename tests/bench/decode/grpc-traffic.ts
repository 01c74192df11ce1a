import { FrameType } from '../../../app/decode/http2/frame.ts';
import { grpcMessage, grpcRequestFields, requestId } from './grpc-call.ts';
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
    const fields = requests.block(grpcRequestFields(number), [['x-request-id', requestId(number)]]);
    file.send(
      connection,
      0,
      Buffer.concat([
        frame(FrameType.HEADERS, END_HEADERS, stream, fields),
        frame(FrameType.DATA, END_STREAM, stream, grpcMessage(100 + (number % 300))),
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
        frame(FrameType.DATA, 0, stream, grpcMessage(200 + ((number * 37) % 1500))),
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
