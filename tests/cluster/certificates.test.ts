import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import type { Pod } from '../../app/mesh/kubernetes.ts';
import { aggregatorName, analysisName, batchPort, serviceHost, spiffeId } from '../../app/mesh/names.ts';
import { resources } from '../../app/mesh/resources.ts';
import { createAggregator } from '../../main/cluster/aggregator/aggregator.ts';
import { createJsonLog } from '../../main/log.ts';
import { fixedIdentity } from '../../main/tls/certificate-files.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import type { TestEngine } from '../support/engine.ts';
import { type Peer, startHttp1Peer } from '../support/envoy-peers.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';
import type { MeshSidecar } from '../support/mesh/sidecar.ts';

/** Seconds that certificates are valid for, so that several come and go in a test. */
const lifetime = 4;
const istiod = { revision: 'canary', trustDomain: 'mesh.example', clusterDomain: 'cluster.example' };

describe.skipIf(missingParts !== '')(`certificates of istiod${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let mesh: MeshCluster;
  let engine: TestEngine;
  let peer: Peer;
  let sidecar: MeshSidecar;

  beforeAll(async () => {
    const environment = { PACKET_INSPECTOR_CERTIFICATE_LIFETIME: `${lifetime}s` };
    mesh = stack.use(await startMeshCluster({ hasCitadel: false, istiod, environment }));
    peer = stack.use(await startHttp1Peer());
    sidecar = await mesh.addSidecar({ namespace: 'shop', name: 'cart', http: peer.port });
    engine = await mesh.addEngine('capturer');
    await mesh.remember();
  });

  afterAll(() => stack.disposeAsync());

  const call = async (path: string, to = sidecar) => {
    const answer = await fetch(`http://${to.host}:${to.httpPort}${path}`, { method: 'POST', body: 'hello' });
    expect(answer.status).toBe(200);
    await answer.text();
  };
  const targets = async (prefix: string) =>
    (await engine.rows()).map(({ target }) => target).filter((target) => target.startsWith(prefix));
  const capture = () => engine.handlers['clusters.enable']({ id: 'capturer', capture: defaultCaptureOptions });
  const captured = (path: string, from = sidecar) =>
    eventually(`a flow of ${path}`, async () => {
      await call(path, from);
      return (await targets(path)).length > 0;
    });
  const aggregatorOf = async ({ pod: name }: MeshSidecar) => {
    const pods = await mesh.plane.admin.list<Pod>(resources.pod);
    const node = pods.find(({ metadata }) => metadata.name === name)?.spec.nodeName ?? '';
    const pod = pods.find(({ metadata, spec }) => metadata.name.startsWith(aggregatorName) && spec.nodeName === node)!;
    return { node, name: pod.metadata.name, program: mesh.pods.program(pod.metadata.name)! };
  };

  it('are all that capturing needs: in a revision, with a trust domain and a cluster domain of its own', async () => {
    const { checks } = await engine.handlers['clusters.preflight']({ id: 'capturer', capture: defaultCaptureOptions });
    expect(checks.find(({ id }) => id === 'certificates')).toMatchObject({
      result: 'passed',
      title: 'Certificates come from istiod-canary.istio-system.svc:15012',
      detail: 'trust domain mesh.example',
    });
    await capture();
    await captured('/first');
    const { program } = await aggregatorOf(sidecar);
    const names = `"names":"URI:${spiffeId('mesh.example', 'istio-system', aggregatorName)}"`;
    expect(program.log()).toContain(`"message":"the certificate has arrived","from":"istiod",${names}`);
    expect(program.log()).toContain(serviceHost(analysisName, 'analysis-emulator', 'cluster.example'));
    const { remainder } = await engine.handlers['clusters.disable']({ id: 'capturer' });
    expect(remainder.left).toEqual([]);
    await mesh.clean();
  });

  it(`are renewed while capturing, and nothing is lost, with a life of ${lifetime} s`, async () => {
    await capture();
    await captured('/renewed/first');
    const { program } = await aggregatorOf(sidecar);
    let sent = 0;
    for (const end = Date.now() + 3 * lifetime * 1000; Date.now() < end; ) {
      await call(`/renewed/${++sent}/`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // A proxy that comes when the certificate of the beginning is long over takes the one of the moment.
    const late = await mesh.addSidecar({ namespace: 'shop', name: 'late', http: peer.port });
    await captured('/late', late);
    // So does a new receiver, of the aggregator that comes to it.
    const [receiver] = await mesh.plane.admin.list<Pod>(resources.pod, { namespace: 'analysis-emulator' });
    await mesh.plane.admin.delete(resources.pod, 'analysis-emulator', receiver!.metadata.name);
    await eventually('a new receiver', () =>
      mesh.pods.program(analysisName)?.log().includes('an aggregator is connected') ? true : null,
    );
    await captured('/after');
    const rotations = program.log().split('the certificates were rotated').length - 1;
    expect(rotations).toBeGreaterThanOrEqual(3);
    for (let index = 1; index <= sent; index++) expect(await targets(`/renewed/${index}/`)).toHaveLength(1);
    const [card] = (await engine.handlers['clusters.list']({})).clusters;
    expect(card!.losses).toEqual([]);
    console.log(`${sent} calls over ${rotations} renewals, each captured once`);
  });

  it('of another account are refused by the proxies, and no call waits or fails', async () => {
    const { node, program } = await aggregatorOf(sidecar);
    await program.stop('SIGTERM');
    const lines: string[] = [];
    const impostor = spiffeId('mesh.example', 'istio-system', 'impostor');
    const analysis = { host: mesh.pods.addresses.receiver, port: 21_000 };
    const aggregator = await createAggregator({
      listen: { host: mesh.pods.addresses.aggregator(node), port: batchPort },
      identity: fixedIdentity(await mesh.authority.issue({ uri: [impostor] })),
      analysis,
      analysisName: serviceHost(analysisName, 'analysis-emulator', 'cluster.example'),
      analysisIdentity: spiffeId('mesh.example', 'analysis-emulator', analysisName),
      log: createJsonLog('impostor', 'info', (line) => lines.push(line)),
    });
    stack.defer(() => aggregator.close(0));
    await eventually('the proxy refuses it', async () => {
      await call('/impostor');
      const refused = /^cluster\.packet-inspector\.ssl\.fail_verify_san: (\d+)$/m.exec(await sidecar.admin('/stats'));
      return Number(refused?.[1]) > 0;
    });
    expect(aggregator.metrics().find(({ name }) => name === 'batches_total')?.value).toBe(0);
    await eventually('both sides say so', () => {
      const receiver = mesh.pods.program(analysisName)!.log();
      const wanted = spiffeId('mesh.example', 'istio-system', aggregatorName);
      return (
        receiver.includes(`its identity is ${impostor}, not ${wanted}`) &&
        lines.join('').includes('a proxy was refused')
      );
    });
    await engine.handlers['clusters.disable']({ id: 'capturer' });
  });
});
