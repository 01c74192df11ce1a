import { once } from 'node:events';
import { createServer, type Http2Server } from 'node:http2';
import type { Random } from '../random.ts';
import { products } from './catalog.ts';

/** Recommendations: a JSON service that speaks HTTP/2 without TLS. */
export async function startRecommend(socket: string, random: Random): Promise<Http2Server> {
  const server = createServer();
  server.on('stream', (stream, headers) => {
    stream.on('error', () => stream.destroy());
    stream.resume();
    const url = new URL(headers[':path'] ?? '/', 'http://recommend');
    if (url.pathname !== '/v2/recommendations') {
      stream.respond({ ':status': 404, 'content-type': 'application/problem+json' });
      stream.end(JSON.stringify({ title: 'Not Found', status: 404, instance: url.pathname }));
      return;
    }
    if (random.chance(0.04)) {
      stream.respond({ ':status': 503, 'content-type': 'text/plain', 'retry-after': '1' });
      stream.end('model is being reloaded\n');
      return;
    }
    const picked = Array.from({ length: 4 }, () => random.pick(products));
    setTimeout(
      () => {
        if (stream.destroyed) return;
        stream.respond({ ':status': 200, 'content-type': 'application/json', 'cache-control': 'private, max-age=30' });
        stream.end(
          JSON.stringify({
            user: url.searchParams.get('user'),
            recommendations: picked.map(({ id, name }) => ({ id, name, score: random.next() })),
          }),
        );
      },
      random.between(3, 40),
    );
  });
  server.listen(socket);
  await once(server, 'listening');
  return server;
}
