import { FrameType } from '../../../app/decode/http2/frame.ts';
import { requestId } from './grpc-call.ts';
import { BlockEncoder, END_HEADERS, END_STREAM, type Field, frame, sendPrefaces } from './http2-frames.ts';
import { PacketFile } from './packet-file.ts';

const encoder = new TextEncoder();
const CONNECTIONS = 100;

/** Calls of a JSON service over HTTP/2: the same as those of http1-traffic.ts, with paths that are sent as literals. */
export function writeHttp2Traffic(path: string, transactions: number, port: number): void {
  using file = new PacketFile(path, CONNECTIONS, port);
  const encoders = Array.from({ length: CONNECTIONS }, () => [new BlockEncoder(), new BlockEncoder()] as const);
  sendPrefaces(file);
  for (let number = 0; number < transactions; number++) {
    const connection = number % CONNECTIONS;
    const stream = 1 + 2 * Math.floor(number / CONNECTIONS);
    const [requests, answers] = encoders[connection]!;
    const isPost = number % 3 === 0;
    const single: Field[] = [
      [':path', `/api/v1/carts/${number}/items?limit=20`],
      ['x-request-id', requestId(number)],
    ];
    const head = requests.block(isPost ? POST : GET, single);
    const body = encoder.encode(JSON.stringify({ cart: number, note: 'n'.repeat(number % 200) }));
    file.send(
      connection,
      0,
      isPost
        ? Buffer.concat([
            frame(FrameType.HEADERS, END_HEADERS, stream, head),
            frame(FrameType.DATA, END_STREAM, stream, body),
          ])
        : frame(FrameType.HEADERS, END_HEADERS | END_STREAM, stream, head),
    );
    const answer = encoder.encode(JSON.stringify({ number, items: 'i'.repeat(200 + ((number * 37) % 1500)) }));
    const fields = answers.block(number % 50 === 0 ? MISSING : FOUND, [['content-length', String(answer.length)]]);
    file.send(
      connection,
      1,
      Buffer.concat([
        frame(FrameType.HEADERS, END_HEADERS, stream, fields),
        frame(FrameType.DATA, END_STREAM, stream, answer),
      ]),
    );
  }
}

const COMMON: readonly Field[] = [
  [':scheme', 'http'],
  [':authority', 'cart.shop.svc.cluster.local:8080'],
  ['user-agent', 'Apache-HttpClient/5.2.1 (Java/17.0.9)'],
  ['accept', 'application/json'],
];
const GET: readonly Field[] = [[':method', 'GET'], ...COMMON];
const POST: readonly Field[] = [[':method', 'POST'], ...COMMON, ['content-type', 'application/json']];
const ANSWER: readonly Field[] = [
  ['content-type', 'application/json; charset=utf-8'],
  ['server', 'istio-envoy'],
];
const FOUND: readonly Field[] = [[':status', '200'], ...ANSWER];
const MISSING: readonly Field[] = [[':status', '404'], ...ANSWER];
