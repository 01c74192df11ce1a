import { createServer } from 'node:http';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, expect, it } from 'vitest';
import { defaultCaptureOptions } from '../../../../app/mesh/capture-options.ts';
import { type LeaseState, leaseObject } from '../../../../app/mesh/lease.ts';
import { KubeClient } from '../../kube/client.ts';
import { KubeConnection } from '../../kube/connection.ts';
import { takeLease } from './take-lease.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

const stateOf = (user: string, holder: string): LeaseState => {
  const now = Date.now();
  return { user, holder, capture: defaultCaptureOptions, acquired: now, renewed: now, until: null, grace: 300 };
};
const mine = stateOf('anna@laptop', 'anna@laptop/1');

/** An API server that creates the lease and fails to say so, unless somebody else has created one. */
async function clientOf(others: LeaseState | null): Promise<KubeClient> {
  let lease: unknown = others && leaseObject({ owner: null }, others);
  const server = createServer(async (request, response) => {
    if (request.method === 'GET') return response.end(JSON.stringify(lease));
    if (lease) return response.writeHead(409).end(JSON.stringify({ reason: 'AlreadyExists', message: 'it is there' }));
    lease = JSON.parse(Buffer.concat(await request.toArray()).toString());
    response.writeHead(503, { 'retry-after': '0' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const config = new KubeConfig();
  const cluster = { name: 'lease', server: `http://127.0.0.1:${port}`, skipTLSVerify: true };
  config.loadFromClusterAndUser(cluster, { name: 'anna' });
  const connection = new KubeConnection({ config, credentials: null });
  open.push(() => {
    connection.close();
    server.close();
  });
  return new KubeClient(connection);
}

it('is ours where the API server has made it for us and could not say so', async () => {
  await takeLease(await clientOf(null), mine);
});

it('is somebody else’s where another program was quicker, also of the same user', async () => {
  const client = await clientOf(stateOf('anna@laptop', 'anna@laptop/2'));
  await expect(takeLease(client, mine)).rejects.toThrow('anna@laptop has just switched capture');
});
