import { describe, expect, it } from 'vitest';
import { type CaptureOptions, defaultCaptureOptions } from '../../../../app/mesh/capture-options.ts';
import type { MutatingWebhookConfiguration, Pod } from '../../../../app/mesh/kubernetes.ts';
import { readMesh } from '../../../../app/mesh/mesh-reader.ts';
import { defaultMeshSettings } from '../../../../app/mesh/mesh-settings.ts';
import { readPods } from '../../../../app/mesh/pod-reader.ts';
import { injectorOf, ofDeployment, planeOf, podOf, withProxy } from '../../../../tests/support/mesh/made-up-pods.ts';
import { checkMesh } from './mesh-check.ts';
import { checkPods } from './pod-checks.ts';
import { sidecarFindings } from './sidecar-findings.ts';
import type { Survey } from './survey.ts';

const namespaces: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  shop: { 'istio-injection': 'enabled' },
  legacy: {},
  mesh: { 'istio.io/dataplane-mode': 'ambient' },
};

function survey(
  pods: readonly Pod[],
  injectors: readonly MutatingWebhookConfiguration[] = [injectorOf('default')],
): Survey {
  return {
    mesh: readMesh([planeOf('docker.io/istio/pilot:1.28.1')]),
    settings: defaultMeshSettings,
    nodes: 1,
    pods: readPods(pods, { namespaceLabels: (name) => namespaces[name] ?? {}, injectors }),
    gaps: [],
    injectors,
    assignsUsers: false,
    foreignNamespace: false,
  };
}

function check(found: Survey, capture: Partial<CaptureOptions> = {}) {
  return checkPods(found, { ...defaultCaptureOptions, ...capture });
}

const cart = withProxy(ofDeployment(podOf('shop', 'cart-1'), 'cart'));

describe('what would be captured', () => {
  it('is named pod by pod', () => {
    const checks = check(survey([cart, withProxy(podOf('shop', 'stealthy-0'))]), { excludePods: ['stealthy-.*'] });
    expect(checks).toEqual([
      {
        id: 'scope',
        title: '1 pod would be captured',
        result: 'passed',
        detail: '1 excluded by name',
        remedy: '',
        items: ['shop/cart-1'],
      },
    ]);
  });

  it('is too little when it is nothing', () => {
    expect(check(survey([cart]), { excludePods: ['.*'] })[0]).toMatchObject({
      result: 'failed',
      title: 'No pod would be captured',
      remedy: 'Choose a wider area, or exclude less.',
    });
    expect(check(survey([cart]), { http: false })[0]).toMatchObject({ title: 'Neither HTTP nor Diameter is chosen' });
  });

  it('leaves Diameter out of gateways and all out of waypoints, and says so', () => {
    const found = survey([
      cart,
      withProxy(podOf('istio-system', 'ingress-0'), 'router'),
      withProxy(podOf('mesh', 'waypoint-0'), 'waypoint'),
    ]);
    const titles = check(found, { diameterPort: 3868 }).map(({ title }) => title);
    expect(titles).toEqual([
      '2 pods would be captured',
      'No Diameter from 1 gateway pod',
      '1 waypoint pod of ambient mode',
    ]);
    expect(check(found, { http: false, diameterPort: 3868 })[0]).toMatchObject({ items: ['shop/cart-1'] });
  });
});

describe('pods without a sidecar', () => {
  const titles = (found: Survey) =>
    check(found)
      .slice(1)
      .map(({ title }) => title);

  it('are told by their reasons, the most frequent first, each with its way out', () => {
    const found = survey([
      cart,
      ofDeployment(podOf('shop', 'old-1'), 'old'),
      podOf('legacy', 'ftp-0'),
      podOf('legacy', 'ftp-1'),
      podOf('shop', 'exporter', { spec: { hostNetwork: true } }),
      podOf('shop', 'batch-0', { metadata: { annotations: { 'sidecar.istio.io/inject': 'false' } } }),
      podOf('mesh', 'api-0'),
    ]);
    expect(titles(found)).toEqual([
      '2 pods without a sidecar: nothing asks for one',
      '1 pod created before injection was on',
      '1 pod that refuses a sidecar',
      "1 pod on the host's network",
      '1 pod in ambient mode',
    ]);
    const [, unlabelled, before] = check(found);
    expect(unlabelled).toMatchObject({
      result: 'warning',
      remedy: expect.stringContaining('`kubectl label namespace legacy istio-injection=enabled`'),
      items: ['legacy/ftp-0', 'legacy/ftp-1'],
    });
    expect(before).toMatchObject({
      remedy: 'Restart them: `kubectl rollout restart deployment/old -n shop`',
      items: ['shop/old-1'],
    });
  });

  it('are not expected in the namespaces of the cluster and the mesh', () => {
    expect(titles(survey([cart, podOf('kube-system', 'dns-0'), podOf('istio-system', 'istiod-0')]))).toEqual([]);
  });

  it('have no injector, or one of another revision', () => {
    expect(check(survey([cart, podOf('shop', 'new-0')], []))[1]).toMatchObject({
      title: '1 pod without a sidecar: no injector selects it',
      detail: 'there is no injector in this cluster',
    });
    expect(check(survey([cart, podOf('legacy', 'ftp-0')], [injectorOf('1-28')]))[1]?.remedy).toContain(
      'kubectl label namespace legacy istio.io/rev=1-28',
    );
  });
});

describe('the mesh', () => {
  const meshOf = (image: string, pods: readonly Pod[] = []) =>
    checkMesh({ ...survey(pods), mesh: readMesh([planeOf(image)]) });

  it.each([
    ['pilot:1.28.1', 'passed', 'Istio 1.28.1'],
    ['pilot:1.11.8-am1.4', 'passed', 'Aspen Mesh 1.11.8-am1.4'],
    ['pilot:1.10.6', 'failed', 'Istio 1.10.6 is too old'],
    ['pilot:1.99.0', 'warning', 'Istio 1.99.0 is newer than any version that was tested'],
    ['pilot@sha256:0123', 'failed', 'The version of Istio is not known'],
  ])('%s: %s', (image, result, title) => expect(meshOf(image)).toMatchObject({ id: 'mesh', result, title }));

  it('may be none, or in ambient mode as well', () => {
    expect(checkMesh({ mesh: null, pods: [] })).toMatchObject({
      result: 'failed',
      detail: expect.stringContaining('app=istiod'),
    });
    const ztunnel = podOf('istio-system', 'ztunnel-x', { metadata: { labels: { app: 'ztunnel' } } });
    expect(meshOf('pilot:1.28.1', [ztunnel]).detail).toBe('in istio-system, also in ambient mode (ztunnel)');
  });
});

describe('what the doctor says of pods while capturing', () => {
  it('names those without a sidecar, with the reason and the way out', () => {
    const [finding, another] = sidecarFindings(survey([cart, podOf('legacy', 'old-1')]), defaultCaptureOptions);
    expect(another).toBeUndefined();
    expect(finding).toMatchObject({ severity: 'info', title: '1 pod without a sidecar: nothing asks for one' });
    expect(finding?.evidence).toContain('legacy/old-1');
    expect(finding?.remedy).toContain('`kubectl label namespace legacy istio-injection=enabled`');
  });

  it('is an error when none is captured, and silent when all are', () => {
    expect(sidecarFindings(survey([cart]), defaultCaptureOptions)).toEqual([]);
    const excluded = { ...defaultCaptureOptions, excludePods: ['.*'] };
    expect(sidecarFindings(survey([cart]), excluded)).toMatchObject([
      { severity: 'error', evidence: ['1 pod excluded by name'] },
    ]);
  });
});
