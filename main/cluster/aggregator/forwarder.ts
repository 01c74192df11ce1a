import { connect, type TLSSocket } from 'node:tls';
import type { StreamDocument } from '../../../app/capture/document.ts';
import { createDocumentSplitter } from '../../../app/capture/document-splitter.ts';
import { encodeDocument, encodeMessage } from '../../../app/capture/stream-encode.ts';
import { STREAM_VERSION } from '../../../app/capture/stream-messages.ts';
import { parseAcknowledgement } from '../../../app/capture/stream-parse.ts';
import { errorText, type Log } from '../../log.ts';
import type { IdentitySource } from '../../tls/certificate-files.ts';
import { checkService } from '../../tls/peer-names.ts';
import { formatSocketAddress, type SocketAddress } from '../address.ts';
import type { DocumentSink } from './core-output.ts';
import { ForwardQueue } from './forward-queue.ts';

export interface ForwarderOptions {
  readonly address: SocketAddress;
  /** Name that the receiver's certificate must bear as a DNS-name SAN: the address's host, unless that is a unix socket. */
  readonly serverName: string;
  /** SPIFFE identity that will do for a certificate without DNS names; '' when none will. */
  readonly serverIdentity: string;
  readonly identity: IdentitySource;
  /** Random identity of this run. */
  readonly instance: string;
  readonly node: string;
  /** Bytes of documents that may wait. */
  readonly queueLimit: number;
  readonly log: Log;
}

/** Share of the queue beyond which bodies are left out. */
const CROWDED = 0.75;
const WRITE_SIZE = 256 * 1024;
const FIRST_DELAY = 200;
/** Short enough that a service which is started beside this program is found as soon as it is there. */
const LONGEST_DELAY = 1_000;
const CONNECT_TIMEOUT = 10_000;
/** Documents are outstanding and no acknowledgement came for so long: the connection is taken for dead. */
const ACKNOWLEDGE_TIMEOUT = 30_000;

/** So long is an acknowledgement waited for before a batch is called taken. */
const SETTLE_TIMEOUT = 1_000;

/** Sends documents to the analysis service, over one TLS connection at a time, until they are acknowledged. */
export class Forwarder implements DocumentSink {
  readonly queue: ForwardQueue;
  connected = false;
  connections = 0;
  /** What was last wrong, for /healthz; '' while connected. */
  problem = 'not connected yet';
  private readonly options: ForwarderOptions;
  private socket: TLSSocket | null = null;
  private delay = FIRST_DELAY;
  private timer: NodeJS.Timeout | null = null;
  private pumping = false;
  private blocked = false;
  private stopped = false;
  private lastProgress = 0;
  /** Who waits for documents to be acknowledged, in order of their numbers. */
  private settling: { readonly sequence: bigint; readonly resolve: () => void }[] = [];

  constructor(options: ForwarderOptions) {
    this.options = options;
    this.queue = new ForwardQueue(options.queueLimit);
  }

  get crowded(): boolean {
    return this.queue.fill > CROWDED;
  }

  get full(): boolean {
    return this.queue.fill >= 1;
  }

  offer(document: StreamDocument): boolean {
    const taken = this.queue.offer((sequence) => encodeDocument(document, sequence));
    if (taken) this.schedule();
    return taken;
  }

  /**
   * Resolves when all that was offered is acknowledged: then it survives the end of this program. While the service is away or slow the
   * queue has to do, and nobody waits.
   */
  async settled(): Promise<void> {
    const sequence = this.queue.last;
    if (!this.connected || sequence <= this.queue.acknowledged) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, SETTLE_TIMEOUT);
      this.settling.push({
        sequence,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
  }

  start(): void {
    if (!this.stopped) this.connect();
  }

  /** Waits up to `grace` milliseconds for what is queued, then closes. */
  async stop(grace: number): Promise<void> {
    const deadline = Date.now() + grace;
    while (this.connected && this.queue.length > 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    this.socket?.destroy();
  }

  private connect(): void {
    const { address, serverName, log } = this.options;
    let socket: TLSSocket;
    try {
      socket = this.open();
    } catch (error) {
      // The certificate files may not be there yet.
      this.failed(errorText(error));
      return;
    }
    this.socket = socket;
    socket.setTimeout(CONNECT_TIMEOUT, () => this.stalled(socket));
    const splitter = createDocumentSplitter((bytes) => this.acknowledgement(bytes), 4096);
    socket.on('secureConnect', () => {
      this.connected = true;
      this.connections++;
      this.problem = '';
      this.lastProgress = Date.now();
      socket.setTimeout(ACKNOWLEDGE_TIMEOUT / 3);
      log.info('connected to the analysis service', { address: formatSocketAddress(address), name: serverName });
      this.hello(socket);
    });
    socket.on('data', (chunk) => {
      try {
        splitter.push(chunk);
      } catch (error) {
        socket.destroy(
          new Error(`the analysis service sent something other than an acknowledgement: ${errorText(error)}`),
        );
      }
    });
    socket.on('drain', () => {
      this.blocked = false;
      this.schedule();
    });
    let reason = 'the analysis service closed the connection';
    socket.on('error', (error) => {
      reason = errorText(error);
    });
    socket.on('close', () => {
      if (this.socket === socket) this.failed(reason);
    });
  }

  private open(): TLSSocket {
    const { address, serverName, serverIdentity, identity } = this.options;
    const { cert, key, ca } = identity.current();
    return connect({
      ...('path' in address ? { path: address.path } : { host: address.host, port: address.port }),
      servername: serverName,
      cert,
      key,
      ca,
      minVersion: 'TLSv1.2',
      checkServerIdentity: (_host, certificate) => {
        const mismatch = checkService({ name: serverName, identity: serverIdentity }, certificate);
        return mismatch && new Error(`the analysis service was refused: ${mismatch.message}`);
      },
    });
  }

  private hello(socket: TLSSocket): void {
    const { instance, node } = this.options;
    socket.write(encodeMessage({ type: 'hello', version: STREAM_VERSION, aggregator: instance, node }));
    this.queue.rewind();
    this.blocked = false;
    this.schedule();
  }

  private failed(reason: string): void {
    this.socket = null;
    this.connected = false;
    this.settleUpTo(this.queue.last);
    if (this.stopped) return;
    const { address, log } = this.options;
    if (reason !== this.problem)
      log.warning('no connection to the analysis service', { address: formatSocketAddress(address), reason });
    this.problem = reason;
    // Half of the delay at random, so that the aggregators of a mesh do not come back all at once.
    this.timer = setTimeout(() => this.connect(), this.delay * (0.5 + Math.random() / 2));
    this.delay = Math.min(this.delay * 2, LONGEST_DELAY);
  }

  private settleUpTo(sequence: bigint): void {
    while (this.settling.length > 0 && this.settling[0]!.sequence <= sequence) this.settling.shift()!.resolve();
  }

  private stalled(socket: TLSSocket): void {
    const silent = Date.now() - this.lastProgress;
    if (!this.connected) socket.destroy(new Error('the analysis service did not answer in time'));
    else if (this.queue.length > 0 && silent >= ACKNOWLEDGE_TIMEOUT) {
      socket.destroy(new Error(`the analysis service acknowledged nothing for ${Math.round(silent / 1000)} s`));
    }
  }

  private acknowledgement(bytes: Uint8Array): void {
    const { sequence } = parseAcknowledgement(bytes);
    if (!this.queue.acknowledge(sequence)) throw new Error(`number ${sequence} was never sent`);
    this.lastProgress = Date.now();
    this.settleUpTo(this.queue.acknowledged);
    // A service that takes a connection but no document keeps being asked ever more seldom.
    this.delay = FIRST_DELAY;
  }

  /** Documents of one turn of the event loop go out in few large writes. */
  private schedule(): void {
    if (this.pumping || this.blocked || !this.connected) return;
    this.pumping = true;
    setImmediate(() => {
      this.pumping = false;
      this.pump();
    });
  }

  private pump(): void {
    const { socket } = this;
    while (socket && this.connected && !this.blocked) {
      const documents = this.queue.take(WRITE_SIZE);
      const [first] = documents;
      if (!first) return;
      const bytes = documents.length === 1 ? first.bytes : Buffer.concat(documents.map((document) => document.bytes));
      this.blocked = !socket.write(bytes);
    }
  }
}
