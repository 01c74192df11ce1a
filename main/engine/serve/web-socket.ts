import type { WebSocket } from 'ws';
import type { Handlers } from '../../../app/api/contract.ts';
import type { EventHub } from '../api/event-hub.ts';
import { type ClientConnection, serveClient } from '../api/serve-client.ts';

/** A view that reads so slowly that this much waits for it is let go; it connects again and asks anew. Bytes. */
const maximumWaiting = 64 << 20;

/** Serves a view over a WebSocket whose right to be here was checked. Frames are JSON text. */
export function serveSocket(socket: WebSocket, handlers: Handlers, events: EventHub): ClientConnection {
  const client = serveClient(handlers, events, (frame) => {
    if (socket.readyState !== socket.OPEN) return;
    // An event can be left out: the next one tells the same and more.
    if ('event' in frame && socket.bufferedAmount > 1 << 20) return;
    if (socket.bufferedAmount > maximumWaiting) socket.terminate();
    else socket.send(JSON.stringify(frame));
  });
  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    let frame: unknown;
    try {
      frame = JSON.parse(String(data));
    } catch {
      return;
    }
    client.receive(frame);
  });
  socket.on('close', () => client.close());
  // A broken connection is followed by 'close'.
  socket.on('error', () => {});
  return client;
}
