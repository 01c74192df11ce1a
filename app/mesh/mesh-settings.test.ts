import { describe, expect, it } from 'vitest';
import { planeOf } from '../../tests/support/mesh/made-up-pods.ts';
import type { Container, Deployment } from './kubernetes.ts';
import {
  defaultMeshSettings,
  isCertificateAuthority,
  readMeshSettings,
  revisionOf,
  settingsConfigMaps,
} from './mesh-settings.ts';

const plane = planeOf('pilot:1.28.1');
const canary = planeOf('pilot:1.29.0', { 'istio.io/rev': '1-29-0' }, 'mesh');

function withContainer({ spec, ...rest }: Deployment, change: Partial<Container>): Deployment {
  const containers = spec.template.spec.containers.map((container) => ({ ...container, ...change }));
  return { ...rest, spec: { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } } };
}

describe('the settings of a mesh', () => {
  it("are Istio's own where nothing is said", () => {
    expect(readMeshSettings(plane, null, undefined)).toEqual(defaultMeshSettings);
    expect(readMeshSettings(plane, 'no: object', { global: { caAddress: '' } })).toEqual(defaultMeshSettings);
    expect(settingsConfigMaps(revisionOf(plane))).toEqual({ mesh: 'istio', injector: 'istio-sidecar-injector' });
  });

  it('are those of a revision', () => {
    expect(readMeshSettings(canary, {}, {}).certificateService).toBe('istiod-1-29-0.mesh.svc:15012');
    expect(settingsConfigMaps(revisionOf(canary))).toEqual({
      mesh: 'istio-1-29-0',
      injector: 'istio-sidecar-injector-1-29-0',
    });
  });

  it('are domains of their own', () => {
    expect(readMeshSettings(plane, { trustDomain: 'acme.example' }, {}).trustDomain).toBe('acme.example');
    for (const args of [
      ['discovery', '--domain', 'acme.internal'],
      ['discovery', '--domain=acme.internal'],
    ]) {
      expect(readMeshSettings(withContainer(plane, { args }), {}, {}).clusterDomain).toBe('acme.internal');
    }
    expect(readMeshSettings(withContainer(plane, { args: ['--domain'] }), {}, {}).clusterDomain).toBe('cluster.local');
  });

  it('say how long what is open is kept', () => {
    const of = (drainDuration: unknown) => readMeshSettings(plane, { defaultConfig: { drainDuration } }, {}).drainTime;
    expect(['90s', '1m0s', '2m30s', '', 'soon', 7].map(of)).toEqual([90, 60, 150, 45, 45, 45]);
  });

  it('say where the mesh is configured, and whether it looks at some namespaces alone', () => {
    expect(readMeshSettings(canary, {}, {}).rootNamespace).toBe('mesh');
    expect(readMeshSettings(plane, { rootNamespace: 'istio-config' }, {}).rootNamespace).toBe('istio-config');
    const discoverySelectors = [{ matchLabels: { team: 'shop' } }];
    const discoversSome = (config: object) => readMeshSettings(plane, config, {}).discoversSome;
    expect([{ discoverySelectors }, { discoverySelectors: [] }, {}].map(discoversSome)).toEqual([true, false, false]);
  });

  it('say who gives out certificates: what the proxies are told, first of all', () => {
    const of = (meshConfig: object, values: object = {}) =>
      readMeshSettings(plane, meshConfig, values).certificateService;
    const discoveryAddress = 'istiod.other.svc:15012';
    expect(of({ defaultConfig: { discoveryAddress } })).toBe(discoveryAddress);
    expect(of({ defaultConfig: { discoveryAddress: 'istiod.other.svc:15010' } })).toBe(discoveryAddress);
    const caAddress = 'cert-manager-istio-csr.cert-manager.svc:443';
    expect(of({ defaultConfig: { discoveryAddress } }, { global: { caAddress } })).toBe(caAddress);
    expect(of({ defaultConfig: { proxyMetadata: { CA_ADDR: 'ca:1' } } }, { global: { caAddress } })).toBe('ca:1');
  });

  it('say whether istiod is the one', () => {
    expect(isCertificateAuthority(plane)).toBe(true);
    expect(isCertificateAuthority(withContainer(plane, { env: [{ name: 'ENABLE_CA_SERVER', value: 'false' }] }))).toBe(
      false,
    );
  });
});
