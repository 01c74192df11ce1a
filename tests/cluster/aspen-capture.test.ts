import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingsOff, settingsOn } from '../../app/mesh/aspen/capture-values.ts';
import { editValues, sectionSettings } from '../../app/mesh/aspen/values-edit.ts';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { emulatorChart, inspectorChart } from '../../app/mesh/chart/charts.ts';
import { analysisNamespace } from '../../app/mesh/names.ts';
import { resources } from '../../app/mesh/resources.ts';
import { createAspenDriver } from '../../main/engine/clusters/aspen/aspen-driver.ts';
import { clusterPrograms } from '../../main/engine/clusters/istio/programs.ts';
import type { ControlPlane } from '../support/control-plane/control-plane.ts';
import { helmProgram } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { callDiameter, startDiameterPeer, startHttp1Peer } from '../support/envoy-peers.ts';
import { installAspenMesh, plugInAuthority, writeChart } from '../support/mesh/aspen-mesh.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';
import type { MeshSidecar } from '../support/mesh/sidecar.ts';

const version = '1.11.8-am1.4';
const hasKubectl = spawnSync('kubectl', ['version', '--client']).status === 0;

/** Aspen Mesh with our own parts as its subchart `aspen-mesh-packet-inspector`, so that what it captures can be seen. */
describe.skipIf(missingPartsText !== '')(`captures of Aspen Mesh${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let cluster: MeshCluster;
  let plane: ControlPlane;
  let sidecar: MeshSidecar;
  let engine: TestEngine;
  /** The release folder, and the override values file of its user. */
  let folder: string;
  let overrides: string;

  beforeAll(async () => {
    cluster = stack.use(await startMeshCluster());
    plane = cluster.plane;
    const http = stack.use(await startHttp1Peer()).port;
    const diameter = stack.use(await startDiameterPeer()).port;
    sidecar = await cluster.addSidecar({ namespace: 'shop', name: 'cart', http, diameter });
    const programs = clusterPrograms();
    folder = await installAspenMesh(plane, {
      version,
      shape: 'umbrella',
      inspector: inspectorChart(programs, version),
    });
    overrides = join(plane.folder, 'aspen-mesh-override-values.yaml');
    writeChart(join(folder, 'samples/aspenmesh/analysis-emulator'), emulatorChart(programs, version));
    await plugInAuthority(plane, cluster.authority.certificate);
    engine = startTestEngine();
    stack.defer(() => engine.dispose());
    engine.addCluster(
      createAspenDriver({
        name: 'admin',
        client: await plane.client('admin'),
        files: [plane.kubeconfig],
        lookEvery: 500,
        eager: true,
        aspen: () => ({ helm: helmProgram, chart: folder, release: '', timeout: 60 }),
      }),
    );
  });

  afterAll(() => stack.disposeAsync());

  const call = async (path: string) => {
    const answer = await fetch(`http://${sidecar.host}:${sidecar.httpPort}${path}`, { method: 'POST', body: 'hello' });
    expect(answer.status).toBe(200);
    await answer.text();
  };
  const shown = (path: string) =>
    eventually(`a flow of ${path}`, async () => {
      await call(path);
      return (await engine.rows()).find(({ target }) => target === path) ?? null;
    });

  it('are shown from enabling to disabling, by the release and the emulator alone', async () => {
    await engine.handlers['clusters.enable']({ id: 'admin', capture: defaultCaptureOptions });
    expect(await shown('/by/the/app')).toMatchObject({ method: 'POST', protocol: 'HTTP/1.1' });
    const { findings } = await engine.handlers['clusters.doctor']({ id: 'admin' });
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const { remainder } = await engine.handlers['clusters.disable']({ id: 'admin' });
    expect(remainder.left).toEqual([]);
    await call('/after');
  });

  it('are of Diameter, too, where the version has it, in files called as the documentation says', async () => {
    const hopByHopId = 1_857_878_061;
    await engine.handlers['clusters.enable']({
      id: 'admin',
      capture: { ...defaultCaptureOptions, http: false, diameterPort: 3868 },
    });
    const flow = await eventually('a flow of Diameter', async () => {
      await callDiameter(sidecar.host, sidecar.diameterPort, hopByHopId);
      return (await engine.rows('diameter'))[0] ?? null;
    });
    const [detail] = await engine.details([flow]);
    expect(detail).toMatchObject({
      request: { hopByHopId, endToEndId: hopByHopId },
      answer: { hopByHopId, endToEndId: hopByHopId },
    });
    const folder = join(plane.folder, 'pods');
    const pod = detail!.observations[0]!.pod!.pod;
    const name = new RegExp(`/(${pod}-${hopByHopId}-${hopByHopId}-\\d{19})\\.(bson|pcap)$`);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => name.test(file));
    expect(new Set(files.map((file) => name.exec(file)?.[2]))).toEqual(new Set(['bson', 'pcap']));
    for (const file of files) {
      const nanoseconds = BigInt(/(\d{19})\.\w+$/.exec(file)![1]!);
      expect(Math.abs(Number(nanoseconds / 1_000_000n) - Date.now())).toBeLessThan(60_000);
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    }
    await engine.handlers['clusters.disable']({ id: 'admin' });
  });

  it.skipIf(!hasKubectl)("are taken with the documentation's own commands as they are written", async () => {
    const run = async (command: string) => {
      const [program = '', ...args] = command.split(' ');
      const { stdout } = await promisify(execFile)(program === 'helm' ? helmProgram : program, args, {
        cwd: folder,
        env: { ...process.env, KUBECONFIG: plane.kubeconfig },
      });
      return stdout;
    };
    const upgrade = () =>
      run(
        `helm upgrade istiod manifests/charts/istio-control/istio-discovery --namespace istio-system --values ${overrides} --wait`,
      );
    const isOn = () => plane.admin.find(resources.daemonSet, 'istio-system', 'aspen-mesh-packet-inspector');
    await run(`helm uninstall pi1-analysis-emulator --namespace ${analysisNamespace} --wait`);
    await run('kubectl delete namespace analysis-emulator');

    await run('kubectl label namespace istio-system ca.istio.io/override=true --overwrite');
    await run('kubectl create namespace analysis-emulator');
    await run('kubectl label namespace analysis-emulator ca.istio.io/override=true --overwrite');
    await run('helm install pi1-analysis-emulator samples/aspenmesh/analysis-emulator --namespace analysis-emulator');
    const before = readFileSync(overrides, 'utf8');
    const on = editValues(before, sectionSettings(settingsOn('exclusions', defaultCaptureOptions)));
    writeFileSync(overrides, on);
    await upgrade();
    expect(await run('kubectl get daemonset aspen-mesh-packet-inspector --namespace istio-system')).toContain(
      'aspen-mesh-packet-inspector',
    );
    await shown('/by/hand');

    writeFileSync(overrides, editValues(on, sectionSettings(settingsOff({ httpCapture: {}, diameterCapture: {} }))));
    await upgrade();
    expect(await isOn()).toBeNull();

    // Uninstalling goes on where the filter was deleted before Packet Inspector was disabled, as its order has it.
    writeFileSync(overrides, on);
    await upgrade();
    await run('kubectl delete envoyfilter http-capture-filter --namespace istio-system');
    await call('/without/filter');
    expect(await isOn()).not.toBeNull();
    writeFileSync(overrides, before);
    await upgrade();
    expect(await isOn()).toBeNull();
    await run('helm uninstall pi1-analysis-emulator --namespace analysis-emulator');
    await call('/in/the/end');
  });
});
