import { createServer } from 'node:http';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defaultCaptureOptions } from '../../../../app/mesh/capture-options.ts';
import { leaseObject } from '../../../../app/mesh/lease.ts';
import { KubeClient } from '../../kube/client.ts';
import { KubeConnection } from '../../kube/connection.ts';
import { LeaseHolder } from './lease-holder.ts';

const grace = 300;
const stack = new AsyncDisposableStack();
/** An API server of one lease, and how often it was renewed. */
let renewals = 0;
let holder: LeaseHolder;
let ended = 0;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  const server = createServer((request, response) => {
    if (request.method === 'PATCH') renewals++;
    response.end(JSON.stringify(leaseObject({ owner: null }, holder.planned(defaultCaptureOptions))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'lease', server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
    { name: 'anna' },
  );
  const connection = new KubeConnection({ config, credentials: null });
  stack.defer(() => {
    connection.close();
    server.close();
  });
  const options = { user: 'anna@laptop', holder: 'anna', grace, onEnd: () => ended++, onProblem: () => {} };
  holder = new LeaseHolder({ client: new KubeClient(connection), ...options });
});

afterEach(async () => {
  holder.release();
  vi.useRealTimers();
  await stack.disposeAsync();
});

/** The machine sleeps: no timer goes on, the clock of the wall does. */
function sleep(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
  vi.advanceTimersByTime(1_000);
}

it('renews at once when the machine wakes, and knows that its time was over while it slept', async () => {
  holder.begin({ ...defaultCaptureOptions, minutes: 30 });
  holder.keep();
  vi.advanceTimersByTime(1_000);
  sleep(240);
  await expect.poll(() => renewals).toBe(1);
  expect(ended).toBe(0);
  sleep(1800);
  expect(ended).toBe(1);
  holder.release();
  sleep(240);
  expect(ended).toBe(1);
});
