import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { gzipSync } from 'node:zlib';
import type { ServiceError } from '@grpc/grpc-js';
import { answerJson, callHttp, readAll } from '../http-call.ts';
import { callUnary, shopClient, shopService } from '../shop-api.ts';
import { passTrace, traceMetadata } from '../trace.ts';

/** Local sockets of what the frontend calls, each its own sidecar's outbound listener. */
export interface FrontendPeers {
  readonly catalog: string;
  readonly cart: string;
  readonly checkout: string;
  readonly recommend: string;
}

/** A picture of 200 KB, more than the usual body limit: a bitmap of one colour ramp. */
function picture(): Buffer {
  const [width, height] = [256, 256];
  const bitmap = Buffer.alloc(54 + width * height * 3);
  bitmap.write('BM');
  bitmap.writeUInt32LE(bitmap.length, 2);
  bitmap.writeUInt32LE(54, 10);
  bitmap.writeUInt32LE(40, 14);
  bitmap.writeInt32LE(width, 18);
  bitmap.writeInt32LE(height, 22);
  bitmap.writeUInt16LE(1, 26);
  bitmap.writeUInt16LE(24, 28);
  for (let pixel = 0; pixel < width * height; pixel++) {
    bitmap[54 + pixel * 3] = pixel % width;
    bitmap[55 + pixel * 3] = pixel / width;
    bitmap[56 + pixel * 3] = 160;
  }
  return bitmap;
}

/** The shop's web server: HTTP/1.1 towards its users; gRPC, HTTP/2 and HTTP/1.1 towards the services behind it. */
export async function startFrontend(socket: string, peers: FrontendPeers): Promise<Server> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const catalog = shopClient(peers.catalog, 'catalog.shop:3550');
  const cart = shopClient(peers.cart, 'cart.shop:7070');
  let recommend: ClientHttp2Session | null = null;
  const watchPicture = picture();

  /** The session in use, or a new one when its peer has closed it. */
  function recommendSession(): ClientHttp2Session {
    if (recommend && !recommend.closed && !recommend.destroyed) return recommend;
    const session = connectHttp2('http://recommend.shop:8443', { path: peers.recommend });
    session.on('error', () => session.destroy());
    recommend = session;
    return session;
  }

  function recommendations(user: string, trace: Record<string, string>): Promise<unknown> {
    return new Promise((resolve) => {
      const stream = recommendSession().request({
        ':path': `/v2/recommendations?user=${user}`,
        accept: 'application/json',
        ...trace,
      });
      let text = '';
      stream.setEncoding('utf8');
      stream.on('data', (part: string) => {
        text += part;
      });
      stream.on('end', () => resolve(text.startsWith('{') ? JSON.parse(text) : []));
      stream.on('error', () => resolve([]));
      stream.end();
    });
  }

  async function addMany(user: string, items: readonly object[], trace: Record<string, string>): Promise<object> {
    const method = shopService('CartService').AddItems!;
    return new Promise((resolve, reject) => {
      const call = cart.makeClientStreamRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize as (bytes: Buffer) => object,
        traceMetadata(trace),
        { deadline: Date.now() + 5_000 },
        (error, answer) => (error ? reject(error) : resolve(answer!)),
      );
      for (const item of items) call.write({ user, ...item });
      call.end();
    });
  }

  async function serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://frontend');
    const trace = passTrace(request.headers);
    const metadata = traceMetadata(trace);
    const user = url.searchParams.get('user') ?? 'guest';
    if (url.pathname === '/healthz') {
      answer.writeHead(200, { 'content-type': 'text/plain' });
      answer.end('ok\n');
    } else if (url.pathname === '/products') {
      const found = await callUnary<{ products: object[] }>(
        catalog,
        'CatalogService',
        'ListProducts',
        { limit: Number(url.searchParams.get('limit')) },
        metadata,
      );
      const body = gzipSync(JSON.stringify(found));
      answer.writeHead(200, {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        vary: 'accept-encoding',
      });
      answer.end(body);
    } else if (url.pathname.startsWith('/products/')) {
      const [found, recommended] = await Promise.all([
        callUnary<object>(
          catalog,
          'CatalogService',
          'GetProduct',
          { id: url.pathname.slice('/products/'.length) },
          metadata,
        ),
        recommendations(user, trace),
      ]);
      answerJson(answer, 200, { product: found, recommended });
    } else if (url.pathname === '/cart' && request.method === 'GET') {
      answerJson(answer, 200, await callUnary<object>(cart, 'CartService', 'GetCart', { user }, metadata), {
        'set-cookie': `session=${user}-7f3a; HttpOnly`,
      });
    } else if (url.pathname === '/cart' && request.method === 'POST') {
      const items = JSON.parse((await readAll(request)).toString()) as object[];
      const result =
        items.length === 1
          ? await callUnary<object>(cart, 'CartService', 'AddItem', { user, ...items[0] }, metadata)
          : await addMany(user, items, trace);
      answerJson(answer, 201, result);
    } else if (url.pathname === '/api/checkout' && request.method === 'POST') {
      const body = await readAll(request);
      const headers = { host: 'checkout.shop:5050', 'content-type': 'application/json', ...trace };
      const result = await callHttp({
        socket: peers.checkout,
        agent,
        method: 'POST',
        path: '/v1/orders',
        headers,
        body,
      });
      answer.writeHead(result.status, { 'content-type': 'application/json' });
      answer.end(result.body);
    } else if (url.pathname === '/static/img/watch.bmp') {
      answer.writeHead(200, { 'content-type': 'image/bmp', 'content-length': watchPicture.length, etag: '"watch-1"' });
      answer.end(watchPicture);
    } else {
      answerJson(answer, 404, { error: 'not found', path: url.pathname });
    }
  }

  const server = createServer((request, answer) => {
    serve(request, answer).catch((error: ServiceError) => {
      // NOT_FOUND of the catalogue is the user's 404; everything else is ours.
      if (!answer.headersSent)
        answerJson(answer, error.code === 5 ? 404 : 500, { error: error.details ?? error.message });
      else answer.destroy();
    });
  });
  server.on('close', () => {
    agent.destroy();
    catalog.close();
    cart.close();
    recommend?.destroy();
  });
  server.listen(socket);
  await once(server, 'listening');
  return server;
}
