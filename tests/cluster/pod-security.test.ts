import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureObjects } from '../../app/mesh/capture-objects.ts';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import type { KubernetesObject, Manifest, Pod } from '../../app/mesh/kubernetes.ts';
import {
  aggregatorName,
  analysisName,
  analysisNamespace,
  leaseKeeperName,
  ownSelector,
  userRangeAnnotation,
} from '../../app/mesh/names.ts';
import { resources } from '../../app/mesh/resources.ts';
import { clusterPrograms } from '../../main/engine/clusters/istio/programs.ts';
import { manifestSite, siteOf, surveyCluster } from '../../main/engine/clusters/istio/survey.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane/control-plane.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import { missingPartsText } from '../support/mesh/mesh-cluster.ts';

const image = 'registry.example:5000/mirror/node:24-slim';
const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };

const planeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'istiod', namespace: 'istio-system', labels: { app: 'istiod' } },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'istiod' } },
    template: {
      metadata: { labels: { app: 'istiod' } },
      spec: { containers: [{ name: 'discovery', image: 'istio/pilot:1.28.1' }] },
    },
  },
};

describe.skipIf(missingParts !== '')(`the programs in the cluster${missingPartsText}`, () => {
  let plane: ControlPlane;

  beforeAll(async () => {
    plane = await startControlPlane();
    await plane.apply(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system', labels: restricted } },
      'namespaces',
    );
  });

  afterAll(() => plane?.[Symbol.asyncDispose]());

  it('run where the API server lets in none but restricted pods, from an image of a mirror', async () => {
    const site = manifestSite({ ...defaultCaptureOptions, image });
    const { ground, programs } = captureObjects(site, { capturing: true, generation: '1' });
    for (const manifest of [...ground, ...programs]) await plane.admin.apply(manifest as Manifest);
    const { metadata } = await plane.admin.get<KubernetesObject>(resources.namespace, '', analysisNamespace);
    expect(metadata.labels).toMatchObject(restricted);
    const pods = await eventually('the pods run', async () => {
      const found = await plane.admin.list<Pod>(resources.pod, { labels: ownSelector });
      return found.length === 4 && found.every(({ status }) => status?.phase === 'Running') ? found : null;
    });
    const names = pods.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`).sort();
    expect(names).toEqual([
      expect.stringContaining(`${analysisNamespace}/${analysisName}-`),
      expect.stringContaining(`${analysisNamespace}/${leaseKeeperName}-`),
      expect.stringContaining(`istio-system/${aggregatorName}-`),
      expect.stringContaining(`istio-system/${aggregatorName}-`),
    ]);
    expect(new Set(pods.flatMap(({ spec }) => spec.containers.map((container) => container.image)))).toEqual(
      new Set([image]),
    );
    // The same API server does refuse others.
    const plain = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'plain', namespace: 'istio-system' } };
    const spec = { serviceAccountName: aggregatorName, containers: [{ name: 'application', image }] };
    await expect(plane.apply({ ...plain, spec }, 'pods')).rejects.toThrow(/violates PodSecurity "restricted/);
  });

  it('run where the cluster gives each namespace its own user ids and takes no others, as OpenShift does', async () => {
    const { admin } = plane;
    const annotations = { [userRangeAnnotation]: '1000650000/10000' };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system', annotations } };
    await plane.apply(namespace, 'namespaces');
    await plane.apply(planeObject, 'deployments');
    const metadata = { name: 'restricted-v2' };
    const apiVersion = 'admissionregistration.k8s.io/v1';
    const security = 'object.spec.securityContext';
    const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] };
    await plane.apply(
      {
        apiVersion,
        kind: 'ValidatingAdmissionPolicy',
        metadata,
        spec: {
          matchConstraints: { resourceRules: [rule] },
          validations: ['runAsUser', 'fsGroup'].map((field) => ({
            expression: `!has(${security}.${field}) || ${security}.${field} >= 1000650000`,
            message: `${field} is not in the range of the namespace`,
          })),
        },
      },
      'validatingadmissionpolicies',
    );
    await plane.apply(
      {
        apiVersion,
        kind: 'ValidatingAdmissionPolicyBinding',
        metadata,
        spec: { policyName: metadata.name, validationActions: ['Deny'] },
      },
      'validatingadmissionpolicybindings',
    );
    const site = siteOf(await surveyCluster(admin), { ...defaultCaptureOptions, image });
    const other = { ...site, assignsUsers: false };
    const pod = (of: typeof site) => {
      const [{ spec }] = captureObjects(of, { capturing: true, generation: '2' }).programs.filter(
        ({ kind }) => kind === resources.daemonSet.kind,
      ) as unknown as [{ readonly spec: { readonly template: { readonly spec: object } } }];
      const labels = { test: 'users' };
      return {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'one', namespace: 'istio-system', labels },
        ...spec.template,
      };
    };
    await eventually('others are refused', () =>
      plane.apply({ ...pod(other), metadata: { name: 'one', namespace: 'istio-system' } }, 'pods').then(
        async () => {
          await admin.delete(resources.pod, 'istio-system', 'one');
          return false;
        },
        (error: Error) => /runAsUser is not in the range/.test(error.message),
      ),
    );
    await plane.apply({ ...pod(site), metadata: { name: 'one', namespace: 'istio-system' } }, 'pods');
  });

  it('fit into a ConfigMap with room to spare', () => {
    const { aggregator, receiver, leaseKeeper } = clusterPrograms();
    for (const program of [aggregator, receiver, leaseKeeper])
      expect(Buffer.byteLength(program)).toBeLessThan(700 * 1024);
  });
});
