import type { Socket } from 'node:net';
import WebSocket from 'ws';
import type { KubeConnection } from './connection.ts';
import { errorFromAnswer, errorFromFailure } from './kube-error.ts';

/** Kubernetes' channels over one WebSocket: each message begins with the number of its channel. */
const subprotocol = 'v4.channel.k8s.io';

/** Milliseconds. */
const connectTimeout = 4_000;
/** Longest message that is taken; the kubelet sends at most 64 KiB. Bytes. */
const largestMessage = 1 << 20;

export interface Channels {
  readonly socket: WebSocket;
  /** The connection below. */
  readonly transport: Socket;
}

/** Opens the channels of a pod's subresource. @throws KubeError */
export async function openChannels(connection: KubeConnection, path: string): Promise<Channels> {
  const options = await connection.options();
  const socket = new WebSocket(`${connection.server.replace(/^http/, 'ws')}${path}`, [subprotocol], {
    // ws hands these to Node's https as they are, whatever its types say.
    ...(options as unknown as WebSocket.ClientOptions),
    handshakeTimeout: connectTimeout,
    perMessageDeflate: false,
    maxPayload: largestMessage,
  });
  return { socket, transport: await opened(socket, connection.server) };
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
