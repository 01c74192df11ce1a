import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { analysisNamespace } from '../../app/mesh/names.ts';
import { resources } from '../../app/mesh/resources.ts';
import { createAspenDriver } from '../../main/engine/clusters/aspen/aspen-driver.ts';
import { labelNamespace } from '../../main/engine/clusters/aspen/emulator.ts';
import { findAspenMesh } from '../../main/engine/clusters/aspen/find-aspen.ts';
import type { ClusterDriver } from '../../main/engine/clusters/driver.ts';
import { createCertificateAuthority } from '../../main/tls/certificates.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane/control-plane.ts';
import { helmProgram } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import { helmStoring, plugInAuthority, userValues, writeAspenChart } from '../support/mesh/aspen-mesh.ts';
import { startCitadel } from '../support/mesh/citadel.ts';
import { namespace } from '../support/mesh/istiod.ts';
import { missingPartsText } from '../support/mesh/mesh-cluster.ts';

const helm = helmStoring('configmap');
const releases = 'owner=helm';

/** As somebody has it whose HELM_DRIVER is `configmap` and who keeps releases apart: no secret of helm is in the cluster, nor anything of it in istio-system. */
describe.skipIf(missingPartsText !== '')(
  `Aspen Mesh whose releases helm keeps in ConfigMaps of another namespace${missingPartsText}`,
  () => {
    const stack = new AsyncDisposableStack();
    let plane: ControlPlane;
    let driver: ClusterDriver;

    beforeAll(async () => {
      plane = stack.use(await startControlPlane());
      const authority = await createCertificateAuthority('mesh');
      stack.use(startCitadel(plane, authority));
      const folder = writeAspenChart(plane.folder, { version: '1.11.8-am1.4', shape: 'single' });
      const values = join(plane.folder, 'values.yaml');
      writeFileSync(values, userValues);
      const chart = join(folder, 'manifests/charts/istio-control/istio-discovery');
      await plane.apply(namespace('istio-system'), 'namespaces');
      const apart = ['--namespace', 'releases', '--create-namespace', '--set', 'global.istioNamespace=istio-system'];
      const args = [...apart, '--values', values, '--wait'];
      await helm(plane, 'install', 'istiod', chart, ...args);
      await plugInAuthority(plane, authority.certificate);
      await labelNamespace(plane.admin, 'istio-system');
      await eventually('certificates', () => plane.admin.find(resources.secret, 'istio-system', 'istio.default'));
      driver = createAspenDriver({
        name: 'admin',
        client: await plane.client('admin'),
        files: [plane.kubeconfig],
        lookEvery: 500,
        eager: true,
        aspen: () => ({ helm: helmProgram, chart: '', release: '', timeout: 30 }),
      });
      stack.defer(() => driver.close());
    });

    afterAll(() => stack.disposeAsync());

    it('is recognised, switched on and off, and its revisions stay in ConfigMaps', async () => {
      const { release, version, namespace: where } = await findAspenMesh(plane.admin, '');
      expect(release).toMatchObject({ name: 'istiod', storage: 'configmap', revision: 1, status: 'deployed' });
      expect([release.namespace, where]).toEqual(['releases', 'istio-system']);
      const { checks } = await driver.preflight(defaultCaptureOptions);
      expect(checks.filter(({ result }) => result !== 'passed')).toEqual([]);
      expect(version.text).toBe('1.11.8-am1.4');
      await driver.enable(defaultCaptureOptions);
      expect(driver.status()).toMatchObject({ capture: 'capturing', problem: '' });
      const list = (namespace: string) => plane.admin.list(resources.configMap, { namespace, labels: releases });
      expect((await list('releases')).map(({ metadata }) => metadata.labels?.version)).toEqual(['1', '2']);
      expect(await list('istio-system')).toEqual([]);
      // What is installed beside it is kept where its user looks for it.
      expect((await list(analysisNamespace)).map(({ metadata }) => metadata.labels?.name)).toEqual([
        'pi1-analysis-emulator',
      ]);
      expect((await driver.disable()).left).toEqual([]);
      expect(await helm(plane, 'history', 'istiod', '-n', 'releases')).toMatch(/\n3\s.*deployed/);
      expect(await plane.admin.list(resources.secret, { labels: releases })).toEqual([]);
    });

    it('is uninstalled, and the proof names the namespace that stays for what others have put there', async () => {
      const notes = { name: 'notes', namespace: analysisNamespace };
      await plane.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: notes }, 'configmaps');
      const { uninstall } = await driver.aspen!();
      const { left, spared } = await uninstall();
      expect(left).toEqual([]);
      expect(spared).toEqual([expect.stringMatching(/^Namespace analysis-emulator: .*: ConfigMap notes/)]);
      expect(await plane.admin.find(resources.configMap, analysisNamespace, 'notes')).not.toBeNull();
      await plane.admin.delete(resources.configMap, analysisNamespace, 'notes');
      expect((await uninstall()).spared).toEqual([]);
      expect(await plane.admin.find(resources.namespace, '', analysisNamespace)).toBeNull();
    });

    it('goes to an emulator of another make where there is one, and says how its captures are seen', async () => {
      await labelNamespace(plane.admin, analysisNamespace);
      const metadata = { name: 'other-0', namespace: analysisNamespace, labels: { app: 'analysis-emulator' } };
      const account = 'aspen-mesh-analysis-emulator';
      const spec = {
        nodeName: 'node-a',
        serviceAccountName: account,
        containers: [
          {
            name: 'emulator',
            image: 'registry.example/emulator:1',
            volumeMounts: [{ name: 'istio-certs', mountPath: '/etc/analysis/certs' }],
          },
        ],
        volumes: [{ name: 'istio-certs', secret: { optional: true, secretName: `istio.${account}` } }],
      };
      const own = { name: account, namespace: analysisNamespace };
      await plane.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: own }, 'serviceaccounts');
      const service = { selector: { app: 'analysis-emulator' }, ports: [{ port: 21000 }] };
      await plane.apply({ apiVersion: 'v1', kind: 'Service', metadata: own, spec: service }, 'services');
      await plane.apply({ apiVersion: 'v1', kind: 'Pod', metadata, spec }, 'pods');
      await eventually('its certificate', () =>
        plane.admin.find(resources.secret, analysisNamespace, `istio.${account}`),
      );
      await driver.enable(defaultCaptureOptions);
      expect(driver.status()).toMatchObject({
        capture: 'capturing',
        problem: '',
        notShown: expect.stringMatching(/^Captures go to other-0, an emulator that is not ours: follow its files/),
      });
      const inside = { namespace: analysisNamespace, labels: releases };
      expect(await plane.admin.list(resources.configMap, inside)).toEqual([]);
      expect((await driver.disable()).left).toEqual([]);
    });
  },
);
