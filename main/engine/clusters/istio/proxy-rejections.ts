import { captureCluster } from '../../../../app/mesh/capture-cluster.ts';
import type { Pod } from '../../../../app/mesh/kubernetes.ts';
import { controlPlaneSelector } from '../../../../app/mesh/mesh-reader.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import { type ProxyRejection, readAckErrors, readSyncStatus } from '../../../../app/mesh/sync-status.ts';
import { errorText } from '../../../log.ts';
import type { KubeClient } from '../../kube/client.ts';
import { getFromPod } from '../../kube/forwarded-http.ts';

export interface RejectionReport {
  readonly rejections: readonly ProxyRejection[];
  /** Why an istiod could not be asked; ''. */
  readonly problem: string;
}

/** Where istiod answers `/debug` to its own loopback, without a certificate. */
const debugPort = 15_014;
/** Lines of istiod's log that are looked through for a reason. */
const logLines = 2_000;

/**
 * Asks each istiod which of its proxies did not take the filter or the listeners that its slot is in, and why. Needs
 * `pods/portforward` in the mesh's namespace, and for istiods before 1.24 `pods/log`; without, it says so.
 */
export async function readProxyRejections(client: KubeClient, meshNamespace: string): Promise<RejectionReport> {
  try {
    const pods = await client.list<Pod>(resources.pod, { namespace: meshNamespace, labels: controlPlaneSelector });
    const running = pods.filter(({ metadata, status }) => status?.phase === 'Running' && !metadata.deletionTimestamp);
    const lists = await Promise.all(running.map(({ metadata }) => askIstiod(client, meshNamespace, metadata.name)));
    return { rejections: lists.flat(), problem: '' };
  } catch (error) {
    return { rejections: [], problem: `istiod cannot be asked which proxies accepted the filter: ${errorText(error)}` };
  }
}

async function askIstiod(client: KubeClient, namespace: string, pod: string): Promise<readonly ProxyRejection[]> {
  const text = await getFromPod(client.connection, namespace, pod, debugPort, '/debug/syncz');
  const found = readSyncStatus(JSON.parse(text));
  return (await withReasons(client, { namespace, pod }, found)).filter(isOurs);
}

/** A listener may be refused for many reasons. */
function isOurs({ what, reason }: ProxyRejection): boolean {
  return what === 'filter' || reason.includes(captureCluster);
}

async function withReasons(
  client: KubeClient,
  { namespace, pod }: { readonly namespace: string; readonly pod: string },
  found: readonly ProxyRejection[],
): Promise<readonly ProxyRejection[]> {
  if (found.every(({ reason }) => reason !== '')) return found;
  // Those that have one are told in any case.
  const log = await client.logs(namespace, pod, 'discovery', logLines).catch(() => '');
  const reasons = readAckErrors(log);
  return (
    found
      .map((one) => (one.reason === '' ? { ...one, reason: reasons.get(`${one.pod}.${one.namespace}`) ?? '' } : one))
      // Neither taken nor refused yet.
      .filter(({ reason }) => reason !== '')
  );
}

/** `shop/cart-66b8 (Unable to create Wasm …)`, the first few of them. */
export function rejectionsSentence(rejections: readonly ProxyRejection[]): string {
  if (rejections.length === 0) return '';
  const shown = rejections.slice(0, 3).map(({ namespace, pod, reason }) => `${namespace}/${pod} (${reason})`);
  const rest = rejections.length > shown.length ? ` and ${rejections.length - shown.length} more` : '';
  return `${rejections.length === 1 ? 'A proxy' : `${rejections.length} proxies`} rejected the capture filter: ${shown.join(', ')}${rest}. They keep serving.`;
}
