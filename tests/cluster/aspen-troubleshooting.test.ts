import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../app/api/cluster-types.ts';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { inspectorChart } from '../../app/mesh/chart/charts.ts';
import type { ContainerStatus, Pod } from '../../app/mesh/kubernetes.ts';
import { aggregatorName, analysisName, analysisNamespace } from '../../app/mesh/names.ts';
import { resourcePath, resources } from '../../app/mesh/resources.ts';
import { clusterPrograms } from '../../main/engine/clusters/istio/programs.ts';
import { packetInspector } from '../support/command-line.ts';
import type { ControlPlane } from '../support/control-plane/control-plane.ts';
import { helmProgram, missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import { startTestEngine } from '../support/engine.ts';
import { startHttp1Peer } from '../support/envoy-peers.ts';
import { aspenDriver, chartFolder, helm, installAspenMesh, plugInAuthority } from '../support/mesh/aspen-mesh.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';
import type { MeshSidecar } from '../support/mesh/sidecar.ts';
import { application, deploymentOf, meshNamespace } from '../support/mesh/workload-objects.ts';

/** The documentation's troubleshooting guide: each of its symptoms brought about, and what the doctor says of it. */
describe.skipIf(missingParts !== '')(`troubleshooting on Aspen Mesh${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let mesh: MeshCluster;
  let plane: ControlPlane;
  let sidecar: MeshSidecar;
  let release: string;

  beforeAll(async () => {
    mesh = stack.use(await startMeshCluster());
    plane = mesh.plane;
    const http = stack.use(await startHttp1Peer()).port;
    sidecar = await mesh.addSidecar({ namespace: 'shop', name: 'cart', http });
    const version = '1.11.8-am1.4';
    const inspector = inspectorChart(clusterPrograms(), version);
    release = await installAspenMesh(plane, { version, shape: 'umbrella', inspector });
    await plugInAuthority(plane, mesh.authority.certificate);
    const engine = startTestEngine();
    stack.defer(() => engine.dispose());
    engine.addCluster(await aspenDriver(plane, () => ({ chart: release })));
    await engine.handlers['clusters.enable']({ id: 'admin', capture: defaultCaptureOptions });
  });

  afterAll(() => stack.disposeAsync());

  const run = (...args: readonly string[]) =>
    packetInspector(args, { environment: { KUBECONFIG: plane.kubeconfig, PACKET_INSPECTOR_HELM: helmProgram } });
  async function findings(): Promise<readonly Finding[]> {
    const { exit, out, errors } = await run('doctor', '--output', 'json');
    expect({ exit, errors }).toEqual({ exit: 0, errors: '' });
    return (JSON.parse(out) as { readonly findings: readonly Finding[] }).findings;
  }
  const find = async (title: RegExp) => (await findings()).find((finding) => title.test(finding.title)) ?? null;
  const awaited = (title: RegExp, prepare = () => {}) =>
    eventually(
      `a finding ${title}`,
      () => {
        prepare();
        return find(title);
      },
      { every: 500 },
    );
  const upgrade = (...flags: readonly string[]) =>
    helm(plane, 'upgrade', 'istiod', join(release, chartFolder), '-n', 'istio-system', '--reuse-values', ...flags);
  const podOf = async (name: string) => {
    const pods = await plane.admin.list<Pod>(resources.pod);
    const found = pods.find(({ metadata }) => metadata.name.startsWith(name) && !metadata.deletionTimestamp);
    if (!found) throw new Error(`there is no pod ${name}`);
    return found;
  };
  /** As the kubelet says it of the aggregator's container. */
  const become = async (state: Partial<ContainerStatus>) => {
    const { metadata, status } = await podOf(aggregatorName);
    const containerStatuses = [{ ...status?.containerStatuses?.[0], ...state }];
    await plane.admin.connection.json({
      method: 'PATCH',
      path: `${resourcePath(resources.pod, 'istio-system', metadata.name)}/status`,
      body: { status: { containerStatuses } },
      contentType: 'application/merge-patch+json',
    });
  };
  /** Has the kubelet give out a container's log, in the format of the container runtime. */
  async function publish(pod: string, namespace: string, container: string): Promise<(log: string) => void> {
    const file = join(plane.folder, `${pod}-${container}.log`);
    const write = (log: string) => {
      const lines = log.trimEnd().split('\n');
      writeFileSync(file, lines.map((line) => `${new Date().toISOString()} stdout F ${line}\n`).join(''));
    };
    write('');
    const logs = [{ containers: [container], logsFile: file }];
    const metadata = { name: pod, namespace };
    await plane.apply(
      { apiVersion: 'kwok.x-k8s.io/v1alpha1', kind: 'Logs', metadata, spec: { logs } } as Parameters<
        ControlPlane['apply']
      >[0],
      'logs',
    );
    return write;
  }

  it('finds nothing wrong where nothing is', async () => {
    expect(await findings()).toEqual([]);
    expect((await run('doctor')).out).toBe('Nothing is wrong.\n');
  });

  it('"The aggregator service doesn\'t start": its state, the address, and what is wrong with the analysis service', async () => {
    await upgrade('--set', 'aspen-mesh-packet-inspector.analysis.address=tool.nowhere.svc.cluster.local:4000');
    await eventually('the aggregators are anew', async () => (await podOf(aggregatorName)).status?.phase === 'Running');
    const message = 'back-off 10s restarting failed container';
    await become({ ready: false, restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff', message } } });
    const found = await awaited(/^The aggregator istio-system\/aspen-mesh-packet-inspector-\w+ does not start$/);
    expect(found.evidence).toEqual([
      'phase Running',
      `CrashLoopBackOff: ${message} (3 restarts)`,
      'analysis.address is tool.nowhere.svc.cluster.local:4000',
      'Citadel issues no certificates for nowhere: there is no namespace nowhere',
      'There is no service tool in nowhere: the address is tool.nowhere.svc.cluster.local:4000',
    ]);
    expect(found.remedy).toContain('`packet-inspector prepare`');
    await upgrade('--set', 'aspen-mesh-packet-inspector.analysis.address=');
    await eventually('all is well', async () => (await findings()).length === 0);
  });

  it('"There are no packets being captured": workloads without sidecars', async () => {
    for (const [manifest, plural] of [...meshNamespace('legacy', {}), deploymentOf('legacy', 'ftp', [application])])
      await plane.apply(manifest, plural);
    const found = await awaited(/^One pod has no sidecar/);
    expect(found.evidence).toEqual([expect.stringMatching(/^legacy\/ftp-/)]);
    await plane.admin.delete(resources.namespace, '', 'legacy');
    await eventually('all is well', async () => (await findings()).length === 0);
  });

  it('"There are no packets being captured": the log of a sidecar that does not reach the aggregator', async () => {
    const write = await publish(sidecar.pod, 'shop', 'istio-proxy');
    const said = 'upstream connect error: connection to aspen-mesh-packet-inspector.istio-system refused';
    write(`${sidecar.program.log()}\n2026-11-22T22:29:48.791Z\twarning\tenvoy wasm\t${said}\tthread=21`);
    const found = await awaited(/^Sidecars cannot talk to the aggregators$/);
    expect(found.evidence).toEqual([expect.stringMatching(new RegExp(`^shop/${sidecar.pod}: .*${said}`))]);
    write(sidecar.program.log());
    await eventually('all is well', async () => (await findings()).length === 0);
  });

  it('"There are no packets being captured": the log of an aggregator that does not reach the analysis service', async () => {
    const { metadata } = await podOf(aggregatorName);
    const write = await publish(metadata.name, 'istio-system', 'aggregator');
    const log = () => mesh.pods.program(metadata.name)!.log();
    await plane.admin.delete(resources.pod, analysisNamespace, (await podOf(analysisName)).metadata.name);
    const found = await awaited(/^The aggregator istio-system\/.* reports problems$/, () => write(log()));
    expect(found.evidence.join('\n')).toContain('no connection to the analysis service');
    expect(found.remedy).toContain('look at the analysis service and its certificate');
  });

  it('"The aggregator service crashed (OOM killed)": the limits to set, which an upgrade sets', async () => {
    await become({ restartCount: 2, lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } });
    const found = await awaited(/was killed because it ran out of memory$/);
    expect(found.evidence).toEqual(['OOMKilled, 2 restarts', 'limits: cpu 1, memory 512Mi']);
    const file = join(plane.folder, 'limits.yaml');
    writeFileSync(file, found.values ?? '');
    await upgrade('--values', file);
    const daemonSet = await plane.admin.get(resources.daemonSet, 'istio-system', aggregatorName);
    const limits = JSON.stringify(daemonSet);
    expect(limits).toContain('"limits":{"cpu":"2","memory":"1Gi"}');
    await eventually('all is well', async () => (await find(/ran out of memory/)) === null);
  });
});
