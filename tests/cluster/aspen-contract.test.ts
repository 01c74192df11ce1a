import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../app/api/cluster-types.ts';
import { chartErrorCode } from '../../app/api/contract.ts';
import { captureOfFile } from '../../app/mesh/aspen/values-capture.ts';
import { type CaptureOptions, defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { emulatorChart } from '../../app/mesh/chart/charts.ts';
import { httpFilterName } from '../../app/mesh/names.ts';
import { resources } from '../../app/mesh/resources.ts';
import { clusterPrograms } from '../../main/engine/clusters/istio/programs.ts';
import { KubeconfigClusters } from '../../main/engine/clusters/kubeconfig-clusters.ts';
import { createCertificateAuthority } from '../../main/tls/certificates.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane/control-plane.ts';
import { helmProgram, missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { chartFolder, helm, installAspenMesh, plugInAuthority, writeChart } from '../support/mesh/aspen-mesh.ts';
import { startCitadel } from '../support/mesh/citadel.ts';
import { objectStates } from '../support/mesh/snapshot.ts';

const where = missingParts === '' ? '' : ` (missing: ${missingParts}; see npm run parts)`;
const id = 'admin';

/** What the window asks of a cluster with Aspen Mesh, from the kubeconfig to the release and back, as its sheets ask it. */
describe.skipIf(missingParts !== '')(`Aspen Mesh by the contract${where}`, () => {
  const stack = new AsyncDisposableStack();
  let plane: ControlPlane;
  let engine: TestEngine;
  let folder: string;
  let capture: CaptureOptions;

  beforeAll(async () => {
    plane = stack.use(await startControlPlane());
    const authority = await createCertificateAuthority('mesh');
    stack.use(startCitadel(plane, authority));
    folder = await installAspenMesh(plane, { version: '1.11.8-am1.4', shape: 'umbrella' });
    await plugInAuthority(plane, authority.certificate);
    engine = startTestEngine();
    stack.defer(() => engine.dispose());
    const clusters = new KubeconfigClusters(engine, [plane.kubeconfig]);
    stack.defer(() => clusters.close());
    await clusters.refresh();
    const file =
      'aspen-mesh-packet-inspector:\n  enabled: true\n  httpCapture:\n    enabled: true\n    excludePods: [a]\n';
    capture = { ...defaultCaptureOptions, ...captureOfFile('exclusions', file) };
  });

  afterAll(() => stack.disposeAsync());

  const check = async (wanted: string): Promise<Check | undefined> => {
    const { checks } = await engine.handlers['clusters.preflight']({ id, capture });
    return checks.find((each) => each.id === wanted);
  };
  const released = async () => (await engine.handlers['clusters.disablePlan']({ id })).release!;

  it('takes the helm of the settings, and no other program', async () => {
    const set = engine.handlers['settings.set'];
    await expect(async () => set({ helmPath: '/nowhere/helm' })).rejects.toThrow('There is no file /nowhere/helm.');
    await expect(async () => set({ helmPath: process.execPath })).rejects.toThrow(/is not a helm program/);
    await set({ helmPath: helmProgram });
    expect(await check('helm')).toMatchObject({ result: 'passed', detail: helmProgram });
  });

  it('sets the label by which Citadel makes certificates', async () => {
    expect(await check('label istio-system')).toMatchObject({ result: 'failed', label: 'istio-system' });
    await engine.handlers['clusters.label']({ id, namespace: 'istio-system' });
    expect(await check('label istio-system')).toMatchObject({ result: 'passed' });
    await eventually('certificates', () => plane.admin.find(resources.secret, 'istio-system', 'istio.default'));
    await eventually('Citadel', async () => (await check('citadel'))?.result === 'passed');
  });

  it('asks for the chart where the release does not keep all of it, and keeps its path', async () => {
    const plan = async () => engine.handlers['clusters.plan']({ id, capture });
    const name = engine.handlers['clusters.nameChart'];
    await expect(plan()).rejects.toMatchObject({ code: chartErrorCode });
    await expect(async () => name({ id, path: '/nowhere' })).rejects.toMatchObject({ code: chartErrorCode });
    await name({ id, path: folder });
    expect((await plan()).values).toContain('aspen-mesh-packet-inspector.enabled: false -> true');
    const { inventory } = await engine.handlers['clusters.inventory']({ id });
    expect(inventory.aspen).toMatchObject({ schema: 'exclusions', chartPath: folder });
  });

  it('shows what a chart that somebody has edited would change beside it', async () => {
    const edited = join(plane.folder, 'edited');
    cpSync(folder, edited, { recursive: true });
    const template = join(edited, chartFolder, 'templates/control-plane.yaml');
    writeFileSync(template, readFileSync(template, 'utf8').replace('trustDomain: cluster.local', 'trustDomain: other'));
    await engine.handlers['clusters.nameChart']({ id, path: edited });
    const { objects } = await engine.handlers['clusters.plan']({ id, capture });
    const foreign = objects.filter(({ action }) => action !== 'create');
    expect(foreign.map(({ kind, name, purpose }) => `${kind} ${name}: ${purpose}`)).toEqual([
      expect.stringMatching(/^ConfigMap istio: an object of the mesh itself/),
    ]);
    expect(foreign[0]!.differences).toEqual(['data.mesh: trustDomain: cluster.local -> trustDomain: other']);
    await engine.handlers['clusters.nameChart']({ id, path: folder });
  });

  it('is switched on with the values of a file, says what off does and with which chart, and is uninstalled', async () => {
    const before = await objectStates(plane.admin);
    await engine.handlers['clusters.enable']({ id, capture });
    const values = await helm(plane, 'get', 'values', 'istiod', '-n', 'istio-system', '-o', 'json');
    expect(JSON.parse(values)['aspen-mesh-packet-inspector'].httpCapture.excludePods).toEqual(['a']);
    const release = await released();
    expect(release).toMatchObject({ chartPath: folder, chartProblem: '' });
    expect(release.values).toContain('aspen-mesh-packet-inspector.enabled: true -> false');
    expect(release.found).toEqual(
      expect.arrayContaining([`EnvoyFilter istio-system/${httpFilterName}`, 'release pi1-analysis-emulator']),
    );
    await engine.handlers['clusters.nameChart']({ id, path: '' });
    expect((await released()).chartProblem).toContain('helm keeps no subcharts in a release');
    await engine.handlers['clusters.nameChart']({ id, path: folder });
    const { cluster, remainder } = await engine.handlers['clusters.uninstall']({ id });
    expect(cluster.state).toBe('off');
    expect(remainder.left).toEqual([]);
    await eventually('all objects as before', async () => {
      expect(await objectStates(plane.admin)).toEqual(before);
      return true;
    });
  });

  it('finds and uninstalls while it is off what an earlier version left, without a chart', async () => {
    const before = await objectStates(plane.admin);
    const chart = join(plane.folder, 'analysis-emulator');
    writeChart(chart, emulatorChart(clusterPrograms(), '1.0.0'));
    await helm(plane, 'install', 'analysisemulator', chart, '-n', 'analysis-emulator', '--create-namespace');
    await plane.apply(
      {
        apiVersion: 'networking.istio.io/v1alpha3',
        kind: 'EnvoyFilter',
        metadata: { name: httpFilterName, namespace: 'istio-system' },
        spec: {},
      },
      'envoyfilters',
    );
    await engine.handlers['clusters.nameChart']({ id, path: '' });
    const release = await released();
    expect(release).toMatchObject({ values: [], chartProblem: '' });
    expect(release.found).toEqual(
      expect.arrayContaining([`EnvoyFilter istio-system/${httpFilterName}`, 'release analysisemulator']),
    );
    const { remainder } = await engine.handlers['clusters.uninstall']({ id });
    expect(remainder.left).toEqual([]);
    expect(await released()).toMatchObject({ found: [] });
    // The namespace is not ours: the user made it.
    await plane.admin.delete(resources.namespace, '', 'analysis-emulator');
    await eventually('all objects as before', async () => {
      expect(await objectStates(plane.admin)).toEqual(before);
      return true;
    });
  });
});
