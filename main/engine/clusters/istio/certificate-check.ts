import type { Check } from '../../../../app/api/cluster-types.ts';
import type { KubernetesObject } from '../../../../app/mesh/kubernetes.ts';
import type { Mesh } from '../../../../app/mesh/mesh-reader.ts';
import { isCertificateAuthority, type MeshSettings } from '../../../../app/mesh/mesh-settings.ts';
import { citadelLabel, meshRootConfigMap } from '../../../../app/mesh/names.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { check } from './check.ts';

/** What certificates for our programs depend on. */
export interface CertificateFacts {
  readonly meshNamespace: string;
  readonly settings: MeshSettings;
  /** Name of Citadel's Deployment; '' when there is none. */
  readonly citadel: string;
  /** Citadel writes secrets into the namespace of the mesh. */
  readonly isLabelled: boolean;
  /** istiod was not told to leave certificates to others, or others have its place. */
  readonly hasAuthority: boolean;
  /** The mesh's root is published in its namespace. */
  readonly hasRoot: boolean;
}

export async function certificateFacts(
  client: KubeClient,
  { namespace: meshNamespace, plane }: Mesh,
  settings: MeshSettings,
): Promise<CertificateFacts> {
  const [deployments, namespace, root] = await Promise.all([
    client.list<KubernetesObject>(resources.deployment, { namespace: meshNamespace }),
    client.find<KubernetesObject>(resources.namespace, '', meshNamespace),
    client.find<KubernetesObject>(resources.configMap, meshNamespace, meshRootConfigMap),
  ]);
  const isIstiod = /^istiod[-.]/.test(settings.certificateService);
  return {
    meshNamespace,
    settings,
    citadel: deployments.find(({ metadata }) => /citadel/.test(metadata.name))?.metadata.name ?? '',
    isLabelled: namespace?.metadata.labels?.[citadelLabel] === 'true',
    hasAuthority: !isIstiod || isCertificateAuthority(plane),
    hasRoot: root !== null,
  };
}

/** Which of the two ways the aggregators and the analysis service get their certificates, and what is missing for the other. */
export function checkCertificates(facts: CertificateFacts): Check {
  const { meshNamespace, settings, citadel, isLabelled } = facts;
  const missing = missingForAuthority(facts);
  const { certificateService, trustDomain } = settings;
  const items = [
    citadel === '' ? `Citadel: no Deployment of that name in ${meshNamespace}` : `Citadel: ${citadel}`,
    missing === '' ? `${certificateService}: its root is published, trust domain ${trustDomain}` : missing,
  ];
  const label = `kubectl label namespace ${meshNamespace} ${citadelLabel}=true`;
  if (citadel !== '' && isLabelled) {
    return check.passed('certificates', 'Certificates come from Citadel', {
      detail: missing === '' ? `until its secrets are there, from ${certificateService}` : '',
      items,
    });
  }
  if (missing === '') {
    const detail = `trust domain ${trustDomain}`;
    const title = `Certificates come from ${certificateService}`;
    if (citadel === '') return check.passed('certificates', title, { detail, items });
    return check.warning('certificates', title, {
      detail: `${citadel} writes none into ${meshNamespace}`,
      remedy: `To get them from Citadel: \`${label}\`.`,
      items,
    });
  }
  return check.failed('certificates', 'Nothing issues certificates', {
    detail: missing,
    remedy:
      citadel === ''
        ? 'The aggregators and the analysis service need certificates of the mesh: let istiod issue them (ENABLE_CA_SERVER), set global.caAddress to the service that does, or install Citadel.'
        : `Get them from Citadel: \`${label}\`.`,
    items,
  });
}

function missingForAuthority({ meshNamespace, settings, hasAuthority, hasRoot }: CertificateFacts): string {
  if (!hasAuthority) return `${settings.certificateService} issues no certificates: ENABLE_CA_SERVER is false`;
  if (!hasRoot) return `the root of the mesh is not published: no ConfigMap ${meshNamespace}/${meshRootConfigMap}`;
  return '';
}
