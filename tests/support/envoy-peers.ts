import { createServer, type Server } from 'node:http';
import { connect as connectHttp2, createServer as createHttp2Server, type Http2Server } from 'node:http2';
import {
  type AddressInfo,
  createConnection,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net';

/** A server behind an Envoy, and how to end it. */
export interface Peer extends AsyncDisposable {
  readonly port: number;
}

export async function listen(server: Server | Http2Server | TcpServer, end: () => void): Promise<Peer> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      end();
      await closed;
    },
  };
}

/** Answers with the body that it got, and a trailer. `/open` is answered in two pieces, 2 s apart; `/never` not at all. */
export function startHttp1Peer(): Promise<Peer> {
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/never') return;
      response.writeHead(200, { trailer: 'x-checksum', 'transfer-encoding': 'chunked' });
      if (request.url === '/open') {
        response.write('first ');
        setTimeout(() => response.end('second'), 2000);
        return;
      }
      response.write(Buffer.concat(chunks).length > 1_000_000 ? 'large' : Buffer.concat(chunks));
      response.addTrailers({ 'x-checksum': String(Buffer.concat(chunks).length) });
      response.end();
    });
  });
  return listen(server, () => server.closeAllConnections());
}

/** The same over HTTP/2, as gRPC has it: status in the trailers. */
export function startHttp2Peer(): Promise<Peer> {
  const server = createHttp2Server();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', () => {});
    stream.on('end', () => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '5' }));
      stream.end(Buffer.concat(chunks));
    });
  });
  return listen(server, () => {
    for (const session of sessions) session.destroy();
  });
}

/** Sends back what comes on a stream as it comes, and `grpc-status: 0` at its end. */
export function startEchoPeer(): Promise<Peer> {
  const server = createHttp2Server();
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.on('stream', (stream, headers) => {
    stream.respond({ ':status': 200, 'content-type': headers['content-type'] }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.on('error', () => {});
    stream.pipe(stream);
  });
  return listen(server, () => {
    for (const session of sessions) session.destroy();
  });
}

/** Answers each Diameter message with itself, its R bit cleared. */
export function startDiameterPeer(): Promise<Peer> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    let held = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      held = Buffer.concat([held, chunk]);
      while (held.length >= 20 && held.length >= held.readUIntBE(1, 3)) {
        const answer = Buffer.from(held.subarray(0, held.readUIntBE(1, 3)));
        held = held.subarray(answer.length);
        answer[4] = answer[4]! & 0x7f;
        socket.write(answer);
      }
    });
  });
  return listen(server, () => {
    for (const socket of sockets) socket.destroy();
  });
}

/** A Credit-Control request with an Origin-Host and nothing else. RFC 6733 section 3, RFC 8506 section 3.1. */
export function creditControlRequest(hopByHop: number): Buffer {
  const message = Buffer.alloc(36);
  message.writeUInt32BE(0x01000000 + message.length, 0);
  message.writeUInt32BE(0xc0000000 + 272, 4);
  message.writeUInt32BE(4, 8);
  message.writeUInt32BE(hopByHop, 12);
  message.writeUInt32BE(hopByHop, 16);
  message.writeUInt32BE(264, 20);
  message.writeUInt32BE(0x40000000 + 16, 24);
  message.write('peer.org', 28);
  return message;
}

/** Sends a Credit-Control request on a connection of its own and waits for the answer. */
export async function callDiameter(host: string, port: number, hopByHop: number): Promise<void> {
  const socket = createConnection({ host, port });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', () => resolve());
    socket.once('close', () => reject(new Error('the connection was closed before there was an answer')));
    socket.write(creditControlRequest(hopByHop));
  });
  socket.destroy();
}

/** A call of gRPC with an empty message on a connection of its own, to its end. */
export async function callGrpc(host: string, port: number, path: string): Promise<void> {
  const session = connectHttp2(`http://${host}:${port}`);
  try {
    await new Promise<void>((resolve, reject) => {
      session.once('error', reject);
      const stream = session.request({
        ':method': 'POST',
        ':path': path,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      stream.once('error', reject);
      stream.once('end', () => resolve());
      stream.resume();
      stream.end(Buffer.alloc(5));
    });
  } finally {
    session.destroy();
  }
}
