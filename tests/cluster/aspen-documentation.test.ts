import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { sectionKey } from '../../app/mesh/aspen/aspen-mesh.ts';
import { emulatorChart, inspectorChart } from '../../app/mesh/chart/charts.ts';
import { analysisNamespace } from '../../app/mesh/names.ts';
import { resources } from '../../app/mesh/resources.ts';
import { clusterPrograms } from '../../main/engine/clusters/istio/programs.ts';
import { type Ended, packetInspector, runProgram } from '../support/command-line.ts';
import type { ControlPlane } from '../support/control-plane/control-plane.ts';
import { helmProgram, missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { callDiameter, startDiameterPeer, startHttp1Peer } from '../support/envoy-peers.ts';
import { aspenDriver, chartFolder, installAspenMesh, plugInAuthority, writeChart } from '../support/mesh/aspen-mesh.ts';
import { namespace } from '../support/mesh/istiod.ts';
import { type MeshCluster, startMeshCluster } from '../support/mesh/mesh-cluster.ts';
import { receivedFiles } from '../support/mesh/received-files.ts';
import type { MeshSidecar } from '../support/mesh/sidecar.ts';
import { changesSince, noChanges, objectStates, untilUnchanged } from '../support/mesh/snapshot.ts';

const version = '1.11.8-am1.3';
const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;
const missing = [missingParts, hasKubectl ? '' : 'kubectl'].filter((part) => part !== '').join(', ');
const missingText = missing === '' ? '' : ` (missing: ${missing}; see npm run parts)`;

const userValues = `# Ours.
pilot:
  cpu: "2"   # of two nodes
`;

/** What the documentation has copied and pasted into the override values file. */
const prepareSnippet = `citadel:
  enabled: true
global:
  # Enable traditional DNS-name and non-SPIFFE-URI SAN extensions in
  # Aspen Mesh certificate-authority (CA) workload certificates and
  # Citadel certificate secrets.
  certificateCustomFields: true
`;
const captureSnippet = `aspen-mesh-packet-inspector:
  enabled: false
  analysis:
    address:
  httpCapture:
    enabled: false
    excludeNamespaces: []
    excludePods: []
  diameterCapture:
    enabled: false
    port:
`;
/** The snippet, edited as "Configure" and "Enable" have it, with the documentation's examples; and with an expression that backtracking would never end. */
const enabledSnippet = `aspen-mesh-packet-inspector:
  enabled: true
  analysis:
    address: aspen-mesh-analysis-emulator.analysis-emulator.svc.cluster.local:21000
  httpCapture:
    enabled: true
    excludeNamespaces:
      - dont-capture-me-.*
      - capture-me-not
    excludePods:
      - stealthy-pod
      - under-the-radar-app.*
      - (([-a-z0-9]+)+)+!
  diameterCapture:
    enabled: true
    port: 3868
`;
/** As "Disable" has it. */
const disabledSnippet = enabledSnippet.replaceAll('enabled: true', 'enabled: false');

/** Each command as its documentation writes it, with the real kubectl and helm; our own parts are its Packet Inspector and its emulator. */
describe.skipIf(missing !== '')(`Aspen Mesh by hand, as it is documented${missingText}`, () => {
  const stack = new AsyncDisposableStack();
  let mesh: MeshCluster;
  let plane: ControlPlane;
  let engine: TestEngine;
  let sidecars: Readonly<Record<string, MeshSidecar>>;
  /** The release directory. */
  let release: string;
  let overrides: string;
  let before: readonly string[];

  beforeAll(async () => {
    mesh = stack.use(await startMeshCluster());
    plane = mesh.plane;
    const http = stack.use(await startHttp1Peer()).port;
    const diameter = stack.use(await startDiameterPeer()).port;
    const workloads = {
      cart: { namespace: 'shop', name: 'cart', http, diameter },
      beginsWith: { namespace: 'dont-capture-me-too', name: 'hidden', http },
      isNamed: { namespace: 'capture-me-not', name: 'unseen', http },
      podNamed: { namespace: 'shop', name: 'stealthy-pod', http, isBare: true },
      podBegins: { namespace: 'shop', name: 'under-the-radar-app', http },
    };
    const started = await Promise.all(
      Object.entries(workloads).map(async ([name, workload]) => [name, await mesh.addSidecar(workload)] as const),
    );
    sidecars = Object.fromEntries(started);
    const programs = clusterPrograms();
    const inspector = inspectorChart(programs, version);
    release = await installAspenMesh(plane, { version, shape: 'umbrella', inspector }, userValues);
    writeChart(join(release, 'samples/aspenmesh/analysis-emulator'), emulatorChart(programs, version));
    overrides = join(plane.folder, 'aspen-mesh-override-values.yaml');
    await plugInAuthority(plane, mesh.authority.certificate);
    await plane.apply(namespace('istio-system', { 'ca.istio.io/override': 'no' }), 'namespaces');
    await plane.admin.delete(resources.namespace, '', analysisNamespace);
    await eventually('it is gone', async () => !(await plane.admin.find(resources.namespace, '', analysisNamespace)));
    engine = startTestEngine();
    stack.defer(() => engine.dispose());
    engine.addCluster(await aspenDriver(plane, () => ({ chart: release })));
  });

  afterAll(() => stack.disposeAsync());

  const environment = () => ({
    KUBECONFIG: plane.kubeconfig,
    PATH: `${dirname(helmProgram)}${delimiter}${process.env.PATH}`,
  });
  const shell = (command: string): Promise<Ended> =>
    runProgram('sh', ['-c', command], { environment: environment(), folder: release });
  /** What a command prints that is to go well. */
  async function typed(command: string): Promise<string> {
    const { exit, out, errors } = await shell(command);
    expect({ command, exit, errors: exit === 0 ? '' : errors }).toEqual({ command, exit: 0, errors: '' });
    return out;
  }
  const run = (...args: readonly string[]) => packetInspector(args, { environment: environment() });
  const save = (...parts: readonly string[]) => writeFileSync(overrides, parts.join(''));
  /** "Perform an upgrade of Aspen Mesh from the current version to the same version." */
  const upgrade = () =>
    typed(`helm upgrade istiod ${chartFolder} --namespace istio-system --values ${overrides} --wait`);
  const getDaemonSet = () =>
    shell('kubectl get daemonset aspen-mesh-packet-inspector \\\n    --namespace istio-system');
  const call = async ({ host, httpPort }: MeshSidecar, path: string) => {
    const answer = await fetch(`http://${host}:${httpPort}${path}`);
    expect(answer.status).toBe(200);
    await answer.text();
  };
  const captured = async (filter: string) => (await engine.rows(filter)).length > 0;

  it('is prepared', async () => {
    save(userValues, prepareSnippet);
    await upgrade();
    const label = 'kubectl label namespace istio-system \\\n    ca.istio.io/override=true --overwrite';
    expect(await typed(label)).toBe('namespace/istio-system labeled\n');
    await eventually('all is prepared', async () => (await run('prepare')).exit === 0);
    before = await objectStates(plane.admin);
  });

  it('has its analysis emulator installed', async () => {
    await typed('kubectl create namespace analysis-emulator');
    await typed('kubectl label namespace analysis-emulator \\\n    ca.istio.io/override=true --overwrite');
    const installed = await typed(
      'helm install pi1-analysis-emulator samples/aspenmesh/analysis-emulator \\\n    --namespace analysis-emulator',
    );
    expect(installed).toContain('STATUS: deployed');
    const pods = `kubectl get pods --namespace analysis-emulator --output name \\
        --selector 'app in (packet-inspector-1-analysis-emulator, analysis-emulator)'`;
    await eventually('one pod of it', async () => (await typed(pods)).trim().split('\n').length === 1);
    const { checks } = await engine.handlers['clusters.preflight']({
      id: 'admin',
      capture: (await engine.handlers['clusters.inventory']({ id: 'admin' })).capture,
    });
    expect(checks.filter(({ result }) => result === 'failed')).toEqual([]);
  });

  it('is configured and enabled: nothing is captured before', async () => {
    save(userValues, prepareSnippet, captureSnippet);
    await upgrade();
    const none = await getDaemonSet();
    expect(none.exit).toBe(1);
    expect(none.errors).toContain('daemonsets.apps "aspen-mesh-packet-inspector" not found');
    save(userValues, prepareSnippet, enabledSnippet);
    expect(await run('values', overrides, '--aspen-version', version)).toMatchObject({ exit: 0, errors: '' });
    await upgrade();
    expect((await getDaemonSet()).out).toMatch(/\naspen-mesh-packet-inspector +2 +2 /);
    await typed('kubectl get envoyfilter http-capture-filter --namespace istio-system');
  });

  it('captures all but the namespaces and pods that are left out, of which no file is written either', async () => {
    const leftOut = Object.entries(sidecars).filter(([name]) => name !== 'cart');
    const callAll = async () => {
      for (const [name, sidecar] of Object.entries(sidecars)) await call(sidecar, `/of/${name}`);
      await callDiameter(sidecars.cart!.host, sidecars.cart!.diameterPort, 1);
    };
    /** A sidecar whose filter was told by the aggregator of its node that its pod is not to be captured. */
    const isIdle = async (sidecar: MeshSidecar) =>
      /: [1-9]\d*$/m.test(await sidecar.admin('/stats?filter=^cluster.packet-inspector.upstream_rq_403$'));
    await eventually('captures of the one, and an answer to the others', async () => {
      await callAll();
      const idle = await Promise.all(leftOut.map(([, sidecar]) => isIdle(sidecar)));
      const isCaptured = (await captured('http.request.uri == "/of/cart"')) && (await captured('diameter'));
      return isCaptured && idle.every((one) => one);
    });
    await callAll();
    // Filters are ticked each 250 ms: what else was captured has come by then.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const targets = new Set((await engine.rows('http')).map(({ target }) => target));
    expect([...targets]).toEqual(['/of/cart']);
    const files = receivedFiles(plane);
    const written = [...files, ...files.map((file) => readFileSync(file, 'latin1'))].join('\n');
    expect(written).toContain('/of/cart');
    expect(written).toContain(sidecars.cart!.pod);
    for (const [name, { pod }] of leftOut) {
      expect(written).not.toContain(`/of/${name}`);
      expect(written).not.toContain(pod);
    }
  });

  it.each([
    ['an unbalanced expression', 'stealthy-[', /missing closing \]/, 'neither a name nor a regular expression'],
    ['an empty text', '""', /an empty text names nothing/, 'is empty'],
  ])('refuses %s, by helm as by the command, and goes on as before', async (_, name, ofHelm, ofCommand) => {
    const objects = await objectStates(plane.admin);
    save(userValues, prepareSnippet, enabledSnippet.replace('stealthy-pod', name));
    const refused = await shell(`helm upgrade istiod ${chartFolder} --namespace istio-system --values ${overrides}`);
    expect(refused.exit).toBe(1);
    expect(refused.errors).toMatch(ofHelm);
    const checked = await run('values', overrides, '--aspen-version', version);
    expect(checked).toMatchObject({ exit: 1, out: '' });
    const line = 1 + userValues.split('\n').length - 1 + prepareSnippet.split('\n').length - 1 + 10;
    expect(checked.errors).toContain(`${overrides}:${line}: aspen-mesh-packet-inspector.httpCapture.excludePods.0`);
    expect(checked.errors).toContain(ofCommand);
    expect(await changesSince(plane.admin, objects)).toEqual(noChanges);
  });

  it('is disabled', async () => {
    save(userValues, prepareSnippet, disabledSnippet);
    await upgrade();
    expect((await getDaemonSet()).exit).toBe(1);
    await eventually('the window shows it', async () => {
      const { clusters } = await engine.handlers['clusters.list']({});
      return clusters.find(({ id }) => id === 'admin')?.state === 'off';
    });
    await call(sidecars.cart!, '/after');
  });

  it('is enabled and disabled by the command as it was configured by hand: what is left out stays left out', async () => {
    const section = async () =>
      (parse(await typed('helm get values istiod --namespace istio-system --output yaml')) as Record<string, object>)[
        sectionKey
      ];
    const ofSnippet = (snippet: string) => (parse(snippet) as Record<string, object>)[sectionKey];
    expect(await section()).toEqual(ofSnippet(disabledSnippet));
    const enabled = await run('enable', '--chart', release);
    expect(enabled).toMatchObject({ exit: 0, errors: '' });
    expect(enabled.out).toContain('the emulator that is there (release pi1-analysis-emulator)');
    // What says nothing of Diameter leaves it off.
    const off = 'diameterCapture:\n    enabled: false';
    expect(await section()).toEqual(ofSnippet(enabledSnippet.replace('diameterCapture:\n    enabled: true', off)));
    expect(await run('disable', '--chart', release)).toMatchObject({ exit: 0, errors: '' });
    expect(await section()).toEqual(ofSnippet(disabledSnippet));
  });

  it('is uninstalled in the documented order, which begins with the filter while it is enabled', async () => {
    save(userValues, prepareSnippet, enabledSnippet);
    await upgrade();
    await typed('kubectl delete envoyfilter http-capture-filter \\\n    --namespace istio-system');
    await call(sidecars.cart!, '/without/filter');
    expect((await getDaemonSet()).exit).toBe(0);
    save(userValues, prepareSnippet, disabledSnippet);
    await upgrade();
    expect((await getDaemonSet()).exit).toBe(1);
    await typed('helm uninstall pi1-analysis-emulator --namespace analysis-emulator');
  });

  it('has an emulator uninstalled by its earlier name, by hand and by the command', async () => {
    const install = () =>
      typed('helm install analysisemulator samples/aspenmesh/analysis-emulator --namespace analysis-emulator --wait');
    await install();
    await typed('helm uninstall analysisemulator --namespace analysis-emulator --wait');
    await install();
    const removed = await run('uninstall', '--chart', release);
    expect(removed).toMatchObject({ exit: 0, errors: '' });
    expect(removed.out).toMatch(/^Uninstall the analysis service: \d+ ms, release analysisemulator$/m);
    await typed('kubectl delete namespace analysis-emulator');
    expect(await untilUnchanged(plane.admin, before)).toEqual(noChanges);
    await call(sidecars.cart!, '/in/the/end');
  });
});
