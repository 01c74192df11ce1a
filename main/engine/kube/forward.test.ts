import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { type Relay, startRelay } from '../../../tests/support/relay.ts';
import { KubeConnection } from './connection.ts';
import { forwardPort } from './forward.ts';

const api = createServer((_request, response) => response.end('{}'));
new WebSocketServer({ server: api });
let relay: Relay;
let connection: KubeConnection;

beforeAll(async () => {
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  relay = await startRelay((api.address() as AddressInfo).port);
  const config = new KubeConfig();
  const server = `http://127.0.0.1:${relay.port}`;
  config.loadFromClusterAndUser({ name: 'eu', server, skipTLSVerify: true }, { name: 'anna' });
  connection = new KubeConnection({ config, credentials: null });
});

afterAll(async () => {
  connection.close();
  await relay[Symbol.asyncDispose]();
  api.closeAllConnections();
  api.close();
});

const ask = () => connection.json({ method: 'GET', path: '/version', timeout: 1_000 });

describe('a port-forward over a network that has vanished', () => {
  it('that its reader gives up leaves no dead connection to the next request', async () => {
    const stream = await forwardPort(connection, 'packet-inspector', 'receiver', 5000);
    stream.on('error', () => {});
    await ask();
    relay.freeze();
    stream.destroy(new Error('nothing was heard'));
    await expect(ask()).resolves.toEqual({});
  });
});
