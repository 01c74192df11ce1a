import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import WebSocket from 'ws';
import { SilenceWatch } from '../silence-watch.ts';
import type { KubeConnection } from './connection.ts';
import { errorFromAnswer, errorFromFailure, KubeError } from './kube-error.ts';

/**
 * Kubernetes' channels over one WebSocket: each message begins with the number of its channel. For the first port, 0 is data
 * and 1 is the kubelet's complaint; the first message of each channel is the port's number in two bytes, little-endian.
 */
const subprotocol = 'v4.channel.k8s.io';
const dataChannel = 0;
const errorChannel = 1;

/** Milliseconds. */
const connectTimeout = 4_000;
/** A vanished network shows when nothing at all is heard for so long, though the other side is asked. Milliseconds. */
const silenceLimit = 3_000;
/** Longest message that is taken; the kubelet sends at most 64 KiB. Bytes. */
const largestMessage = 1 << 20;

/**
 * Opens a byte stream to a port of a pod through the API server (`pods/portforward`). What the reader does not take is not
 * read from the network either, so a slow reader slows the sender and not our memory.
 *
 * @throws KubeError
 */
export async function forwardPort(
  connection: KubeConnection,
  namespace: string,
  pod: string,
  port: number,
): Promise<Duplex> {
  const options = await connection.options();
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward?ports=${port}`;
  const socket = new WebSocket(`${connection.server.replace(/^http/, 'ws')}${path}`, [subprotocol], {
    // ws hands these to Node's https as they are, whatever its types say.
    ...(options as unknown as WebSocket.ClientOptions),
    handshakeTimeout: connectTimeout,
    perMessageDeflate: false,
    maxPayload: largestMessage,
  });
  const transport = await opened(socket, connection.server);
  const name = `${namespace}/${pod}:${port}`;
  return new ForwardedPort(socket, transport, name, () => connection.dropIdle());
}

/** Resolves with the connection below. */
function opened(socket: WebSocket, server: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.on('upgrade', (response) => socket.on('open', () => resolve(response.socket)));
    socket.on('unexpected-response', (request, response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (text.length < 10_000) text += chunk;
      });
      response.on('end', () => {
        reject(errorFromAnswer(response.statusCode ?? 0, text));
        request.destroy();
      });
    });
    socket.on('error', (error) => reject(errorFromFailure(error, server)));
  });
}

/** The byte stream of the data channel. Messages are turned into pushes, and pauses of the reader into pauses of the socket. */
class ForwardedPort extends Duplex {
  readonly #socket: WebSocket;
  readonly #transport: Socket;
  readonly #name: string;
  readonly #onDead: () => void;
  /** Channels whose first message, the port's number, has come. */
  readonly #begun = new Set<number>();
  readonly #silence: SilenceWatch;
  /** Bytes that had come from the other side when that was last looked at. */
  #bytesHeard = 0;

  constructor(socket: WebSocket, transport: Socket, name: string, onDead: () => void) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#transport = transport;
    this.#name = name;
    this.#onDead = onDead;
    socket.on('message', (data) => this.#take(data as Buffer));
    socket.on('error', (error) =>
      this.destroy(new KubeError(0, '', `The connection to ${name} broke: ${error.message}`)),
    );
    socket.on('close', () => {
      this.push(null);
      // Ends what waits to be written, too; what was pushed before can still be read.
      this.end();
    });
    this.#silence = new SilenceWatch(
      silenceLimit,
      () => this.#die(),
      () => this.#ping(),
    );
  }

  override _read(): void {
    if (!this.#socket.isPaused) return;
    this.#silence.heard();
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    // The callback comes when the network has taken it: that is the writer's back-pressure.
    this.#socket.send(Buffer.concat([Uint8Array.of(dataChannel), chunk]), done);
  }

  override _final(done: () => void): void {
    this.#socket.close();
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#silence.close();
    this.#socket.terminate();
    done(error);
  }

  #take(message: Buffer): void {
    const channel = message[0];
    if (channel === undefined) return;
    if (!this.#begun.has(channel)) {
      this.#begun.add(channel);
      return;
    }
    if (channel === errorChannel) {
      this.destroy(
        new KubeError(0, '', `${this.#name} cannot be reached: ${message.toString('utf8', 1, 1000).trim()}`),
      );
    } else if (channel === dataChannel && !this.push(message.subarray(1))) {
      this.#socket.pause();
    }
  }

  #ping(): void {
    const { bytesRead } = this.#transport;
    // What the reader does not take stands before the answers to our pings.
    if (this.#socket.isPaused || bytesRead !== this.#bytesHeard) this.#silence.heard();
    this.#bytesHeard = bytesRead;
    this.#socket.ping();
  }

  #die(): void {
    this.#onDead();
    const seconds = silenceLimit / 1000;
    this.destroy(new KubeError(0, '', `Nothing was heard from ${this.#name} for ${seconds} seconds`));
  }
}
