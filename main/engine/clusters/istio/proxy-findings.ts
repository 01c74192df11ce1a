import type { Finding } from '../../../../app/api/cluster-types.ts';
import type { Deployment } from '../../../../app/mesh/kubernetes.ts';
import { controlPlaneSelector, readMesh } from '../../../../app/mesh/mesh-reader.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { ProxyRejection } from '../../../../app/mesh/sync-status.ts';
import type { KubeClient } from '../../kube/client.ts';
import { readProxyRejections } from './proxy-rejections.ts';

/** Proxies that did not take the capture filter, by what istiod says of them. */
export async function diagnoseProxies(client: KubeClient): Promise<readonly Finding[]> {
  const mesh = readMesh(await client.list<Deployment>(resources.deployment, { labels: controlPlaneSelector }));
  if (!mesh) return [];
  const { rejections, problem } = await readProxyRejections(client, mesh.namespace);
  if (problem === '') return rejections.map(rejectionFinding);
  return [
    {
      id: 'istiod',
      severity: 'info',
      title: 'It is not known which proxies rejected the capture filter',
      evidence: [problem],
      remedy: `Asking istiod takes the permission pods/portforward in ${mesh.namespace}.`,
    },
  ];
}

function rejectionFinding({ namespace, pod, what, reason }: ProxyRejection): Finding {
  return {
    id: `refused ${what} ${namespace}/${pod}`,
    severity: 'error',
    title: `The proxy of ${namespace}/${pod} rejected ${what === 'filter' ? 'the capture filter' : 'its listeners'}`,
    evidence: [reason],
    remedy:
      'It keeps serving, but nothing of it is captured. Its log says more: `kubectl logs -n NAMESPACE POD -c istio-proxy`'
        .replace('NAMESPACE', namespace)
        .replace('POD', pod),
  };
}
