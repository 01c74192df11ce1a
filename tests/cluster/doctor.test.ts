import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../app/api/cluster-types.ts';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import type { ContainerStatus, Pod } from '../../app/mesh/kubernetes.ts';
import {
  aggregatorName,
  analysisName,
  analysisNamespace,
  analysisPort,
  leaseKeeperName,
} from '../../app/mesh/names.ts';
import { type Resource, resourcePath, resources } from '../../app/mesh/resources.ts';
import { createCertificateAuthority } from '../../main/tls/certificates.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import type { TestEngine } from '../support/engine.ts';
import { startHttp1Peer } from '../support/envoy-peers.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';

const id = 'capturer';

/** Proxies that refuse the filter are told in the test of several workloads with a filter that cannot be loaded. */
describe.skipIf(missingParts !== '')(`the doctor${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let mesh: MeshCluster;
  let engine: TestEngine;
  let aggregator: Pod;

  beforeAll(async () => {
    mesh = stack.use(await startMeshCluster());
    const peer = stack.use(await startHttp1Peer());
    await mesh.addSidecar({ namespace: 'shop', name: 'cart', http: peer.port });
    engine = await mesh.addEngine(id);
    await mesh.remember();
  });

  afterAll(() => stack.disposeAsync());

  const findings = async () => (await engine.handlers['clusters.doctor']({ id })).findings;
  const find = async (title: RegExp) => (await findings()).find((finding) => title.test(finding.title)) ?? null;
  const awaited = (title: RegExp) => eventually(`a finding ${title}`, () => find(title), { every: 500 });
  const text = ({ evidence }: Finding) => evidence.join('\n');
  const change = (resource: Resource, namespace: string, name: string, body: object, subresource = '') =>
    mesh.plane.admin.connection.json({
      method: 'PATCH',
      path: `${resourcePath(resource, namespace, name)}${subresource}`,
      body,
      contentType: 'application/merge-patch+json',
    });
  const podOf = async (program: string) => {
    const pods = await mesh.plane.admin.list<Pod>(resources.pod);
    return pods.find(({ metadata }) => metadata.name.startsWith(program) && !metadata.deletionTimestamp) ?? null;
  };
  /** As the kubelet says it of the aggregator's container. */
  const become = (state: Partial<ContainerStatus>) => {
    const [status] = aggregator.status?.containerStatuses ?? [];
    const containerStatuses = [{ ...status, ...state }];
    return change(
      resources.pod,
      'istio-system',
      aggregator.metadata.name,
      { status: { containerStatuses } },
      '/status',
    );
  };
  const logFile = () => join(mesh.plane.folder, 'aggregator.log');
  /** Has the kubelet give out what the aggregator has written, in the format of the container runtime. */
  const publishLog = () => {
    const log = mesh.pods.program(aggregator.metadata.name)!.log().trimEnd();
    const lines = log.split('\n').map((line) => `${new Date().toISOString()} stdout F ${line}\n`);
    writeFileSync(logFile(), lines.join(''));
  };

  it('says that nothing of ours is there, and when all is well, nothing', async () => {
    expect(await findings()).toMatchObject([{ id: 'no-pods', severity: 'info', remedy: 'Switch capture on.' }]);
    await engine.handlers['clusters.enable']({ id, capture: defaultCaptureOptions });
    aggregator = (await podOf(aggregatorName))!;
    await mesh.plane.apply(
      {
        apiVersion: 'kwok.x-k8s.io/v1alpha1',
        kind: 'Logs',
        metadata: { name: aggregator.metadata.name, namespace: 'istio-system' },
        spec: { logs: [{ containers: ['aggregator'], logsFile: logFile(), previousLogsFile: logFile() }] },
      },
      'logs',
    );
    publishLog();
    expect((await findings()).filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it('names the image that cannot be pulled', async () => {
    const message = 'Back-off pulling image "node:24-slim": 403 Forbidden';
    await become({ ready: false, state: { waiting: { reason: 'ImagePullBackOff', message } } });
    const found = (await find(/does not start: ImagePullBackOff/))!;
    const [container] = aggregator.spec.containers;
    expect(found.evidence).toEqual([message, `image: ${container!.image}`]);
    expect(found.remedy).toContain('`packet-inspector enable --image NAME`');
  });

  it('quotes the last words of what crashes again and again', async () => {
    const terminated = { reason: 'Error', exitCode: 1 };
    const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting failed container' };
    await become({ ready: false, restartCount: 3, state: { waiting }, lastState: { terminated } });
    const found = (await find(/does not start: CrashLoopBackOff/))!;
    expect(found.evidence.slice(0, 2)).toEqual([waiting.message, expect.stringContaining('"exitCode":1')]);
    const written = mesh.pods.program(aggregator.metadata.name)!.log().trimEnd().split('\n');
    expect(found.evidence.at(-1)).toBe(written.at(-1));
  });

  it('says which memory limit to raise, to what', async () => {
    const terminated = { reason: 'OOMKilled', exitCode: 137 };
    await become({ restartCount: 2, lastState: { terminated } });
    const found = (await find(/ran out of memory and was killed, 2 times/))!;
    expect(text(found)).toContain('OOMKilled');
    const [, from, to] =
      /^Raise resources\.limits\.memory from (\d+)Mi to (\d+)Mi for the container aggregator\.$/.exec(found.remedy)!;
    expect(Number(to)).toBe(2 * Number(from));
    await become({});
    expect(await find(/ran out of memory/)).toBeNull();
  });

  it('says that nobody ends the capture when the lease keeper has gone', async () => {
    const title = /^Nothing in the cluster ends the capture/;
    expect(await find(title)).toBeNull();
    const scale = (replicas: number) =>
      change(resources.deployment, analysisNamespace, leaseKeeperName, { spec: { replicas } });
    await scale(0);
    expect(text(await awaited(title))).toContain('app=packet-inspector-lease-keeper');
    await scale(1);
    await eventually('it is back', async () => (await find(title)) === null);
  });

  it('names the quota, the nodes and the way that keep captures from the analysis service', async () => {
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace: analysisNamespace } };
    await mesh.plane.apply({ ...quota, spec: { hard: { pods: '0' } } }, 'resourcequotas');
    const quotas = `/api/v1/namespaces/${analysisNamespace}/resourcequotas/none`;
    await eventually('the quota counts', async () => {
      const read = (await mesh.plane.admin.connection.json({ method: 'GET', path: quotas })) as {
        readonly status?: { readonly hard?: object };
      };
      return read.status?.hard !== undefined;
    });
    await mesh.plane.admin.delete(resources.pod, analysisNamespace, (await podOf(analysisName))!.metadata.name);
    const full = await awaited(/^ReplicaSet .* gets no pods: a quota is used up$/);
    expect(text(full)).toMatch(/exceeded quota: none/);
    expect(full.remedy).toContain(`\`kubectl describe resourcequota -n ${analysisNamespace}\``);

    const unreached = await eventually('the way is missed', () => {
      publishLog();
      return find(/does not reach the analysis service$/);
    });
    expect(text(unreached)).toMatch(/"message":"no connection to the analysis service".*"reason":"\w/);
    expect(unreached.remedy).toContain('`kubectl get pods,networkpolicies -n analysis-emulator`');

    // Somebody else answers there, whose certificate is not of the mesh.
    const stranger = await createCertificateAuthority('stranger');
    const server = createServer(await stranger.issue({ dns: ['stranger'] }));
    server.listen(analysisPort, mesh.pods.addresses.receiver);
    try {
      const distrusted = await eventually('the certificate is distrusted', () => {
        publishLog();
        return find(/has trouble with a certificate$/);
      });
      expect(text(distrusted)).toMatch(/certificate|CERT_/i);
      expect(distrusted.remedy).toContain('`packet-inspector status`');
    } finally {
      server.close();
    }

    const nodes = ['node-a', 'node-b'];
    for (const name of nodes) await change(resources.node, '', name, { spec: { unschedulable: true } });
    await mesh.plane.admin.connection.json({ method: 'DELETE', path: quotas });
    const unscheduled = await awaited(/has no node$/);
    expect(text(unscheduled)).toMatch(/0\/2 nodes are available: .*unschedulable/);
    for (const name of nodes) await change(resources.node, '', name, { spec: { unschedulable: null } });
    await eventually('all is said to be well', async () => (await find(/has no node$|gets no pods/)) === null);
  });

  it('leaves nothing behind', async () => {
    const { remainder } = await engine.handlers['clusters.disable']({ id });
    expect(remainder.left).toEqual([]);
    await mesh.plane.admin.connection.json({
      method: 'DELETE',
      path: `/apis/kwok.x-k8s.io/v1alpha1/namespaces/istio-system/logs/${aggregator.metadata.name}`,
    });
    await mesh.clean();
  });
});
