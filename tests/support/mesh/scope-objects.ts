import type { Manifest, MutatingWebhookConfiguration } from '../../../app/mesh/kubernetes.ts';

/** A policy of the cluster that lets nobody make an EnvoyFilter in a namespace, and its binding. */
export function noFiltersIn(namespace: string): readonly [Manifest, Manifest] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const rule = {
    apiGroups: ['networking.istio.io'],
    apiVersions: ['*'],
    operations: ['CREATE', 'UPDATE'],
    resources: ['envoyfilters'],
  };
  const metadata = { name: `no-filters-in-${namespace}` };
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        matchConstraints: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
          resourceRules: [rule],
        },
        validations: [{ expression: 'false', message: `no filters in ${namespace}` }],
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: metadata.name, validationActions: ['Deny'] },
    },
  ];
}

/** The injector's webhook, as the API server takes it. */
export function webhookManifest(injector: MutatingWebhookConfiguration): Manifest {
  const { webhooks = [], ...rest } = injector;
  return {
    ...rest,
    webhooks: webhooks.map((webhook) => ({
      ...webhook,
      admissionReviewVersions: ['v1'],
      // Nobody is there; pods are made all the same.
      clientConfig: { url: 'https://127.0.0.1:1/inject' },
      failurePolicy: 'Ignore',
      sideEffects: 'None',
      timeoutSeconds: 1,
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
    })),
  };
}

/** A Deployment with something else in the spec of its pods. */
export function withPodSpec(deployment: Manifest, change: object): Manifest {
  const { spec } = deployment as Manifest & { readonly spec: { readonly template: { readonly spec: object } } };
  const template = { ...spec.template, spec: { ...spec.template.spec, ...change } };
  return { ...deployment, spec: { ...spec, template } };
}
