import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { WebSocketServer } from 'ws';
import { contentSecurityPolicy } from '../../../app/api/content-security-policy.ts';
import type { ClientFrame, Handlers } from '../../../app/api/contract.ts';
import type { ClusterCard } from '../../../app/api/types.ts';
import { apiError } from '../../../main/engine/api/request-error.ts';
import { createMadeUpEngine, type MadeUpEngine } from './engine.ts';

export interface MadeUpServer {
  readonly url: string;
  readonly engine: MadeUpEngine;
  /** Cuts the connections of all views, as an engine that ends does. */
  cut(): void;
  close(): Promise<void>;
}

const folder = new URL('../../../build/renderer/', import.meta.url).pathname;
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
};

/** The view's own policy, without the exception for what Chromium writes itself: the view has no inline style. */
const policy = contentSecurityPolicy
  .split('; ')
  .filter((directive) => !directive.startsWith('style-src-attr'))
  .join('; ');

/** Serves the built view on loopback with a made-up engine behind it. */
export async function startMadeUpServer(
  flows: number,
  port = 0,
  cards: readonly ClusterCard[] = [],
): Promise<MadeUpServer> {
  const engine = createMadeUpEngine(flows, cards);
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
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    const forget = engine.listen((event, data) => socket.send(JSON.stringify({ event, data })));
    socket.on('close', forget);
    socket.on('message', (text) => {
      const frame = JSON.parse(String(text)) as ClientFrame;
      void answer(engine.handlers, frame).then((reply) => socket.send(JSON.stringify({ id: frame.id, ...reply })));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  function cut(): void {
    for (const socket of sockets.clients) socket.terminate();
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    engine,
    cut,
    async close() {
      cut();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(handlers: Handlers, { name, params }: ClientFrame): Promise<object> {
  const handler = handlers[name] as (params: unknown) => unknown;
  try {
    return { result: await handler(params) };
  } catch (error) {
    return { error: apiError(error) };
  }
}
