import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../kubernetes.ts';
import { hasObject, readAspenMesh } from './aspen-mesh.ts';
import { readRelease } from './helm-release.ts';
import { manifestChanges } from './manifest-changes.ts';
import { releaseFiles } from './release-files.ts';

const release = {
  name: 'istiod',
  namespace: 'istio-system',
  version: 3,
  info: { status: 'deployed' },
  config: { global: { tag: '1.11.8-am1.3' } },
  manifest: '---\n# Source: istiod/charts/citadel/templates/a.yaml\nkind: ConfigMap\nmetadata:\n  name: "a"\n',
  chart: {
    metadata: { name: 'istiod', version: '1.2.0', dependencies: [{ name: 'inspector', alias: 'pi' }] },
    values: { 'aspen-mesh-packet-inspector': { enabled: false } },
    templates: [{ name: 'templates/a.yaml', data: btoa('kind: A') }],
    files: [],
  },
};
const secret = (value: unknown, zip = true) => {
  const json = Buffer.from(JSON.stringify(value));
  return btoa((zip ? gzipSync(json) : json).toString('base64'));
};
const gunzip = (bytes: Uint8Array) => gunzipSync(bytes);

describe('a release in its secret', () => {
  it('is read, zipped or not, with the subcharts that helm did not keep', () => {
    for (const zip of [true, false]) {
      const read = readRelease('secret', secret(release, zip), gunzip);
      expect(read).toMatchObject({ name: 'istiod', revision: 3, status: 'deployed' });
      expect(read.chart.subcharts).toEqual(['citadel', 'pi']);
      expect(releaseFiles(read.chart).map(({ name }) => name)).toEqual([
        'Chart.yaml',
        'values.yaml',
        'templates/a.yaml',
      ]);
    }
  });

  it('is read out of a ConfigMap, which has it without the base64 of Kubernetes', () => {
    const read = readRelease('configmap', atob(secret(release)), gunzip);
    expect(read).toEqual({ ...readRelease('secret', secret(release), gunzip), storage: 'configmap' });
  });

  it('tells an Aspen Mesh with its version, and no other mesh for one', () => {
    const read = readRelease('secret', secret(release), gunzip);
    expect(readAspenMesh(read)).toMatchObject({ version: { text: '1.11.8-am1.3' }, schema: 'exclusions' });
    expect(readAspenMesh({ ...read, chart: { ...read.chart, values: {} } })).toBeNull();
    expect(readAspenMesh({ ...read, config: {} })).toBeNull();
    expect(readAspenMesh({ ...read, config: {} }, 'aspenmesh/pilot:1.11.8-am2')?.schema).toBe('service');
    expect(hasObject(read.manifest, 'ConfigMap', 'a')).toBe(true);
    expect(hasObject(read.manifest, 'DaemonSet', 'a')).toBe(false);
  });

  it('is refused when it is damaged, or would write outside of its folder', () => {
    expect(() => readRelease('secret', '%%%', gunzip)).toThrow('it is not base64 as helm writes it');
    expect(() => readRelease('configmap', '%%%', gunzip)).toThrow('it is not base64 as helm writes it');
    expect(() => readRelease('secret', secret({ name: 'x' }), gunzip)).toThrow('chart is missing in it');
    for (const name of ['../../.bashrc', '/etc/passwd', 'a/../../b', 'a\\b']) {
      const { chart } = readRelease(
        'secret',
        secret({ ...release, chart: { ...release.chart, files: [{ name, data: '' }] } }),
        gunzip,
      );
      expect(() => releaseFiles(chart), name).toThrow('leads out of its folder');
    }
  });
});

describe('what an upgrade changes', () => {
  const object = (name: string, data: object = {}) =>
    ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'istio-system' }, data }) as KubernetesObject;

  it('is told object by object, with what is Packet Inspector’s apart', () => {
    const before = [object('istio', { a: '1', gone: 'x' }), object('same'), object('old')];
    const after = [object('istio', { a: '2' }), object('same'), object('aspen-mesh-packet-inspector')];
    const changes = manifestChanges(before, after);
    expect(changes.map(({ action, object: { metadata }, isOurs }) => [action, metadata.name, isOurs])).toEqual([
      ['change', 'istio', false],
      ['create', 'aspen-mesh-packet-inspector', true],
      ['remove', 'old', false],
    ]);
    expect(changes[0]!.differences).toEqual(['data.a: 1 -> 2', 'data.gone: x -> nothing']);
  });
});
