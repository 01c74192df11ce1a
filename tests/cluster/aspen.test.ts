import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CaptureOptions, defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { resources } from '../../app/mesh/resources.ts';
import { type AspenOptions, createAspenDriver } from '../../main/engine/clusters/aspen/aspen-driver.ts';
import { labelNamespace } from '../../main/engine/clusters/aspen/emulator.ts';
import { findAspenMesh } from '../../main/engine/clusters/aspen/find-aspen.ts';
import { uninstall, uninstallSteps } from '../../main/engine/clusters/aspen/uninstall.ts';
import type { ClusterDriver } from '../../main/engine/clusters/driver.ts';
import { StepList } from '../../main/engine/clusters/istio/step-list.ts';
import { Helm } from '../../main/engine/helm/helm.ts';
import { createCertificateAuthority } from '../../main/tls/certificates.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane/control-plane.ts';
import { helmProgram, missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import { helm, installAspenMesh, plugInAuthority, writeAspenChart } from '../support/mesh/aspen-mesh.ts';
import { startCitadel } from '../support/mesh/citadel.ts';
import { objectStates } from '../support/mesh/snapshot.ts';

const program = join(import.meta.dirname, '../../build/engine/cli.mjs');
const where = missingParts === '' ? '' : ` (missing: ${missingParts}; see npm run parts)`;

describe.skipIf(missingParts !== '')(`Aspen Mesh${where}`, () => {
  const stack = new AsyncDisposableStack();
  let plane: ControlPlane;
  let root: string;

  beforeAll(async () => {
    plane = stack.use(await startControlPlane());
    const authority = await createCertificateAuthority('mesh');
    root = authority.certificate;
    stack.use(startCitadel(plane, authority));
  });

  afterAll(() => stack.disposeAsync());

  async function driver(options: Partial<AspenOptions> = {}): Promise<ClusterDriver> {
    return createAspenDriver({
      name: 'admin',
      client: await plane.client('admin'),
      files: [plane.kubeconfig],
      lookEvery: 500,
      eager: true,
      aspen: () => ({ helm: helmProgram, chart: '', release: '', timeout: 30, ...options }),
    });
  }
  const wanted = (capture: Partial<CaptureOptions> = {}): CaptureOptions => ({ ...defaultCaptureOptions, ...capture });
  const values = async () =>
    JSON.parse(await helm(plane, 'get', 'values', 'istiod', '-n', 'istio-system', '-o', 'json'));
  const runUninstall = async (chart: string, isEnabled: boolean) => {
    const target = {
      client: plane.admin,
      helm: new Helm({ setting: helmProgram, files: [plane.kubeconfig], context: 'admin' }),
      mesh: await findAspenMesh(plane.admin, ''),
      chart,
    };
    return uninstall(target, isEnabled, new StepList(uninstallSteps, () => {}));
  };
  const prepare = async () => {
    await plugInAuthority(plane, root);
    await labelNamespace(plane.admin, 'istio-system');
    await eventually('certificates', () => plane.admin.find(resources.secret, 'istio-system', 'istio.default'));
    await eventually('Citadel', async () => {
      const [citadel] = await plane.admin.list(resources.deployment, { labels: 'app=citadel' });
      return ((citadel as { status?: { readyReplicas?: number } } | undefined)?.status?.readyReplicas ?? 0) > 0;
    });
  };

  describe.each([
    { version: '1.11.8-am2', shape: 'single', capture: {} },
    { version: '1.11.8-am1.2', shape: 'single', capture: { diameterPort: 3868 } },
    {
      version: '1.11.8-am1.4',
      shape: 'umbrella',
      capture: { excludeNamespaces: ['dont-capture-me-.*', 'capture-me-not'], excludePods: ['stealthy-pod'] },
    },
  ] as const)('$version ($shape)', ({ version, shape, capture }) => {
    let folder: string;

    beforeAll(async () => {
      folder = await installAspenMesh(plane, { version, shape });
      await prepare();
    });

    afterAll(async () => {
      await helm(plane, 'uninstall', 'istiod', '-n', 'istio-system', '--wait');
    });

    it('is recognised with its version and schema', async () => {
      const mesh = await findAspenMesh(plane.admin, '');
      expect(mesh.version.text).toBe(version);
      expect(mesh.release).toMatchObject({ name: 'istiod', namespace: 'istio-system', status: 'deployed' });
    });

    it('is switched on, off and uninstalled, and everything else is as it was to the byte', async () => {
      const chart = shape === 'umbrella' ? folder : '';
      const cluster = await driver({ chart });
      const before = await objectStates(plane.admin);
      const overrides = await values();
      const plan = await cluster.plan(wanted(capture));
      expect(plan.objects.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['aspen-mesh-packet-inspector', 'http-capture-filter']),
      );
      expect(plan.objects.every(({ action }) => action === 'create')).toBe(true);
      await cluster.enable(wanted(capture));
      expect(cluster.status()).toMatchObject({ capture: 'capturing', problem: '' });
      const { 'aspen-mesh-packet-inspector': section, ...rest } = await values();
      expect(section.enabled).toBe(true);
      expect(section.analysis.address).toBe('aspen-mesh-analysis-emulator.analysis-emulator.svc.cluster.local:21000');
      expect(rest).toEqual(overrides);
      await plane.admin.get(resources.daemonSet, 'istio-system', 'aspen-mesh-packet-inspector');
      await plane.admin.get(resources.envoyFilter, 'istio-system', 'http-capture-filter');
      const { left } = await cluster.disable();
      expect(left).toEqual([]);
      const off = (await values())['aspen-mesh-packet-inspector'];
      expect(off.enabled).toBe(false);
      if (version !== '1.11.8-am2') {
        expect(off.httpCapture.enabled).toBe(false);
        expect(off.diameterCapture.enabled).toBe(false);
      }
      await cluster.close();
      expect((await runUninstall(chart, false)).left).toEqual([]);
      await eventually('all objects as before', async () => {
        expect(await objectStates(plane.admin)).toEqual(before);
        return true;
      });
    });
  });

  describe('when something is wrong', () => {
    let folder: string;

    beforeAll(async () => {
      folder = await installAspenMesh(plane, { version: '1.11.8-am1.4', shape: 'umbrella' }, 'global: {}\n');
    });

    afterAll(async () => {
      await helm(plane, 'uninstall', 'istiod', '-n', 'istio-system', '--wait');
    });

    const failures = async (cluster: ClusterDriver, capture: Partial<CaptureOptions> = {}) =>
      (await cluster.preflight(wanted(capture))).checks.filter(({ result }) => result === 'failed');

    it('says what is not prepared, with the evidence and the values to set', async () => {
      await plane.admin.delete(resources.secret, 'istio-system', 'cacerts');
      await using cluster = closing(await driver({ chart: folder }));
      const found = await failures(cluster.driver);
      expect(found.map(({ id }) => id)).toEqual(['ca', 'citadel', 'custom-fields']);
      expect(found.map(({ detail }) => detail)).toEqual([
        'no secret cacerts in istio-system',
        'citadel.enabled is not true in the release',
        'global.certificateCustomFields is not true in the release',
      ]);
      expect(found[1]!.values).toBe('citadel:\n  enabled: true\n');
      await expect(cluster.driver.enable(wanted())).rejects.toThrow('No CA certificates are plugged in');
    });

    it('refuses what the version has no value for, and an analysis service that is not there', async () => {
      await using cluster = closing(await driver({ chart: folder }));
      const area = { kind: 'namespaces', namespaces: ['shop'] } as const;
      expect((await failures(cluster.driver, { area })).map(({ title }) => title)).toContain(
        'Aspen Mesh captures in the whole mesh',
      );
      const away = await failures(cluster.driver, { analysisAddress: 'tool.nowhere.svc.cluster.local:4000' });
      expect(away.map(({ title }) => title)).toContain('There is no service tool in nowhere');
    });

    it('is found by the commands, which check and label what has to be prepared', async () => {
      await plane.admin.delete(resources.secret, 'istio-system', 'cacerts');
      const run = (...args: readonly string[]) =>
        promisify(execFile)(process.execPath, [program, ...args], {
          env: { ...process.env, KUBECONFIG: plane.kubeconfig, PACKET_INSPECTOR_HELM: helmProgram },
        });
      const { stdout } = await run('status', '-o', 'json', '--chart', folder);
      expect(JSON.parse(stdout).checks[0]).toMatchObject({ id: 'mesh', title: 'Aspen Mesh 1.11.8-am1.4' });
      await plane.apply(
        {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: 'istio-system', labels: { 'ca.istio.io/override': 'no' } },
        },
        'namespaces',
      );
      const file = join(plane.folder, 'prepared.yaml');
      writeFileSync(file, '# ours\nglobal:\n  hub: x # mirror\n');
      await expect(run('prepare', '--label', '--write', file)).rejects.toMatchObject({
        stdout: expect.stringContaining('No CA certificates are plugged in'),
      });
      const namespace = await plane.admin.get(resources.namespace, '', 'istio-system');
      expect(namespace.metadata.labels?.['ca.istio.io/override']).toBe('true');
      expect(readFileSync(file, 'utf8')).toBe(
        '# ours\nglobal:\n  hub: x # mirror\n  certificateCustomFields: true\ncitadel:\n  enabled: true\n',
      );
    });

    it('says what helm is missing for: subcharts, the right version, the program itself', async () => {
      await helm(
        plane,
        'upgrade',
        'istiod',
        join(folder, 'manifests/charts/istio-control/istio-discovery'),
        '-n',
        'istio-system',
        '--set',
        'citadel.enabled=true,global.certificateCustomFields=true',
        '--wait',
      );
      await prepare();
      const before = await objectStates(plane.admin);
      await using release = closing(await driver());
      await expect(release.driver.enable(wanted())).rejects.toThrow(
        /has no Packet Inspector in it \(helm keeps no subcharts\): name the release folder or the archive of the chart istio-discovery 1\.11\.8-am1\.4/,
      );
      await using other = closing(
        await driver({ chart: writeAspenChart(plane.folder, { version: '1.11.8-am1.3', shape: 'umbrella' }) }),
      );
      await expect(other.driver.enable(wanted())).rejects.toThrow(
        /has istio-discovery 1\.11\.8-am1\.3, but the release istiod is of the chart istio-discovery 1\.11\.8-am1\.4/,
      );
      await using missing = closing(await driver({ helm: '/nowhere/helm' }));
      await expect(missing.driver.enable(wanted())).rejects.toThrow('/nowhere/helm is no helm program');
      await using user = closing(
        createAspenDriver({
          name: 'viewer',
          client: await plane.client('viewer'),
          files: [plane.kubeconfig],
          lookEvery: 500,
          eager: true,
          aspen: () => ({ helm: helmProgram, chart: folder, release: '' }),
        }),
      );
      await expect(user.driver.enable(wanted())).rejects.toThrow(/cannot list resource|You may not/);
      expect(await objectStates(plane.admin)).toEqual(before);
    });

    it('leaves everything as it was when the upgrade fails half-way', async () => {
      await using cluster = closing(await driver({ chart: folder, timeout: 5 }));
      const overrides = await values();
      // No pod may be made any more, so the aggregators never become ready.
      await plane.apply(
        {
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'none', namespace: 'istio-system' },
          spec: { hard: { pods: '0' } },
        },
        'resourcequotas',
      );
      try {
        await expect(cluster.driver.enable(wanted())).rejects.toThrow(/did not become ready in time/);
      } finally {
        await plane.admin.connection.json({
          method: 'DELETE',
          path: '/api/v1/namespaces/istio-system/resourcequotas/none',
        });
      }
      expect(cluster.driver.status()).toMatchObject({ capture: 'off' });
      expect(await values()).toEqual(overrides);
      expect(await plane.admin.find(resources.daemonSet, 'istio-system', 'aspen-mesh-packet-inspector')).toBeNull();
      expect(await plane.admin.find(resources.envoyFilter, 'istio-system', 'http-capture-filter')).toBeNull();
      expect((await runUninstall(folder, false)).left).toEqual([]);
    });

    it('does nothing while an upgrade is pending', async () => {
      const [secret] = await plane.admin.list(resources.secret, {
        namespace: 'istio-system',
        labels: 'owner=helm,status=deployed',
      });
      const {
        metadata: { resourceVersion: _, uid: __, managedFields: ___, creationTimestamp: ____, ...metadata },
        ...rest
      } = secret!;
      const labels = { ...metadata.labels, status: 'pending-upgrade', version: '99' };
      const pending = { ...rest, metadata: { ...metadata, name: 'sh.helm.release.v1.istiod.v99', labels } };
      await plane.admin.create(resources.secret, pending);
      await using cluster = closing(await driver({ chart: folder }));
      await expect(cluster.driver.enable(wanted())).rejects.toThrow(/The release istiod is in pending-upgrade/);
      await plane.admin.delete(resources.secret, 'istio-system', pending.metadata.name);
    });

    it('tells a network analysis tool whose name, account, mount or certificate is wrong', async () => {
      const address = 'tool.tools.svc.cluster.local:4000';
      await plane.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tools' } }, 'namespaces');
      const metadata = { name: 'tool', namespace: 'tools', labels: { app: 'tool' } };
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'other', namespace: 'tools' } };
      await plane.apply(account, 'serviceaccounts');
      await plane.apply(
        { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: { app: 'tool' }, ports: [{ port: 4000 }] } },
        'services',
      );
      const spec = { serviceAccountName: 'other', containers: [{ name: 'tool', image: 'registry.example/tool:1' }] };
      await plane.apply({ apiVersion: 'v1', kind: 'Pod', metadata, spec }, 'pods');
      await using cluster = closing(await driver({ chart: folder }));
      const found = async () => (await failures(cluster.driver, { analysisAddress: address })).map(({ id }) => id);
      expect(await found()).toEqual(expect.arrayContaining(['label tools', 'account', 'volume', 'secret']));
      await labelNamespace(plane.admin, 'tools');
      await eventually('the certificate of the other account', async () =>
        (await found()).includes('certificate other'),
      );
      const [wrong] = (await failures(cluster.driver, { analysisAddress: address })).filter(
        ({ id }) => id === 'certificate other',
      );
      expect(wrong!.detail).toBe(
        'the address is tool.tools.svc.cluster.local, the certificate has other.tools.svc.cluster.local',
      );
      await plane.admin.delete(resources.namespace, '', 'tools');
    });

    it('does nothing with two releases until one is named', async () => {
      const path = join(folder, 'manifests/charts/istio-control/istio-discovery');
      await helm(plane, 'install', 'canary', path, '-n', 'istio-system', '--take-ownership');
      await using cluster = closing(await driver({ chart: folder }));
      await expect(cluster.driver.enable(wanted())).rejects.toThrow(
        /several releases of Aspen Mesh: canary \(1\.11\.8-am1\.4\), istiod \(1\.11\.8-am1\.4\)\. Say which one/,
      );
      expect((await findAspenMesh(plane.admin, 'istiod')).release.name).toBe('istiod');
      await plane.admin.delete(resources.secret, 'istio-system', 'sh.helm.release.v1.canary.v1');
    });
  });
});

function closing(driver: ClusterDriver): AsyncDisposable & { readonly driver: ClusterDriver } {
  return { driver, [Symbol.asyncDispose]: () => driver.close() };
}
