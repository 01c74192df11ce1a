/** What everything of ours in a cluster is found by. */
export const ownLabel = { 'app.kubernetes.io/managed-by': 'packet-inspector' } as const;
export const ownSelector = 'app.kubernetes.io/managed-by=packet-inspector';
/** `Accept` of lists without the contents of their objects; discovery answers it as well. */
export const metadataOnly = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
/** Who owns the fields that are applied. */
export const fieldManager = 'packet-inspector';
/** Marks the EnvoyFilters with the slots, beside `ownLabel`. */
export const slotLabel = { 'app.kubernetes.io/component': 'slot' } as const;
export const slotSelector = `${ownSelector},app.kubernetes.io/component=slot`;

/** The analysis service: namespace, and the name of its service, service account, Deployment and ConfigMap. */
export const analysisNamespace = 'analysis-emulator';
export const analysisName = 'aspen-mesh-analysis-emulator';
export const analysisApp = 'packet-inspector-1-analysis-emulator';
/** Aggregators connect here. */
export const analysisPort = 21_000;
/** Live tails, on the pod's loopback. */
export const tailPort = 21_001;

/** Where a mesh's control plane is unless somebody chose otherwise. */
export const defaultMeshNamespace = 'istio-system';

/** The aggregator's DaemonSet, service and ConfigMap, in the mesh's own namespace. */
export const aggregatorName = 'aspen-mesh-packet-inspector';
export const batchPort = 21_080;

/** `/healthz` and `/metrics` of both programs. */
export const statusPort = 21_082;

export const leaseName = 'packet-inspector';
/** Owner of everything else: when it is gone, Kubernetes' garbage collector removes what is left. */
export const leaseKeeperName = 'packet-inspector-lease-keeper';

export const clusterFilterName = 'packet-inspector-cluster';
export const httpFilterName = 'http-capture-filter';
export const diameterFilterName = 'diameter-capture-filter';
export const httpSlotName = 'packet-inspector-http-slot';
export const diameterSlotName = 'packet-inspector-diameter-slot';

/** Annotations of the lease and of Events: who switched it on, with what (JSON of CaptureOptions), in words, and until when (RFC 3339). */
export const annotations = {
  user: 'packet-inspector/user',
  capture: 'packet-inspector/capture',
  scope: 'packet-inspector/scope',
  until: 'packet-inspector/until',
} as const;

/** istiod publishes the mesh's root certificates by this name in each namespace. */
export const meshRootConfigMap = 'istio-ca-root-cert';
/** And what those have taken back (newer versions). */
export const meshRevocationConfigMap = 'istio-ca-crl';
/** OpenShift's annotation of the user ids of a namespace. https://docs.openshift.com/container-platform/latest/authentication/managing-security-context-constraints.html */
export const userRangeAnnotation = 'openshift.io/sa.scc.uid-range';
/** Label of the namespaces in which Citadel writes a secret `istio.<service account>` for each account. */
export const citadelLabel = 'ca.istio.io/override';

/** Identity of a service account in a mesh: https://istio.io/latest/docs/concepts/security/#istio-identity */
export function spiffeId(trustDomain: string, namespace: string, account: string): string {
  return `spiffe://${trustDomain}/ns/${namespace}/sa/${account}`;
}

/** Cluster-internal DNS name of a service. */
export function serviceHost(name: string, namespace: string, domain: string): string {
  return `${name}.${namespace}.svc.${domain}`;
}

/** Address of the analysis emulator as its documentation has it, and of our own receiver in its place. */
export const emulatorAddress = `${serviceHost(analysisName, analysisNamespace, 'cluster.local')}:${analysisPort}`;
