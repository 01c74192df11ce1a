import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { contentSecurityPolicy } from '../../../app/api/content-security-policy.ts';
import type { Handlers } from '../../../app/api/contract.ts';
import { readViewFile } from '../../view-files.ts';
import type { EventHub } from '../api/event-hub.ts';
import { Access, type Refusal } from './access.ts';
import type { Transfers } from './transfers.ts';
import { serveSocket } from './web-socket.ts';

const commonHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** Largest frame that a view may send. Bytes. */
const maximumFrame = 1 << 18;

export interface ServeOptions {
  readonly handlers: Handlers;
  readonly events: EventHub;
  /** The built view. */
  readonly folder: string;
  readonly transfers: Transfers;
  /** 0 for one that is free. */
  readonly port: number;
}

export interface Serving {
  /** The address to open, with the token. A secret. */
  readonly startAddress: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the view and the contract on 127.0.0.1, only to those who have the token. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.address() as AddressInfo;
  const access = new Access(port);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maximumFrame, perMessageDeflate: false });

  server.on('request', (request, response) => {
    for (const [name, value] of Object.entries(commonHeaders)) response.setHeader(name, value);
    answer(request, response, access, options).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else plain(response, 500, error instanceof Error ? error.message : 'The request failed.');
    });
  });
  server.on('upgrade', (request, socket, head) => {
    const refusal =
      access.refusePlace(request, true) ??
      access.refuseStranger(request) ??
      (request.url === '/api' ? null : { status: 403 as const, text: 'There is no such socket.' });
    if (refusal !== null) refuseUpgrade(socket, refusal);
    else
      sockets.handleUpgrade(request, socket, head, (client) => serveSocket(client, options.handlers, options.events));
  });

  return {
    startAddress: access.startAddress,
    port,
    async close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  access: Access,
  { folder, transfers }: ServeOptions,
): Promise<void> {
  const isUpload = request.method === 'POST';
  const place = access.refusePlace(request, isUpload);
  if (place !== null) return plain(response, place.status, place.text);
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (request.method === 'GET' && url.pathname === '/' && access.hasToken(url.searchParams.get('token') ?? '')) {
    // Not a redirect: a browser that came from another site would not send a SameSite=Strict cookie along it.
    response.setHeader('set-cookie', access.cookie);
    response.setHeader('refresh', '0; url=/');
    // As a page: what a browser makes of a plain text has a style of its own, which the policy forbids.
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', connection: 'close' });
    response.end('<!doctype html><title>Packet Inspector</title><p>Opening Packet Inspector …\n');
    return;
  }
  const stranger = access.refuseStranger(request);
  if (stranger !== null) return plain(response, stranger.status, stranger.text);

  if (isUpload && url.pathname === '/upload') {
    const path = await transfers.upload(request, url.searchParams.get('name') ?? '');
    if (path === null) return plain(response, 413, 'The file is too large.');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ path }));
    return;
  }
  if (request.method !== 'GET') return plain(response, 405, 'Only GET is allowed.');
  if (url.pathname.startsWith('/download/')) {
    const sent = await transfers.download(url.pathname.slice('/download/'.length), response);
    if (!sent)
      plain(response, 404, 'There is no such download: each can be fetched once, and the oldest are withdrawn.');
    return;
  }
  // Asked for by every browser for the opening page; the view names its own icon.
  if (url.pathname === '/favicon.ico') return void response.writeHead(204).end();
  const file = await readViewFile(folder, url.pathname);
  if (file === null) return plain(response, 404, 'Not found.');
  response.writeHead(200, { 'content-type': file.mediaType, 'content-length': file.bytes.length }).end(file.bytes);
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(`${text}\n`);
}

function refuseUpgrade(socket: Duplex, { status, text }: Refusal): void {
  const reason = status === 401 ? 'Unauthorized' : 'Forbidden';
  const body = `${text}\n`;
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\ncontent-type: text/plain; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
