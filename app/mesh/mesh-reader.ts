import type { IstioVersion } from './capture-site.ts';
import type { Deployment } from './kubernetes.ts';
import { defaultMeshNamespace } from './names.ts';

/** A control plane as it was found. */
export interface Mesh {
  readonly product: 'Istio' | 'Aspen Mesh';
  /** `1.28.1`, `1.11.8-am1.4`: the oldest where there are several. */
  readonly version: string;
  readonly istio: IstioVersion;
  /** Where the control plane runs. */
  readonly namespace: string;
  /** The oldest control plane. */
  readonly plane: Deployment;
  /** `default 1.28.1`. */
  readonly revisions: readonly string[];
  /** Of other control planes: meshes of their own. */
  readonly otherNamespaces: readonly string[];
}

/** Labels that control planes are found by: `app` in all versions. */
export const controlPlaneSelector = 'app=istiod';

/** Older ones have no slot (ECDS of both kinds) that is known to work. */
export const oldestIstio: IstioVersion = { major: 1, minor: 11 };
/** The newest that the filter's delivery was tried with. */
export const newestIstio: IstioVersion = { major: 1, minor: 31 };

/** Recognises a mesh by its control planes; null when there is none. */
export function readMesh(deployments: readonly Deployment[]): Mesh | null {
  const planes = deployments
    .map((deployment) => ({ deployment, version: versionOf(deployment) }))
    .sort((left, right) => compareVersions(left.version, right.version));
  const [oldest] = planes;
  if (!oldest) return null;
  const namespace = oldest.deployment.metadata.namespace ?? defaultMeshNamespace;
  const namespaces = new Set(planes.map(({ deployment }) => deployment.metadata.namespace ?? defaultMeshNamespace));
  return {
    product: planes.some(({ deployment, version }) => isAspenMesh(deployment, version)) ? 'Aspen Mesh' : 'Istio',
    version: oldest.version,
    istio: istioVersion(oldest.version),
    namespace,
    otherNamespaces: [...namespaces].filter((other) => other !== namespace),
    plane: oldest.deployment,
    revisions: planes.map(
      ({ deployment, version }) =>
        `${deployment.metadata.labels?.['istio.io/rev'] ?? 'default'} ${version || 'unknown'}`,
    ),
  };
}

/**
 * By its label, else by the tag of its image; '' when neither says. Where one of them is a version of Aspen Mesh, the other is that of
 * the Istio in it.
 */
function versionOf({ metadata, spec }: Deployment): string {
  const labels = { ...spec.template.metadata?.labels, ...metadata.labels };
  const labelled = labels['app.kubernetes.io/version'] ?? labels['operator.istio.io/version'] ?? '';
  const image = spec.template.spec.containers.find(({ name }) => name === 'discovery')?.image ?? '';
  const label = /^v?(\d+\.\d+.*)/.exec(labelled)?.[1] ?? '';
  const tag = /:v?(\d+\.\d+[^@:/]*)/.exec(image)?.[1] ?? '';
  return label === '' || (ofAspenMesh.test(tag) && !ofAspenMesh.test(label)) ? tag : label;
}

/** Aspen Mesh numbers its versions after Istio's, with `-am`. */
const ofAspenMesh = /-am\d/;

function isAspenMesh({ spec }: Deployment, version: string): boolean {
  return ofAspenMesh.test(version) || spec.template.spec.containers.some(({ image = '' }) => /aspenmesh/i.test(image));
}

function istioVersion(version: string): IstioVersion {
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return { major: Number(major), minor: Number(minor) };
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [istioVersion(left), istioVersion(right)];
  return a.major - b.major || a.minor - b.minor || (left < right ? -1 : left > right ? 1 : 0);
}
