import { createServer } from 'node:http';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defaultCaptureOptions } from '../../../../app/mesh/capture-options.ts';
import { leaseObject } from '../../../../app/mesh/lease.ts';
import { analysisNamespace, leaseName } from '../../../../app/mesh/names.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import { KubeClient } from '../../kube/client.ts';
import { KubeConnection } from '../../kube/connection.ts';
import { LeaseHolder } from './lease-holder.ts';

const grace = 300;
const open: (() => void)[] = [];
/** An API server of one lease, and how often it was renewed. */
let renewals = 0;
let holder: LeaseHolder;
let ended = 0;
/** While it is so, each request waits in it for being refused. */
let refuse: (() => void)[] | null = null;
const problems: string[] = [];
let client: KubeClient;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  const server = createServer((request, response) => {
    if (refuse) {
      refuse.push(() => response.writeHead(500).end('{"message":"etcd has no leader"}'));
      return;
    }
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
  open.push(() => {
    connection.close();
    server.close();
  });
  client = new KubeClient(connection);
  const onProblem = (problem: string) => void problems.push(problem);
  holder = new LeaseHolder({ client, user: 'anna@laptop', holder: 'anna', grace, onEnd: () => ended++, onProblem });
});

afterEach(() => {
  holder.release();
  vi.useRealTimers();
  for (const close of open.splice(0)) close();
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

it('says that renewal fails, also when it failed before, and nothing once it is released', async () => {
  const failure = 'The lease cannot be renewed: etcd has no leader.';
  for (const said of [[failure], [failure, failure]]) {
    holder.begin(defaultCaptureOptions);
    holder.keep();
    refuse = [];
    sleep(240);
    await expect.poll(() => refuse?.length).toBe(1);
    refuse.pop()?.();
    await expect.poll(() => problems).toEqual(said);
    sleep(240);
    await expect.poll(() => refuse?.length).toBe(1);
    holder.release();
    refuse.pop()?.();
    refuse = null;
    // What is answered later has come: so has the refusal.
    await client.find(resources.lease, analysisNamespace, leaseName);
    expect(problems).toEqual(said);
  }
});
