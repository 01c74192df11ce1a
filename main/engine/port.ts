import type { Handlers } from '../../app/api/contract.ts';
import type { EventHub } from './api/event-hub.ts';
import { serveClient } from './api/serve-client.ts';

/** The part of Electron's MessagePortMain that is used, written down here because the engine never imports Electron. */
export interface ElectronPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
}

/** Serves a view over a port that Electron handed to the utility process. */
export function serveElectronPort(port: ElectronPort, handlers: Handlers, events: EventHub): void {
  const client = serveClient(handlers, events, (frame) => port.postMessage(frame));
  port.on('message', ({ data }) => client.receive(data));
  port.on('close', () => client.close());
  port.start();
}
