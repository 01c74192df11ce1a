import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { valuesFileOf } from '../../app/mesh/aspen/values-capture.ts';
import { type CaptureOptions, defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { differences } from '../../app/mesh/differences.ts';
import type { Manifest } from '../../app/mesh/kubernetes.ts';
import { statusPort } from '../../app/mesh/names.ts';
import { objectName, resourceOf, resources } from '../../app/mesh/resources.ts';
import { listOwn } from '../../main/engine/clusters/istio/own-objects.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import type { TestEngine } from '../support/engine.ts';
import { callDiameter, startDiameterPeer, startHttp1Peer } from '../support/envoy-peers.ts';
import type { MeshGateway } from '../support/mesh/gateway.ts';
import { listeners, listenersOf } from '../support/mesh/listeners.ts';
import { injectorOf } from '../support/mesh/made-up-pods.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';
import { receivedFiles } from '../support/mesh/received-files.ts';
import { noFiltersIn, webhookManifest, withPodSpec } from '../support/mesh/scope-objects.ts';
import type { MeshSidecar } from '../support/mesh/sidecar.ts';
import { deploymentOf } from '../support/mesh/workload-objects.ts';

const program = join(import.meta.dirname, '../../build/engine/cli.mjs');

/** What is captured of a mesh of several namespaces, and what is not. */
describe.skipIf(missingParts !== '')(`the scope of a capture${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let cluster: MeshCluster;
  let engine: TestEngine;
  let proxies: Readonly<Record<string, MeshSidecar | MeshGateway>>;
  let http: number;
  let round = 0;

  beforeAll(async () => {
    cluster = stack.use(await startMeshCluster());
    http = stack.use(await startHttp1Peer()).port;
    const diameter = stack.use(await startDiameterPeer()).port;
    proxies = {
      cart: await cluster.addSidecar({ namespace: 'shop', name: 'cart', http }),
      stealthy: await cluster.addSidecar({ namespace: 'shop', name: 'stealthy-pod', http }),
      ocs: await cluster.addSidecar({ namespace: 'epc', name: 'ocs', http, diameter }),
      hidden: await cluster.addSidecar({ namespace: 'dont-capture-me-too', name: 'hidden', http }),
      gateway: await cluster.addGateway({ namespace: 'istio-system', name: 'ingress', http, diameter }),
    };
    engine = await cluster.addEngine('capturer');
    await cluster.remember();
  });

  afterAll(() => stack.disposeAsync());

  afterEach(async () => {
    await engine?.handlers['clusters.disable']({ id: 'capturer' });
    await cluster?.clean();
  });

  const enable = (capture: Partial<CaptureOptions>) =>
    engine.handlers['clusters.enable']({ id: 'capturer', capture: { ...defaultCaptureOptions, ...capture } });

  const listed = async () => (await engine.handlers['clusters.list']({})).clusters.find(({ id }) => id === 'capturer');

  /** A request with a secret in its path, header and body, and one over Diameter, through each proxy. */
  async function callAll(mark: string): Promise<void> {
    for (const [name, { host, httpPort, diameterPort }] of Object.entries(proxies)) {
      const answer = await fetch(`http://${host}:${httpPort}/${mark}/${name}`, {
        method: 'POST',
        headers: { 'x-secret': `secret of ${name}` },
        body: `body ${'.'.repeat(100)} of ${mark} ${name}`,
      });
      expect(answer.status).toBe(200);
      await answer.text();
      if (name === 'ocs' || name === 'gateway')
        await callDiameter(host, diameterPort, Math.floor(Math.random() * 0xffffffff));
    }
  }

  /** Calls through all until something of each of these was captured; what was captured of the calls since, by proxy. */
  async function captured(expected: readonly string[]): Promise<ReadonlySet<string>> {
    const mark = `round-${round++}`;
    const seen = async () => {
      const rows = await engine.rows();
      const http = rows
        .filter(({ target }) => target.startsWith(`/${mark}/`))
        .map(({ target }) => target.split('/')[2]!);
      const diameter = rows.filter(({ protocol }) => protocol === 'Diameter').length;
      return new Set([...http, ...(diameter > diameterBefore ? ['diameter'] : [])]);
    };
    const diameterBefore = (await engine.rows()).filter(({ protocol }) => protocol === 'Diameter').length;
    await eventually(`captures of ${expected.join(', ')}`, async () => {
      await callAll(mark);
      const now = await seen();
      return expected.every((name) => now.has(name));
    });
    // Filters are ticked each 250 ms: what else was captured has come by then.
    await callAll(mark);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return seen();
  }

  /** All that the receiver has written, headers and metadata with bodies. */
  const received = () =>
    receivedFiles(cluster.plane)
      .map((file) => readFileSync(file, 'latin1'))
      .join('\n');

  /** What the command prints for a values file that means these options. */
  async function manifests(capture: CaptureOptions): Promise<readonly Manifest[]> {
    const { folder, kubeconfig } = cluster.plane;
    const file = join(folder, 'values.yaml');
    writeFileSync(file, valuesFileOf('own', capture));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [program, 'manifests', '--context', 'capturer', '-f', file],
      { env: { ...process.env, KUBECONFIG: kubeconfig }, maxBuffer: 64 << 20 },
    );
    return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
  }

  it('is the whole mesh with its gateways, but for namespaces and pods that are excluded: nothing of them leaves their sidecar', async () => {
    const { cluster: card } = await enable({
      excludeNamespaces: ['dont-capture-me-.*'],
      excludePods: ['stealthy-pod.*'],
      bodyLimit: 16,
      redact: ['x-secret'],
    });
    expect(card).toMatchObject({ state: 'capturing', pods: 3 });
    const seen = await captured(['cart', 'ocs', 'gateway']);
    expect([...seen].sort()).toEqual(['cart', 'gateway', 'ocs']);

    const text = received();
    expect(text).toContain('/cart');
    for (const name of ['stealthy', 'hidden']) {
      expect(text).not.toContain(`/${name}`);
      expect(text).not.toContain(proxies[name]!.pod);
      expect(text).not.toContain(`secret of ${name}`);
    }
    // Their filters asked, were told, and have handed the aggregators of their nodes nothing since.
    for (const name of ['stealthy', 'hidden']) expect(await answers(proxies[name]!)).toEqual(['403']);
    expect(await answers(proxies.cart!)).toEqual(['200']);
    expect(await Promise.all(['node-a', 'node-b'].map((node) => outOfScope(cluster, node)))).toEqual([0, 0]);
    const { findings } = await engine.handlers['clusters.doctor']({ id: 'capturer' });
    expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(await listed()).toMatchObject({ state: 'capturing', problem: '' });

    // Of what is captured, the header's value and the rest of the body stay there, too.
    expect(text).not.toContain('secret of cart');
    expect(text).toContain('[redacted]');
    expect(text).not.toContain('....................');
    const row = (await engine.rows()).findLast(({ target }) => target.endsWith('/cart'))!;
    expect(row.cut).toBe(true);
    const [detail] = await engine.details([row]);
    expect(detail?.request).toMatchObject({ kind: 'http', stored: 16 });
  });

  it('is not what an excluded pod says that comes later', async () => {
    await enable({ excludePods: ['stealthy-pod.*'] });
    const late = await cluster.addSidecar({ namespace: 'shop', name: 'stealthy-pod-late', http });
    const call = async () => (await fetch(`http://${late.host}:${late.httpPort}/late`, { method: 'POST' })).text();
    await call();
    await eventually('its filter has asked', async () => (await answers(late)).length > 0);
    for (let count = 0; count < 10; count++) await call();
    // Filters are ticked each 250 ms.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await answers(late)).toEqual(['403']);
    expect(await Promise.all(['node-a', 'node-b'].map((node) => outOfScope(cluster, node)))).toEqual([0, 0]);
    expect(received()).not.toContain(late.pod);
    await engine.handlers['clusters.disable']({ id: 'capturer' });
    await cluster.remember();
  });

  it('is Diameter alone of one namespace, and of no gateway', async () => {
    const { cluster: card } = await enable({
      area: { kind: 'namespaces', namespaces: ['epc', 'istio-system'] },
      http: false,
      diameterPort: 3868,
    });
    expect(card.pods).toBe(1);
    expect([...(await captured(['diameter']))]).toEqual(['diameter']);
    const rows = (await engine.rows()).filter(({ protocol }) => protocol === 'Diameter');
    expect(new Set(rows.map(({ destination }) => destination.pod))).toEqual(new Set([proxies.ocs!.pod]));
  });

  it('is a workload, and the gateways of the namespace of the mesh without the rest of the mesh', async () => {
    await enable({ area: { kind: 'workloads', workloads: [{ namespace: 'shop', name: 'cart' }] }, diameterPort: 3868 });
    expect([...(await captured(['cart']))]).toEqual(['cart']);
    await engine.handlers['clusters.disable']({ id: 'capturer' });

    await enable({ area: { kind: 'namespaces', namespaces: ['istio-system'] } });
    expect([...(await captured(['gateway']))]).toEqual(['gateway']);
    // Nor have the other proxies anything to do with it.
    expect(await proxies.cart!.admin(listeners)).not.toContain('packet-inspector');
    expect(await proxies.gateway!.admin(listeners)).toContain('packet-inspector');
  });

  it('is what `manifests` prints of the same values, but for the lease and who keeps it', async () => {
    const { plane } = cluster;
    const capture: CaptureOptions = {
      ...defaultCaptureOptions,
      area: { kind: 'workloads', workloads: [{ namespace: 'shop', name: 'cart' }] },
      excludePods: ['stealthy-pod.*'],
      diameterPort: 3868,
      bodyLimit: 1024,
    };
    const printed = await manifests(capture);
    await enable(capture);

    const names = printed.map(objectName);
    for (const manifest of printed) {
      const { namespace = '', name, labels } = manifest.metadata;
      const there = await plane.admin.get<Manifest>(resourceOf(manifest), namespace, name);
      expect(there.metadata.labels).toMatchObject(labels ?? {});
      // What was applied is what our field manager owns; the API server would change nothing but what is told below.
      const after = await plane.admin.apply(manifest, { dryRun: true, force: true });
      expect({ name: objectName(manifest), differences: differences(unleased(there), unleased(after)) }).toEqual({
        name: objectName(manifest),
        differences: [],
      });
    }
    const applied = (await listOwn(plane.admin)).map(objectName);
    const keepers = applied.filter((name) => !names.includes(name));
    expect(keepers.filter((name) => !/packet-inspector-lease-keeper$|^Lease /.test(name))).toEqual([]);
    expect(keepers).toContain('Lease analysis-emulator/packet-inspector');
  });

  it('is captured by what `manifests` prints, for as long as it is there, and said to be held by nobody', async () => {
    const area = { kind: 'workloads', workloads: [{ namespace: 'shop', name: 'cart' }] } as const;
    for (const manifest of await manifests({ ...defaultCaptureOptions, area }))
      await cluster.plane.admin.apply(manifest);
    await eventually('a capture at the receiver', async () => {
      await callAll('from-git');
      return received().includes('/from-git/cart');
    });
    const { checks } = await engine.handlers['clusters.preflight']({ id: 'capturer', capture: defaultCaptureOptions });
    expect(checks.find(({ id }) => id === 'other-capture')?.title).toBe('There is already a capture, without a lease');
  });

  it('is tried object by object by the API server, and what that refuses is said before anything is made', async () => {
    const id = 'capturer';
    const capture = { ...defaultCaptureOptions, area: { kind: 'namespaces', namespaces: ['shop', 'epc'] } } as const;
    const [policy, binding] = noFiltersIn('epc');
    await cluster.plane.apply(policy, 'validatingadmissionpolicies');
    await cluster.plane.apply(binding, 'validatingadmissionpolicybindings');
    const refused = await eventually('the policy holds', async () => {
      const plan = await engine.handlers['clusters.plan']({ id, capture });
      const found = plan.objects.filter(({ problem }) => problem !== '');
      return found.length > 0 ? found : null;
    });
    expect(new Set(refused.map(({ namespace }) => namespace))).toEqual(new Set(['epc']));
    expect(refused[0]!.problem).toContain('no filters in epc');
    await expect(enable(capture)).rejects.toThrow(/no filters in epc.* Nothing was changed\.$/);
    for (const kind of ['validatingadmissionpolicybindings', 'validatingadmissionpolicies']) {
      const path = `/apis/${policy.apiVersion}/${kind}/${policy.metadata.name}`;
      await cluster.plane.admin.connection.json({ method: 'DELETE', path });
    }
    await cluster.clean();

    await enable({});
    const again = await engine.handlers['clusters.plan']({ id, capture: { ...defaultCaptureOptions, bodyLimit: 99 } });
    const changes = again.objects.filter(({ action }) => action === 'change');
    expect(changes.map(({ kind }) => kind)).toContain('EnvoyFilter');
    expect(changes.flatMap(({ differences }) => differences).join('\n')).toContain('body=99');
    const kept = again.objects.filter(({ action }) => action === 'same').map(({ kind }) => kind);
    expect(kept).toEqual(expect.arrayContaining(['DaemonSet', 'Deployment', 'ConfigMap', 'Service', 'ClusterRole']));
  });

  it('says of each pod without a sidecar why it has none', async () => {
    const { plane } = cluster;
    for (const injector of [injectorOf('default')])
      await plane.apply(webhookManifest(injector), 'mutatingwebhookconfigurations');
    const plain = { name: 'application', image: 'application' };
    await plane.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'legacy' } }, 'namespaces');
    for (const [namespace, name, spec] of [
      ['legacy', 'ftp', {}],
      ['shop', 'forgotten', {}],
      ['shop', 'exporter', { hostNetwork: true }],
    ] as const) {
      const [manifest, plural] = deploymentOf(namespace, name, [plain]);
      await plane.apply(withPodSpec(manifest, spec), plural);
    }
    const { checks, ready } = await eventually('the pods run', async () => {
      const found = await engine.handlers['clusters.preflight']({ id: 'capturer', capture: defaultCaptureOptions });
      return found.checks.filter((check) => check.id === 'sidecars').length === 3 ? found : null;
    });
    expect(ready).toBe(true);
    expect(
      checks
        .filter((check) => check.id === 'sidecars')
        .map(({ title }) => title)
        .sort(),
    ).toEqual([
      '1 pod created before injection was on',
      "1 pod on the host's network",
      '1 pod without a sidecar: nothing asks for one',
    ]);
    expect(checks.find((check) => check.title.includes('nothing asks'))?.remedy).toContain(
      '`kubectl label namespace legacy istio-injection=enabled`',
    );
    expect(checks.find((check) => check.id === 'mesh')).toMatchObject({ result: 'passed', title: 'Istio 1.31.1' });
    await plane.admin.delete(resources.mutatingWebhook, '', 'istio-sidecar-injector');
    await cluster.remember();
  });

  it('is the same filter chains where iptables lead all connections to one listener', async () => {
    const proxy = await cluster.addInterceptingSidecar({ namespace: 'epc', name: 'hss' });
    await cluster.remember();
    await enable({ area: { kind: 'namespaces', namespaces: ['epc'] }, diameterPort: 3868 });
    const inbound = await eventually('the slots in its listeners', async () => {
      const found = listenersOf(await proxy.admin(listeners));
      return JSON.stringify(found).includes('packet-inspector-diameter') ? found : null;
    });
    const virtual = inbound.find(({ name }) => name === 'virtualInbound')!;
    expect(virtual.address?.socket_address.port_value).toBe(15_006);
    const diameter = virtual.filter_chains!.filter(({ filter_chain_match: match }) => match?.destination_port === 3868);
    expect(diameter.length).toBeGreaterThan(0);
    for (const { filters } of diameter) {
      const names = filters.map(({ name }) => name);
      expect(names.slice(-2)).toEqual(['packet-inspector-diameter', 'envoy.filters.network.tcp_proxy']);
    }
    // In no other chain, and in the outbound listeners of that port alone.
    const others = virtual.filter_chains!.filter((chain) => !diameter.includes(chain));
    expect(JSON.stringify(others)).not.toContain('packet-inspector-diameter');
    expect(JSON.stringify(others)).toContain('packet-inspector-http');
    const outbound = inbound.filter(
      (one) => one !== virtual && JSON.stringify(one).includes('packet-inspector-diameter'),
    );
    expect(outbound.map(({ address }) => address?.socket_address.port_value)).toEqual(outbound.map(() => 3868));
    expect(outbound.length).toBeGreaterThan(0);
    expect(await proxy.admin('/stats?filter=listener_manager.lds.update_rejected')).toMatch(/: 0\s*$/);
  });
});

/** An object without what keeps the lease, and with no word of which switching on it was. */
function unleased(object: object): object {
  const text = JSON.stringify(object, (name, value: unknown) => {
    if (name === 'ownerReferences' || name === 'automountServiceAccountToken') return undefined;
    if (name !== 'args') return value;
    return (value as readonly string[]).filter((argument) => !/^--(lease|removal)=/.test(argument));
  });
  return JSON.parse(text.replace(/gen=\w+/g, 'gen=')) as object;
}

/** How the aggregator has answered what a proxy's filter sent. */
async function answers({ admin }: MeshSidecar | MeshGateway): Promise<readonly string[]> {
  const stats = await admin('/stats?usedonly&filter=cluster.packet-inspector.upstream_rq_');
  return [...stats.matchAll(/upstream_rq_(\d{3}): [1-9]/g)].map(([, status]) => status!);
}

async function outOfScope({ pods }: MeshCluster, node: string): Promise<number> {
  const metrics = await (await fetch(`http://${pods.addresses.aggregator(node)}:${statusPort}/metrics`)).text();
  return Number(/records_out_of_scope\S* (\d+)/.exec(metrics)?.[1] ?? Number.NaN);
}
