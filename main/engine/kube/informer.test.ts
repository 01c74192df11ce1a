import { createServer, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../../app/mesh/kubernetes.ts';
import { resources } from '../../../app/mesh/resources.ts';
import { KubeClient } from './client.ts';
import { KubeConnection } from './connection.ts';
import { Informer } from './informer.ts';

/** An API server of one list of pods, which tells its watches what it is told. */
class Pods {
  objects: KubernetesObject[] = [];
  version = 1;
  lists = 0;
  mayList = true;
  mayWatch = true;
  /** Versions that watches began from. */
  readonly from: string[] = [];
  readonly watches = new Set<ServerResponse>();
  readonly server = createServer((request, response) => {
    const query = new URL(request.url!, 'http://pods').searchParams;
    const refuse = () =>
      response.writeHead(403).end(JSON.stringify({ message: 'pods is forbidden', reason: 'Forbidden' }));
    if (query.get('watch') === null) {
      if (!this.mayList) return refuse();
      this.lists++;
      return response.end(JSON.stringify({ metadata: { resourceVersion: String(this.version) }, items: this.objects }));
    }
    if (!this.mayWatch) return refuse();
    this.from.push(query.get('resourceVersion')!);
    this.watches.add(response);
    response.on('close', () => this.watches.delete(response));
    return response.flushHeaders();
  });

  tell(type: string, name: string): void {
    const metadata = { name, namespace: 'shop', resourceVersion: String(++this.version) };
    this.send({ type, object: { kind: 'Pod', apiVersion: 'v1', metadata } });
  }

  send(event: object): void {
    // In two halves, as networks cut.
    const line = `${JSON.stringify(event)}\n`;
    for (const watch of this.watches) {
      watch.write(line.slice(0, 20));
      watch.write(line.slice(20));
    }
  }

  end(): void {
    for (const watch of this.watches) watch.end();
  }
}

let pods: Pods;
let connection: KubeConnection;
let informer: Informer<string>;

const names = () => [...informer.objects].sort();
const untilNames = (expected: string[]) => expect.poll(names, { timeout: 10_000 }).toEqual(expected);
const untilWatched = (times: number) => expect.poll(() => pods.from.length, { timeout: 10_000 }).toBe(times);

function start(): void {
  informer = new Informer({
    client: new KubeClient(connection),
    resource: resources.pod,
    keep: ({ metadata }) => metadata.name,
    onChange: () => {},
  });
}

beforeEach(async () => {
  pods = new Pods();
  pods.objects = ['cart', 'ocs'].map((name) => ({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name, namespace: 'shop' },
  }));
  await new Promise<void>((resolve) => pods.server.listen(0, '127.0.0.1', resolve));
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const { port } = pods.server.address() as { port: number };
  config.loadFromClusterAndUser(
    { name: 'pods', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'anna' },
  );
  connection = new KubeConnection({ config, credentials: null });
});

afterEach(() => {
  informer.close();
  connection.close();
  pods.server.closeAllConnections();
  pods.server.close();
});

describe('an informer', () => {
  it('lists, watches, and goes on after what it has when the watch ends', async () => {
    start();
    await untilNames(['cart', 'ocs']);
    expect(informer.isListed).toBe(true);
    await untilWatched(1);
    pods.tell('ADDED', 'web');
    pods.tell('DELETED', 'cart');
    pods.tell('BOOKMARK', '');
    await untilNames(['ocs', 'web']);
    await expect.poll(() => pods.version, { timeout: 10_000 }).toBe(4);
    pods.end();
    await untilWatched(2);
    expect(pods.from).toEqual(['1', '4']);
    expect(pods.lists).toBe(1);
  });

  it('lists anew when what it has is too old', async () => {
    start();
    await untilWatched(1);
    pods.objects = [{ kind: 'Pod', apiVersion: 'v1', metadata: { name: 'web', namespace: 'shop' } }];
    pods.send({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } });
    await untilWatched(2);
    expect(names()).toEqual(['web']);
    expect(informer.problem).toBe('');
  });

  it('comes back when the API server does', async () => {
    start();
    await untilWatched(1);
    pods.server.closeAllConnections();
    await untilWatched(2);
    pods.tell('ADDED', 'web');
    await untilNames(['cart', 'ocs', 'web']);
  });

  it('comes back when the API server allows it again', async () => {
    start();
    await untilWatched(1);
    pods.mayList = pods.mayWatch = false;
    pods.server.closeAllConnections();
    await new Promise((resolve) => setTimeout(resolve, 500));
    pods.mayList = pods.mayWatch = true;
    await untilWatched(2);
  });

  it('has what may be listed and not watched, and says what may not be listed', async () => {
    pods.mayWatch = false;
    start();
    await untilNames(['cart', 'ocs']);
    expect(informer.problem).toBe('');
    informer.close();
    pods.mayList = false;
    start();
    await expect.poll(() => informer.problem, { timeout: 10_000 }).toBe('pods is forbidden.');
    expect(informer.isListed).toBe(false);
  });
});
