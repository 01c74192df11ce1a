import type { Check } from '../../../../app/api/cluster-types.ts';
import { type IstioVersion, isAtLeast } from '../../../../app/mesh/capture-site.ts';
import { newestIstio, oldestIstio } from '../../../../app/mesh/mesh-reader.ts';
import { check, count } from './check.ts';
import type { Survey } from './survey.ts';

/** Whether there is a mesh, of a version that captures can be taken in. */
export function checkMesh({ mesh, pods }: Pick<Survey, 'mesh' | 'pods'>): Check {
  const proxied = pods.filter(({ proxy }) => proxy !== null);
  if (!mesh && proxied.length > 0) {
    return check.failed('mesh', 'The control plane of this mesh is not in this cluster', {
      detail: `${count(proxied.length, 'pod')} with a proxy, but no Deployment with the label app=istiod`,
      remedy:
        'Filters are read where the control plane is: capture there, in the context of the primary cluster. Proxies of a remote cluster, or of an istiod that a provider runs elsewhere, are not covered.',
    });
  }
  if (!mesh) {
    return check.failed('mesh', 'There is no Istio in this cluster', {
      detail: 'no Deployment with the label app=istiod in any namespace',
      remedy: 'Packet Inspector captures in the sidecars of Istio or Aspen Mesh; install one of them first.',
    });
  }
  const items = mesh.revisions;
  const name = `${mesh.product} ${mesh.version}`.trim();
  const hasZtunnel = pods.some(({ namespace, labels }) => namespace === mesh.namespace && labels.app === 'ztunnel');
  const detail = `in ${mesh.namespace}${hasZtunnel ? ', also in ambient mode (ztunnel)' : ''}`;
  if (mesh.version === '') {
    return check.failed('mesh', `The version of ${name} is not known`, {
      detail,
      remedy: `The filter is configured for the version. Label it, for example: \`kubectl label deployment -n ${mesh.namespace} -l app=istiod app.kubernetes.io/version=1.28.1\``,
      items,
    });
  }
  if (!isAtLeast(mesh.istio, oldestIstio.major, oldestIstio.minor)) {
    return check.failed('mesh', `${name} is too old`, {
      detail,
      remedy: `The capture filter needs Istio ${versionText(oldestIstio)} or newer.`,
      items,
    });
  }
  if (isAtLeast(mesh.istio, newestIstio.major, newestIstio.minor + 1)) {
    return check.warning('mesh', `${name} is newer than any version that was tested`, {
      detail,
      remedy: `Istio ${versionText(oldestIstio)} to ${versionText(newestIstio)} is supported. A proxy that cannot load the filter keeps serving.`,
      items,
    });
  }
  if (mesh.otherNamespaces.length > 0) {
    return check.warning('mesh', `${name} is not the only mesh here`, {
      detail: `another control plane is in ${mesh.otherNamespaces.join(', ')}`,
      remedy: `Captured is what reads its configuration as the one in ${mesh.namespace} does. Proxies of the other are not covered.`,
      items,
    });
  }
  return check.passed('mesh', name, { detail, items });
}

function versionText({ major, minor }: IstioVersion): string {
  return `${major}.${minor}`;
}
