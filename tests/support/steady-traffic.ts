import { Agent, request } from 'node:http';
import { type ClientHttp2Session, connect } from 'node:http2';
import { createConnection } from 'node:net';
import { creditControlRequest } from './envoy-peers.ts';

/** Where a proxy takes what comes in. */
export interface TrafficTarget {
  /** Begins the paths. */
  readonly name: string;
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly diameterPort: number;
}

/** What was sent over connections that are opened once and used until the end, and what went wrong with it. */
export interface TrafficTally {
  /** Calls answered as they should be, by kind: `http1`, `grpc`, `stream` (messages of long streams), `diameter`. */
  readonly answered: Readonly<Record<TrafficKind, number>>;
  /** Calls that were not, and streams that broke off. */
  readonly failed: readonly string[];
  /** Connections that were closed, or that somebody asked to close. */
  readonly closed: readonly string[];
}

export type TrafficKind = 'http1' | 'grpc' | 'stream' | 'diameter';

export interface SteadyTraffic {
  tally(): TrafficTally;
  /** Ends the long streams, then the connections. What goes wrong until then counts. */
  stop(): Promise<void>;
}

/** Between two messages of a connection or stream. Milliseconds. */
const pause = 50;
const answerTimeout = 10_000;

/**
 * HTTP/1.1 calls, gRPC calls, an HTTP/2 stream and a gRPC stream that stay open, and Diameter, over a connection each. Paths
 * are `/kind/name/number`.
 */
export function startTraffic({ name, host, httpPort, grpcPort, diameterPort }: TrafficTarget): SteadyTraffic {
  const answered = { http1: 0, grpc: 0, stream: 0, diameter: 0 };
  const failed: string[] = [];
  const closed: string[] = [];
  let running = true;
  let ending = false;
  const lose = (what: string) => {
    if (!ending) closed.push(`${what} of ${name}`);
  };

  /** Calls again and again until the end; the number of each call is its own. */
  async function repeat(kind: TrafficKind, call: (number: number) => Promise<unknown>): Promise<void> {
    for (let number = 0; running; number++) {
      try {
        await within(call(number));
        answered[kind]++;
      } catch (error) {
        failed.push(`${kind} ${number} of ${name}: ${(error as Error).message}`);
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const session = connect(`http://${host}:${grpcPort}`);
  session.on('goaway', () => lose('HTTP/2 connection (GOAWAY)'));
  session.on('close', () => lose('HTTP/2 connection'));
  session.on('error', () => {});
  const peer = connectDiameter(host, diameterPort, () => lose('Diameter connection'));

  const all = [
    repeat('http1', (number) => callHttp1(agent, host, httpPort, `/http1/${name}/${number}`, lose)),
    repeat('grpc', (number) => callGrpc(session, `/grpc/${name}/${number}`)),
    ...['text/plain', 'application/grpc'].map(async (type) => {
      const stream = openStream(session, `/stream/${name}/${type}`, type);
      await repeat('stream', (number) => stream.echo(number));
      await within(stream.end()).catch((error: Error) => failed.push(`stream of ${name}: ${error.message}`));
    }),
    repeat('diameter', (number) => peer.call(number)),
  ];
  return {
    tally: () => ({ answered: { ...answered }, failed: [...failed], closed: [...closed] }),
    async stop() {
      running = false;
      await Promise.all(all);
      ending = true;
      agent.destroy();
      session.close();
      peer.end();
    },
  };
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${answerTimeout / 1000} s`)), answerTimeout);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const watched = new WeakSet<object>();

function callHttp1(
  agent: Agent,
  host: string,
  port: number,
  path: string,
  lose: (what: string) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request({ agent, host, port, path, method: 'POST' }, (response) => {
      if (response.headers.connection === 'close') lose('HTTP/1.1 connection (Connection: close)');
      response.resume();
      response.on('error', reject);
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`))));
    });
    call.on('socket', (socket) => {
      if (watched.has(socket)) return;
      watched.add(socket);
      socket.once('close', () => lose('HTTP/1.1 connection'));
    });
    call.on('error', reject);
    call.end('hello');
  });
}

/** gRPC's framing: not compressed, length, then the message. */
function frame(text: string): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(text.length, 1);
  return Buffer.concat([head, Buffer.from(text)]);
}

function callGrpc(session: ClientHttp2Session, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc' });
    let status: unknown;
    stream.on('trailers', (trailers) => {
      status = trailers['grpc-status'];
    });
    stream.on('error', reject);
    stream.on('end', () => (status === '0' ? resolve() : reject(new Error(`grpc-status ${String(status)}`))));
    stream.resume();
    stream.end(frame('hello'));
  });
}

/** A stream that stays open; what is sent on it comes back. */
function openStream(session: ClientHttp2Session, path: string, type: string) {
  const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': type });
  let held = '';
  let onData: () => void = () => {};
  let onBreak: (error: Error) => void = () => {};
  let broken: Error | null = null;
  let hasEnded = false;
  const lose = (error: Error) => {
    broken = error;
    onBreak(error);
  };
  stream.on('error', lose);
  stream.on('end', () => {
    hasEnded = true;
    onData();
  });
  stream.on('close', () => lose(new Error('the stream was closed')));
  stream.on('data', (chunk: Buffer) => {
    held += chunk.toString('latin1');
    onData();
  });
  const until = (isDone: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      onBreak = reject;
      onData = () => {
        if (isDone()) resolve();
      };
      onData();
      if (broken && !isDone()) reject(broken);
    });
  return {
    echo(number: number): Promise<void> {
      const sent = frame(`message ${number}`).toString('latin1');
      held = '';
      stream.write(Buffer.from(sent, 'latin1'));
      return until(() => held === sent);
    },
    end(): Promise<void> {
      stream.end();
      return until(() => hasEnded);
    },
  };
}

function connectDiameter(host: string, port: number, onClose: () => void) {
  const socket = createConnection({ host, port });
  const waiting = new Map<number, () => void>();
  let held = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('close', onClose);
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 20 && held.length >= held.readUIntBE(1, 3)) {
      waiting.get(held.readUInt32BE(12))?.();
      held = held.subarray(held.readUIntBE(1, 3));
    }
  });
  return {
    call: (number: number) =>
      new Promise<void>((resolve) => {
        waiting.set(number, resolve);
        socket.write(creditControlRequest(number));
      }),
    end: () => socket.end(),
  };
}
