import { readdirSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CaptureOptions, defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { statusPort } from '../../app/mesh/names.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import type { TestEngine } from '../support/engine.ts';
import { creditControlRequest, startDiameterPeer, startHttp1Peer } from '../support/envoy-peers.ts';
import type { MeshGateway } from '../support/mesh/gateway.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';
import type { MeshSidecar } from '../support/mesh/sidecar.ts';

/** What is captured of a mesh of several namespaces, and what is not. */
describe.skipIf(missingParts !== '')(`the scope of a capture${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let cluster: MeshCluster;
  let engine: TestEngine;
  let proxies: Readonly<Record<string, MeshSidecar | MeshGateway>>;
  let round = 0;

  beforeAll(async () => {
    cluster = stack.use(await startMeshCluster());
    const http = stack.use(await startHttp1Peer()).port;
    const diameter = stack.use(await startDiameterPeer()).port;
    proxies = {
      cart: await cluster.addSidecar({ namespace: 'shop', name: 'cart', http }),
      stealthy: await cluster.addSidecar({ namespace: 'shop', name: 'stealthy-pod', http }),
      ocs: await cluster.addSidecar({ namespace: 'epc', name: 'ocs', http, diameter }),
      hidden: await cluster.addSidecar({ namespace: 'dont-capture-me-too', name: 'hidden', http }),
      gateway: await cluster.addGateway({ namespace: 'istio-system', name: 'ingress', http, diameter }),
    };
    engine = await cluster.addEngine('admin');
    await cluster.remember();
  });

  afterAll(() => stack.disposeAsync());

  afterEach(async () => {
    await engine?.handlers['clusters.disable']({ id: 'admin' });
    await cluster?.clean();
  });

  const enable = (capture: Partial<CaptureOptions>) =>
    engine.handlers['clusters.enable']({ id: 'admin', capture: { ...defaultCaptureOptions, ...capture } });

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
      if (name === 'ocs' || name === 'gateway') await callDiameter(host, diameterPort);
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
  function received(): string {
    const pods = join(cluster.plane.folder, 'pods');
    const folders = readdirSync(pods).filter((name) => name.startsWith('aspen-mesh-analysis-emulator'));
    const files = folders.flatMap((name) =>
      readdirSync(join(pods, name, 'tmp'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1')),
    );
    return files.join('\n');
  }

  it('is the whole mesh with its gateways, but for namespaces and pods that are excluded: nothing of them leaves their node', async () => {
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
    // The aggregators of their nodes had it, and dropped it.
    const dropped = await Promise.all(['node-a', 'node-b'].map((node) => outOfScope(cluster, node)));
    expect(dropped[0]! + dropped[1]!).toBeGreaterThan(0);

    // Of what is captured, the header's value and the rest of the body stay there, too.
    expect(text).not.toContain('secret of cart');
    expect(text).toContain('[redacted]');
    expect(text).not.toContain('....................');
    const row = (await engine.rows()).findLast(({ target }) => target.endsWith('/cart'))!;
    expect(row.cut).toBe(true);
    const [detail] = await engine.details([row]);
    expect(detail?.request).toMatchObject({ kind: 'http', stored: 16 });
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
    await engine.handlers['clusters.disable']({ id: 'admin' });

    await enable({ area: { kind: 'namespaces', namespaces: ['istio-system'] } });
    expect([...(await captured(['gateway']))]).toEqual(['gateway']);
    // Nor have the other proxies anything to do with it.
    expect(await proxies.cart!.admin(listeners)).not.toContain('packet-inspector');
    expect(await proxies.gateway!.admin(listeners)).toContain('packet-inspector');
  });

  it('is the same filter chains where iptables lead all connections to one listener', async () => {
    const proxy = await cluster.addInterceptingSidecar({ namespace: 'redirected', name: 'hss' });
    await cluster.remember();
    await enable({ area: { kind: 'namespaces', namespaces: ['redirected'] }, diameterPort: 3868 });
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

const listeners = '/config_dump?resource=dynamic_listeners';

/** As Envoy's admin gives them: envoy.config.listener.v3.Listener. */
interface ListenerDump {
  readonly name: string;
  readonly address?: { readonly socket_address: { readonly port_value: number } };
  readonly filter_chains?: readonly {
    readonly filter_chain_match?: { readonly destination_port?: number };
    readonly filters: readonly { readonly name: string }[];
  }[];
}

function listenersOf(dump: string): readonly ListenerDump[] {
  const { configs = [] } = JSON.parse(dump) as {
    configs?: readonly { active_state?: { listener: ListenerDump } }[];
  };
  return configs.flatMap(({ active_state: active }) => (active ? [active.listener] : []));
}

/** Sends a request on a connection of its own and waits for the answer. */
async function callDiameter(host: string, port: number): Promise<void> {
  const socket = createConnection({ host, port });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('data', () => resolve());
    socket.once('close', () => reject(new Error('the connection was closed before there was an answer')));
    socket.write(creditControlRequest(Math.floor(Math.random() * 0xffffffff)));
  });
  socket.destroy();
}

async function outOfScope({ pods }: MeshCluster, node: string): Promise<number> {
  const metrics = await (await fetch(`http://${pods.addresses.aggregator(node)}:${statusPort}/metrics`)).text();
  return Number(/records_out_of_scope\S* (\d+)/.exec(metrics)?.[1] ?? Number.NaN);
}
