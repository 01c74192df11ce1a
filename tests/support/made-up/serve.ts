import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer } from 'ws';
import type { ClientFrame, Handlers, RequestName } from '../../../app/api/contract.ts';
import { createMadeUpEngine } from './engine.ts';

/**
 * Serves the built view on loopback with a made-up engine behind it, under the content security policy that the
 * programs use: `node tests/support/made-up/serve.ts [port] [flows] [flows per second]`.
 */
const [port = 8400, flows = 2_000, rate = 0] = process.argv.slice(2).map(Number);
const folder = new URL('../../../build/renderer/', import.meta.url).pathname;
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'";

const engine = createMadeUpEngine(flows);

const server = createServer((request, response) => {
  const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
  const file = join(folder, path === '/' ? 'index.html' : path);
  readFile(file).then(
    (content) => {
      const type = types[extname(file)] ?? 'application/octet-stream';
      response.writeHead(200, { 'content-type': type, 'content-security-policy': policy }).end(content);
    },
    () => response.writeHead(404).end(),
  );
});

new WebSocketServer({ server }).on('connection', (socket) => {
  const forget = engine.listen((event, data) => socket.send(JSON.stringify({ event, data })));
  socket.on('close', forget);
  socket.on('message', (text) => {
    const frame = JSON.parse(String(text)) as ClientFrame;
    void answer(engine.handlers, frame).then((result) => socket.send(JSON.stringify({ id: frame.id, result })));
  });
});

async function answer(handlers: Handlers, frame: ClientFrame): Promise<unknown> {
  const handler = handlers[frame.name] as (params: unknown) => unknown;
  return handler(frame.params as Parameters<Handlers[RequestName]>[0]);
}

if (rate > 0) setInterval(() => engine.append(Math.max(1, Math.round(rate / 30))), 33);
server.listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/ with ${flows} made-up flows`));
