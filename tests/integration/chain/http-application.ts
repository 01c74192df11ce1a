import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { listen, type Peer } from '../../support/envoy-peers.ts';

const STATUSES = [200, 200, 200, 201, 301, 404, 409, 500, 503, 204] as const;
const SIZES = [0, 1, 300, 300, 300, 7000, 7000, 50_000] as const;
const TYPES = ['application/json', 'text/plain; charset=utf-8', 'application/octet-stream', 'image/png'] as const;

/** Bytes that depend on the number alone. */
function bytesOf(number: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = number + 1;
  for (let at = 0; at < size; at++) {
    state = (state * 48_271) % 0x7fffffff;
    bytes[at] = state & 0xff;
  }
  return bytes;
}

/**
 * Answers by the number at the end of the path: statuses of all kinds, bodies of several sizes and codings, header fields that are there
 * twice, trailers.
 */
function answer(request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const number = Number(/\d+/.exec(request.url ?? '')?.[0] ?? 0);
    const status = STATUSES[number % STATUSES.length]!;
    response.statusCode = status;
    response.setHeader('x-answer', `${number} of ${request.method}`);
    response.setHeader('x-twice', ['one', 'two']);
    response.setHeader('set-cookie', `session=${number}`);
    if (status === 301) response.setHeader('location', `/elsewhere/${number}`);
    if (status === 204 || request.method === 'HEAD') {
      response.end();
      return;
    }
    response.setHeader('content-type', TYPES[number % TYPES.length]!);
    const received = Buffer.concat(chunks);
    const body = number % 7 === 3 ? received : bytesOf(number, SIZES[number % SIZES.length]!);
    if (number % 3 === 0) {
      // Written in two pieces, the length is not told beforehand.
      response.setHeader('trailer', 'x-checksum');
      response.addTrailers({ 'x-checksum': String(body.length) });
      (response as ServerResponse).write(body.subarray(0, body.length >> 1));
      response.end(body.subarray(body.length >> 1));
      return;
    }
    // Over HTTP/2 curl 7.88 leaves when it has as many bytes as it was told, before the stream is ended.
    if (request.httpVersionMajor === 1) response.setHeader('content-length', body.length);
    response.end(body);
  });
}

export function startHttp1Application(): Promise<Peer> {
  const server = createServer({ keepAliveTimeout: 0 }, answer);
  return listen(server, () => server.closeAllConnections());
}

export function startHttp2Application(): Promise<Peer> {
  const server = createHttp2Server(answer);
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  return listen(server, () => {
    for (const session of sessions) session.destroy();
  });
}
