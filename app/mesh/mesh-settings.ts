import type { Container, Deployment } from './kubernetes.ts';

/** What identities and names in a mesh are made of. */
export interface MeshSettings {
  /** Of the control plane: `default`, `canary`. */
  readonly revision: string;
  /** DNS domain of the cluster: `cluster.local`. */
  readonly clusterDomain: string;
  /** SPIFFE trust domain: `cluster.local`. */
  readonly trustDomain: string;
  /** `host:port` of the issuer of workload certificates: istiod, or what the mesh has in its place. */
  readonly certificateService: string;
  /** How long a proxy keeps what is open when one of its listeners changes. Seconds. */
  readonly drainTime: number;
  /** Where EnvoyFilters hold for the whole mesh; not always where the control plane runs. */
  readonly rootNamespace: string;
  /** istiod publishes the mesh's root certificate in the namespaces alone that it was told to discover. */
  readonly discoversSome: boolean;
  /** The mesh's root certificates, for programs in a namespace where they may not be published (PEM); ''. */
  readonly roots: string;
}

/** Istio as it is installed by default. */
export const defaultMeshSettings: MeshSettings = {
  revision: 'default',
  clusterDomain: 'cluster.local',
  trustDomain: 'cluster.local',
  certificateService: 'istiod.istio-system.svc:15012',
  drainTime: 45,
  rootNamespace: 'istio-system',
  discoversSome: false,
  roots: '',
};

/** istiod's port with TLS; the one beside it is plaintext. */
const securePort = 15_012;
const plaintextPort = 15_010;

/** Names of the ConfigMaps with the mesh's configuration (`mesh`, YAML) and the injector's (`values`, JSON). */
export function settingsConfigMaps(revision: string): { readonly mesh: string; readonly injector: string } {
  const suffix = revisionSuffix(revision);
  return { mesh: `istio${suffix}`, injector: `istio-sidecar-injector${suffix}` };
}

/**
 * Reads what the proxies of this control plane are told: MeshConfig (`trustDomain`, `defaultConfig.discoveryAddress`,
 * `defaultConfig.proxyMetadata.CA_ADDR`, `defaultConfig.drainDuration`, `rootNamespace`, `discoverySelectors`: https://istio.io/latest/docs/reference/config/istio.mesh.v1alpha1/), the injector's
 * `global.caAddress`, and istiod's own `--domain`. Whatever is not set is as Istio has it by default.
 */
export function readMeshSettings(plane: Deployment, meshConfig: unknown, injectorValues: unknown): MeshSettings {
  const discovery = text(at(meshConfig, 'defaultConfig', 'discoveryAddress')).replace(
    new RegExp(`:${plaintextPort}$`),
    `:${securePort}`,
  );
  const revision = revisionOf(plane);
  const namespace = plane.metadata.namespace ?? 'istio-system';
  const own = `istiod${revisionSuffix(revision)}.${namespace}.svc:${securePort}`;
  const selectors = at(meshConfig, 'discoverySelectors');
  return {
    revision,
    clusterDomain: domainOf(plane) || defaultMeshSettings.clusterDomain,
    trustDomain: text(at(meshConfig, 'trustDomain')) || defaultMeshSettings.trustDomain,
    certificateService:
      text(at(meshConfig, 'defaultConfig', 'proxyMetadata', 'CA_ADDR')) ||
      text(at(injectorValues, 'global', 'caAddress')) ||
      discovery ||
      own,
    drainTime: seconds(text(at(meshConfig, 'defaultConfig', 'drainDuration'))) ?? defaultMeshSettings.drainTime,
    rootNamespace: text(at(meshConfig, 'rootNamespace')) || namespace,
    discoversSome: Array.isArray(selectors) && selectors.length > 0,
    roots: '',
  };
}

/** istiod gives out certificates itself unless it was told not to. */
export function isCertificateAuthority(plane: Deployment): boolean {
  const { env = [] } = discoveryContainer(plane) ?? {};
  return env.find(({ name }) => name === 'ENABLE_CA_SERVER')?.value !== 'false';
}

/** `default` when nothing else is said. */
export function revisionOf({ metadata }: Deployment): string {
  return metadata.labels?.['istio.io/rev'] ?? 'default';
}

function revisionSuffix(revision: string): string {
  return revision === 'default' ? '' : `-${revision}`;
}

function discoveryContainer({ spec }: Deployment): Container | undefined {
  return spec.template.spec.containers.find(({ name }) => name === 'discovery');
}

/** `--domain cluster.local` or `--domain=cluster.local`. */
function domainOf(plane: Deployment): string {
  const args = discoveryContainer(plane)?.args ?? [];
  const found = args.findIndex((argument) => argument === '--domain' || argument.startsWith('--domain='));
  return (args[found]?.startsWith('--domain=') ? args[found].slice('--domain='.length) : args[found + 1]) ?? '';
}

/** A duration as protobuf and Go write it: `45s`, `1m30s`. null for anything else. */
function seconds(duration: string): number | null {
  const [whole, hours, minutes, rest] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?$/.exec(duration) ?? [];
  return whole ? Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(rest ?? 0) : null;
}

function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, key) => (typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[key] : undefined),
    value,
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
