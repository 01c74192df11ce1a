import type { MutatingWebhookConfiguration, Pod } from './kubernetes.ts';
import { isSelected } from './label-selector.ts';

/** Label of the webhooks that put sidecars into pods, in all versions of Istio. */
export const injectorSelector = 'app=sidecar-injector';

type Labels = Readonly<Record<string, string>>;

/** What decides whether a pod gets a sidecar when it is made. */
export interface InjectionSite {
  /** Labels of a namespace; null where they may not be seen. */
  readonly namespaceLabels: (namespace: string) => Labels | null;
  /** null where they may not be seen. */
  readonly injectors: readonly MutatingWebhookConfiguration[] | null;
}

/** Why a pod has no sidecar. */
export type NoSidecarReason =
  | 'ambient'
  | 'proxyless'
  | 'host-network'
  | 'pod-refuses'
  | 'namespace-refuses'
  | 'not-labelled'
  | 'no-injector'
  | 'made-before'
  | 'unknown';

/** What a pod or namespace chooses its injector by: `istio.io/rev`, or `default` for `istio-injection=enabled`. */
const revisionLabel = 'istio.io/rev';
const injectLabel = 'sidecar.istio.io/inject';

/**
 * Says why a pod has no sidecar, from what is there now: the injector's own rules first (host network, a word of the pod's),
 * then whether any injector's selectors choose it. One that would be chosen now was made before it was, or while the
 * injector was away.
 */
export function whyNoSidecar({ metadata, spec }: Pod, { namespaceLabels, injectors }: InjectionSite): NoSidecarReason {
  const { labels = {}, annotations = {}, namespace = '' } = metadata;
  const around = namespaceLabels(namespace);
  if (isProxyless({ metadata, spec })) return 'proxyless';
  if (annotations['ambient.istio.io/redirection'] === 'enabled') return 'ambient';
  if (spec.hostNetwork) return 'host-network';
  if (isRefusal(labels[injectLabel] ?? annotations[injectLabel])) return 'pod-refuses';
  if (around === null) return 'unknown';
  if (around['istio.io/dataplane-mode'] === 'ambient' && labels['istio.io/dataplane-mode'] !== 'none') return 'ambient';
  if (around['istio-injection'] === 'disabled') return 'namespace-refuses';
  const isWanted = isAskedFor(labels, around);
  if (injectors === null) return isWanted ? 'unknown' : 'not-labelled';
  if (injectors.some((one) => chooses(one, around, labels))) return 'made-before';
  return isWanted ? 'no-injector' : 'not-labelled';
}

/**
 * gRPC without a proxy: the container that is called as a sidecar is an agent that configures the application's own gRPC library.
 * https://istio.io/latest/blog/2021/proxyless-grpc/
 */
export function isProxyless({ metadata, spec }: Pick<Pod, 'metadata' | 'spec'>): boolean {
  const templates = metadata.annotations?.['inject.istio.io/templates'] ?? '';
  if (templates.split(',').some((template) => template.trim().startsWith('grpc-'))) return true;
  const agent = spec.containers.find(({ name }) => name === 'istio-proxy');
  return agent?.env?.some(({ name, value }) => name === 'ISTIO_META_GENERATOR' && value === 'grpc') ?? false;
}

/** Any word but these is a refusal to the injector; none at all leaves it to the namespace. */
function isRefusal(word = ''): boolean {
  return !['', 'y', 'yes', 'true', 'on'].includes(word.toLowerCase());
}

function isAskedFor(labels: Labels, around: Labels): boolean {
  return around['istio-injection'] === 'enabled' || revisionLabel in around || injectLabel in labels;
}

function chooses({ webhooks = [] }: MutatingWebhookConfiguration, around: Labels, labels: Labels): boolean {
  return webhooks.some(
    ({ namespaceSelector = {}, objectSelector = {} }) =>
      isSelected(around, namespaceSelector) && isSelected(labels, objectSelector),
  );
}

/** The label that makes an injector choose a namespace: of the default revision where there is one, else of the first. */
export function injectionLabel(injectors: readonly MutatingWebhookConfiguration[] | null): string {
  const enabled = { 'istio-injection': 'enabled' };
  if (!injectors || injectors.length === 0 || injectors.some((one) => chooses(one, enabled, {}))) {
    return 'istio-injection=enabled';
  }
  const revisions = injectors.map(
    ({ metadata }) => metadata.labels?.['istio.io/tag'] ?? metadata.labels?.[revisionLabel],
  );
  const known = revisions.find((revision) => revision !== undefined);
  return known === undefined ? 'istio-injection=enabled' : `${revisionLabel}=${known}`;
}
