import { Duplex } from 'node:stream';
import WebSocket from 'ws';
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
const connectTimeout = 10_000;
/** A sleeping laptop or a vanished network shows when a ping is not answered until the next is due. Milliseconds. */
const pingEvery = 10_000;
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
  await opened(socket, connection.server);
  return new ForwardedPort(socket, `${namespace}/${pod}:${port}`);
}

function opened(socket: WebSocket, server: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve());
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
  readonly #name: string;
  /** Channels whose first message, the port's number, has come. */
  readonly #begun = new Set<number>();
  readonly #pinger: NodeJS.Timeout;
  #answered = true;

  constructor(socket: WebSocket, name: string) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#name = name;
    socket.on('message', (data) => this.#take(data as Buffer));
    socket.on('pong', () => {
      this.#answered = true;
    });
    socket.on('error', (error) =>
      this.destroy(new KubeError(0, '', `The connection to ${name} broke: ${error.message}`)),
    );
    socket.on('close', () => {
      this.push(null);
      // Ends what waits to be written, too; what was pushed before can still be read.
      this.end();
    });
    this.#pinger = setInterval(() => this.#ping(), pingEvery);
  }

  override _read(): void {
    if (!this.#socket.isPaused) return;
    // Pongs may wait behind what the reader did not take.
    this.#answered = true;
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
    clearInterval(this.#pinger);
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
    if (this.#socket.isPaused) return;
    if (!this.#answered) {
      this.destroy(new KubeError(0, '', `The connection to ${this.#name} is dead: a ping was not answered.`));
      return;
    }
    this.#answered = false;
    this.#socket.ping();
  }
}
