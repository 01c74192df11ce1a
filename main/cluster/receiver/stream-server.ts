import { createServer, type TLSSocket } from 'node:tls';
import { createDocumentSplitter } from '../../../app/capture/document-splitter.ts';
import { encodeMessage } from '../../../app/capture/stream-encode.ts';
import { type AggregatorHello, type Sequenced, STREAM_VERSION } from '../../../app/capture/stream-messages.ts';
import { type Skimmed, skimFromAggregator } from '../../../app/capture/stream-skim.ts';
import { errorText, type Log } from '../../log.ts';
import type { IdentitySource } from '../../tls/certificate-files.ts';
import { checkIdentity } from '../../tls/peer-names.ts';
import type { SocketAddress } from '../address.ts';
import { listen, stopListening } from '../listen.ts';

export interface StreamServerOptions {
  readonly address: SocketAddress;
  readonly identity: IdentitySource;
  /** SPIFFE identity that aggregators must have; '' for any that the authority signs. */
  readonly aggregator: string;
  readonly take: TakeDocument;
  readonly log: Log;
}

export interface StreamServer {
  readonly address: SocketAddress;
  readonly counts: StreamCounts;
  close(): Promise<void>;
}

export interface StreamCounts {
  connected: number;
  documents: number;
  duplicates: number;
  malformed: number;
  /** Connections whose client had no certificate, a wrong one, or is no aggregator. */
  refused: number;
}

/** Takes a document that was not seen before; `raw` is it as it came. Both are valid during the call. When this returns it is in the ring, and acknowledged. */
export type TakeDocument = (message: Sequenced, skimmed: Skimmed, raw: Uint8Array) => void;

const LOG_EVERY = 10_000;
/** Runs of aggregators whose last number is remembered. */
const MAXIMUM_AGGREGATORS = 10_000;
const HELLO_TIMEOUT = 10_000;
/** Connections at once: one of each node, of which Kubernetes knows 5,000 at most. */
const MAXIMUM_CONNECTIONS = 5_000;
/** Whoever can reach the port may begin a handshake; nobody is waited for longer. Milliseconds. */
const HANDSHAKE_TIMEOUT = 10_000;

/** Takes the streams of aggregators, as docs/analysis-stream.md says: TLS with a client certificate of the same authority. */
export async function createStreamServer(options: StreamServerOptions): Promise<StreamServer> {
  const { address, identity, take, log } = options;
  const counts: StreamCounts = { connected: 0, documents: 0, duplicates: 0, malformed: 0, refused: 0 };
  const last = new Map<string, bigint>();
  const sockets = new Set<TLSSocket>();
  let lastLogged = 0;
  const refused = (reason: string) => {
    counts.refused++;
    if (Date.now() - lastLogged < LOG_EVERY) return;
    lastLogged = Date.now();
    log.warning('an aggregator was refused', { reason, refused: counts.refused });
  };
  const server = createServer(
    {
      ...identity.current(),
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      handshakeTimeout: HANDSHAKE_TIMEOUT,
    },
    (socket) => {
      const mismatch = checkIdentity(options.aggregator, socket.getPeerCertificate());
      if (mismatch !== '') {
        refused(mismatch);
        socket.destroy();
        return;
      }
      sockets.add(socket);
      counts.connected++;
      socket.on('close', () => {
        sockets.delete(socket);
        counts.connected--;
      });
      serveStream(socket, last, take, counts, log);
    },
  );
  server.on('tlsClientError', (error) => refused(`at the TLS handshake: ${errorText(error)}`));
  const stop = identity.watch((changed) => {
    server.setSecureContext(changed);
    log.info('the certificates were rotated');
  });
  server.maxConnections = MAXIMUM_CONNECTIONS;
  const bound = await listen(server, address);
  return {
    address: bound,
    counts,
    async close() {
      stop();
      const closed = stopListening(server);
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function serveStream(
  socket: TLSSocket,
  last: Map<string, bigint>,
  take: TakeDocument,
  counts: StreamCounts,
  log: Log,
): void {
  let hello: AggregatorHello | null = null;
  let received = 0n;
  let acknowledged = 0n;
  const splitter = createDocumentSplitter((bytes) => {
    const skimmed = skimFromAggregator(bytes);
    const { message } = skimmed;
    if (hello) {
      if (message.type === 'hello') throw new Error('a second hello');
      document(hello.aggregator, message, skimmed, bytes);
    } else {
      hello = expectHello(message);
      socket.setTimeout(0);
      log.info('an aggregator is connected', { aggregator: hello.aggregator, node: hello.node });
    }
  });

  function document(aggregator: string, message: Sequenced, skimmed: Skimmed, bytes: Uint8Array): void {
    const { sequence } = message;
    if (sequence > (last.get(aggregator) ?? 0n)) {
      take(message, skimmed, bytes);
      counts.documents++;
      remember(last, aggregator, sequence);
    } else {
      counts.duplicates++;
    }
    if (sequence > received) received = sequence;
  }

  socket.setNoDelay(true);
  socket.setTimeout(HELLO_TIMEOUT, () => socket.destroy());
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    let problem = '';
    try {
      splitter.push(chunk);
    } catch (error) {
      problem = errorText(error);
    }
    // One acknowledgement for all that one read brought.
    if (received > acknowledged) {
      acknowledged = received;
      socket.write(encodeMessage({ type: 'ack', sequence: received }));
    }
    if (problem === '') return;
    counts.malformed++;
    log.warning('a stream cannot be read', { aggregator: hello?.aggregator ?? '', reason: problem });
    socket.destroy();
  });
}

function expectHello(message: AggregatorHello | Sequenced): AggregatorHello {
  if (message.type !== 'hello') throw new Error('the stream does not begin with a hello');
  if (message.version !== STREAM_VERSION) {
    throw new Error(`version ${message.version} of the stream is not spoken here, only ${STREAM_VERSION}`);
  }
  return message;
}

function remember(last: Map<string, bigint>, aggregator: string, sequence: bigint): void {
  last.set(aggregator, sequence);
  if (last.size <= MAXIMUM_AGGREGATORS) return;
  for (const name of last.keys()) {
    last.delete(name);
    return;
  }
}
