import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CaptureOptions, defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { resources } from '../../app/mesh/resources.ts';
import { type AspenOptions, createAspenDriver } from '../../main/engine/clusters/aspen/aspen-driver.ts';
import { findAspenMesh } from '../../main/engine/clusters/aspen/find-aspen.ts';
import type { ClusterDriver } from '../../main/engine/clusters/driver.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane/control-plane.ts';
import { helmProgram, missingParts } from '../support/control-plane/parts.ts';
import { helm, installAspenMesh } from '../support/mesh/aspen-mesh.ts';
import { objectStates } from '../support/mesh/snapshot.ts';

const where = missingParts === '' ? '' : ` (missing: ${missingParts}; see npm run parts)`;

describe.skipIf(missingParts !== '')(`Aspen Mesh${where}`, () => {
  const stack = new AsyncDisposableStack();
  let plane: ControlPlane;

  beforeAll(async () => {
    plane = stack.use(await startControlPlane());
  });

  afterAll(() => stack.disposeAsync());

  async function driver(options: Partial<AspenOptions> = {}): Promise<ClusterDriver> {
    return createAspenDriver({
      name: 'admin',
      client: await plane.client('admin'),
      files: [plane.kubeconfig],
      lookEvery: 500,
      eager: true,
      aspen: { helm: helmProgram, chart: '', release: '', timeout: 30, ...options },
    });
  }
  const wanted = (capture: Partial<CaptureOptions> = {}): CaptureOptions => ({ ...defaultCaptureOptions, ...capture });
  const values = async () =>
    JSON.parse(await helm(plane, 'get', 'values', 'istiod', '-n', 'istio-system', '-o', 'json'));

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
    });

    afterAll(async () => {
      await helm(plane, 'uninstall', 'istiod', '-n', 'istio-system', '--wait');
    });

    it('is recognised with its version and schema', async () => {
      const mesh = await findAspenMesh(plane.admin, '');
      expect(mesh.version.text).toBe(version);
      expect(mesh.release).toMatchObject({ name: 'istiod', namespace: 'istio-system', status: 'deployed' });
    });

    it('is switched on and off by its own chart, and everything else is as it was to the byte', async () => {
      const cluster = await driver(shape === 'umbrella' ? { chart: folder } : {});
      const before = await objectStates(plane.admin);
      const overrides = await values();
      await cluster.enable(wanted(capture));
      expect(cluster.status()).toMatchObject({ capture: 'capturing', problem: '' });
      const on = await values();
      expect(on['aspen-mesh-packet-inspector'].enabled).toBe(true);
      const { 'aspen-mesh-packet-inspector': _, ...rest } = on;
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
      expect(await objectStates(plane.admin)).toEqual(before);
      await cluster.close();
    });
  });
});
