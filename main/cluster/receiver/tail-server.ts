import { createServer, type Socket } from 'node:net';
import { createDocumentSplitter } from '../../../app/capture/document-splitter.ts';
import { encodeMessage } from '../../../app/capture/stream-encode.ts';
import { STREAM_VERSION, type TailRequest } from '../../../app/capture/stream-messages.ts';
import { parseTailRequest } from '../../../app/capture/stream-parse.ts';
import { errorText, type Log } from '../../log.ts';
import { formatSocketAddress, isLocal, type SocketAddress } from '../address.ts';
import { type Listening, listen } from '../listen.ts';
import type { Ring } from './ring.ts';

export interface TailServer extends Listening {
  readonly counts: TailCounts;
}

export interface TailCounts {
  tails: number;
  /** Documents that fell out of the ring before a tail could have them. */
  missed: number;
  refused: number;
}

const WRITE_SIZE = 256 * 1024;
/** A request is a few dozen bytes. */
const MAXIMUM_REQUEST = 4096;
const REQUEST_TIMEOUT = 10_000;
/** Each is somebody's application. */
const MAXIMUM_TAILS = 64;
/** So often a tail hears that we are there: a port-forward may stay open though its other end is gone. */
const ALIVE_EVERY = 1_000;

/**
 * Serves the ring to live tails. It has no authentication of its own, so it listens where only the pod itself can reach
 * it: the gate is Kubernetes' permission on `pods/portforward`.
 */
export async function createTailServer(address: SocketAddress, ring: Ring, log: Log): Promise<TailServer> {
  if (!isLocal(address)) {
    throw new Error(
      `${formatSocketAddress(address)} can be reached by other machines: the live tail is for loopback addresses and unix sockets`,
    );
  }
  const counts: TailCounts = { tails: 0, missed: 0, refused: 0 };
  const server = createServer((socket) => serveTail(socket, ring, counts, log));
  server.maxConnections = MAXIMUM_TAILS;
  return { ...(await listen(server, address)), counts };
}

function serveTail(socket: Socket, ring: Ring, counts: TailCounts, log: Log): void {
  let asked = false;
  const splitter = createDocumentSplitter((bytes) => {
    if (asked) throw new Error('a tail asks once');
    asked = true;
    const request = parseTailRequest(bytes);
    if (request.version !== STREAM_VERSION)
      throw new Error(`version ${request.version} is not spoken here, only ${STREAM_VERSION}`);
    socket.setTimeout(0);
    counts.tails++;
    const stop = startTail(socket, ring, request, counts);
    socket.on('close', () => {
      counts.tails--;
      stop();
    });
  }, MAXIMUM_REQUEST);
  socket.setTimeout(REQUEST_TIMEOUT, () => socket.destroy());
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    try {
      splitter.push(chunk);
    } catch (error) {
      counts.refused++;
      log.warning('a live tail was refused', { reason: errorText(error) });
      socket.destroy();
    }
  });
}

/** Sends what the tail has not seen, then each new document. Waits while the socket is full, and reads from the ring only what it takes. */
function startTail(socket: Socket, ring: Ring, request: TailRequest, counts: TailCounts): () => void {
  let next = startOf(ring, request);
  let blocked = false;
  let scheduled = false;
  greet();

  function greet(): void {
    socket.write(
      encodeMessage({ type: 'hello', version: STREAM_VERSION, ring: ring.id, first: ring.first, next: ring.next }),
    );
  }

  function pump(): void {
    while (!blocked && !socket.destroyed && next < ring.next) {
      const chunks: Uint8Array[] = [];
      if (next < ring.first) chunks.push(...gap());
      const documents = ring.read(next, WRITE_SIZE);
      next += BigInt(documents.length);
      blocked = !socket.write(Buffer.concat([...chunks, ...documents]));
    }
  }

  /** What is left of the documents that fell out, and that the others did. */
  function gap(): readonly Uint8Array[] {
    const from = next;
    next = ring.first;
    const remnants = ring.remnants(from);
    const count = Number(next - from) - remnants.length;
    counts.missed += count;
    return [...remnants, encodeMessage({ type: 'gap', from, to: next - 1n, count })];
  }

  function schedule(): void {
    if (scheduled || blocked) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      pump();
    });
  }

  socket.on('drain', () => {
    blocked = false;
    pump();
  });
  const alive = setInterval(() => {
    if (!blocked) greet();
  }, ALIVE_EVERY);
  const stop = ring.listen(schedule);
  pump();
  return () => {
    clearInterval(alive);
    stop();
  };
}

/** Where the tail goes on. A number that this ring has not given yet is another ring's, whatever the request says. */
function startOf(ring: Ring, { ring: id, after }: TailRequest): bigint {
  if (after === null) return ring.next;
  return id === ring.id && after >= 0n && after < ring.next ? after + 1n : ring.first;
}
