import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type WebSocket from 'ws';
import { SilenceWatch } from '../silence-watch.ts';
import { openChannels } from './channels.ts';
import type { KubeConnection } from './connection.ts';
import { KubeError } from './kube-error.ts';

/**
 * For the first port, channel 0 is data and 1 is the kubelet's complaint; the first message of each channel is the port's number
 * in two bytes, little-endian.
 */
const dataChannel = 0;
const errorChannel = 1;

/** A vanished network shows when nothing at all is heard for so long, though the other side is asked. Milliseconds. */
const silenceLimit = 3_000;

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
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/portforward?ports=${port}`;
  const { socket, transport } = await openChannels(connection, path);
  const name = `${namespace}/${pod}:${port}`;
  return new ForwardedPort(socket, transport, name, () => connection.dropIdle());
}

/** The byte stream of the data channel. Messages are turned into pushes, and pauses of the reader into pauses of the socket. */
class ForwardedPort extends Duplex {
  readonly #socket: WebSocket;
  readonly #transport: Socket;
  readonly #name: string;
  readonly #onBreak: () => void;
  /** Channels whose first message, the port's number, has come. */
  readonly #begun = new Set<number>();
  readonly #silence: SilenceWatch;
  /** Bytes that had come from the other side when that was last looked at. */
  #bytesHeard = 0;

  constructor(socket: WebSocket, transport: Socket, name: string, onBreak: () => void) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    this.#transport = transport;
    this.#name = name;
    this.#onBreak = onBreak;
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
    // What broke it may have broken the idle connections, too: a request over one of them would wait in vain.
    if (error !== null) this.#onBreak();
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
    const seconds = silenceLimit / 1000;
    this.destroy(new KubeError(0, '', `Nothing was heard from ${this.#name} for ${seconds} seconds`));
  }
}
