import { createServer, type TLSSocket } from 'node:tls';
import { createDocumentSplitter } from '../../../app/capture/document-splitter.ts';
import { encodeMessage } from '../../../app/capture/stream-encode.ts';
import { type AggregatorHello, type Sequenced, STREAM_VERSION } from '../../../app/capture/stream-messages.ts';
import { type Skimmed, skimFromAggregator } from '../../../app/capture/stream-skim.ts';
import { errorText, type Log } from '../../log.ts';
import type { IdentitySource } from '../../tls/certificate-files.ts';
import { checkIdentity } from '../../tls/peer-names.ts';
import type { SocketAddress } from '../address.ts';
import { type Listening, listen } from '../listen.ts';
import { followRotation, mutualTls, Refusals } from '../mutual-tls.ts';

export interface StreamServerOptions {
  readonly address: SocketAddress;
  readonly identity: IdentitySource;
  /** SPIFFE identity that aggregators must have; '' for any that the authority signs. */
  readonly aggregator: string;
  readonly take: TakeDocument;
  readonly log: Log;
}

export interface StreamServer extends Listening {
  readonly counts: StreamCounts;
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

/** Runs of aggregators whose last number is remembered. */
const MAXIMUM_AGGREGATORS = 10_000;
const HELLO_TIMEOUT = 10_000;
/** Connections at once: one of each node, of which Kubernetes knows 5,000 at most. */
const MAXIMUM_CONNECTIONS = 5_000;

/** Takes the streams of aggregators, as docs/analysis-stream.md says: TLS with a client certificate of the same authority. */
export async function createStreamServer(options: StreamServerOptions): Promise<StreamServer> {
  const { address, identity, take, log } = options;
  const counts: StreamCounts = { connected: 0, documents: 0, duplicates: 0, malformed: 0, refused: 0 };
  const last = new Map<string, bigint>();
  const refusals = new Refusals('an aggregator was refused', counts, log);
  const server = createServer(mutualTls(identity), (socket) => {
    const mismatch = checkIdentity(options.aggregator, socket.getPeerCertificate());
    if (mismatch !== '') {
      refusals.add(mismatch);
      socket.destroy();
      return;
    }
    counts.connected++;
    socket.on('close', () => {
      counts.connected--;
    });
    serveStream(socket, last, take, counts, log);
  });
  refusals.watch(server);
  const stop = followRotation(server, identity, log);
  server.maxConnections = MAXIMUM_CONNECTIONS;
  const listening = await listen(server, address);
  return {
    address: listening.address,
    counts,
    close() {
      stop();
      return listening.close();
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
