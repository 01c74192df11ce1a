import { describe, expect, it } from 'vitest';
import { planeOf } from '../../tests/support/mesh/made-up-pods.ts';
import { readMesh } from './mesh-reader.ts';

describe('the mesh of a cluster', () => {
  it('is none without a control plane', () => {
    expect(readMesh([])).toBeNull();
  });

  it('has the version of its label, else of its image', () => {
    const labelled = planeOf('docker.io/istio/pilot@sha256:0123', { 'app.kubernetes.io/version': '1.28.1' });
    expect(readMesh([labelled])).toMatchObject({ product: 'Istio', version: '1.28.1', istio: { major: 1, minor: 28 } });
    expect(readMesh([planeOf('registry:5000/istio/pilot:1.24.3-distroless')])).toMatchObject({
      version: '1.24.3-distroless',
      istio: { major: 1, minor: 24 },
      revisions: ['default 1.24.3-distroless'],
    });
    expect(readMesh([planeOf('pilot:latest')])).toMatchObject({ version: '', istio: { major: 0, minor: 0 } });
  });

  it('is Aspen Mesh by its version or its image', () => {
    expect(readMesh([planeOf('registry/pilot:1.11.8-am1.4')])).toMatchObject({
      product: 'Aspen Mesh',
      version: '1.11.8-am1.4',
      istio: { major: 1, minor: 11 },
    });
    expect(readMesh([planeOf('quay.io/aspenmesh/pilot:1.14.3')])?.product).toBe('Aspen Mesh');
    const labelledAsIstio = planeOf('quay.io/aspenmesh/pilot:1.11.8-am1.4', { 'app.kubernetes.io/version': '1.11.8' });
    expect(readMesh([labelledAsIstio])?.version).toBe('1.11.8-am1.4');
  });

  it('counts by its oldest revision', () => {
    const planes = [
      planeOf('pilot:1.28.0', { 'istio.io/rev': '1-28' }),
      planeOf('pilot:1.9.0', { 'istio.io/rev': '1-9' }, 'mesh'),
    ];
    expect(readMesh(planes)).toMatchObject({
      version: '1.9.0',
      namespace: 'mesh',
      revisions: ['1-9 1.9.0', '1-28 1.28.0'],
      otherNamespaces: ['istio-system'],
    });
  });
});
