import type { CaptureOptions } from './capture-options.ts';
import type { Mesh } from './mesh-reader.ts';
import type { MeshPod } from './pod-reader.ts';

/** Names that are said one by one; a card is narrow. */
const saidNames = 3;

/**
 * What a card says of a cluster in a line: its mesh with its revisions where there are several, how many proxies there are (of
 * those that capture, when `capture` says what) and in which namespaces, and what is captured.
 */
export function clusterSummary(
  mesh: Pick<Mesh, 'product' | 'version' | 'revisions'> | null,
  pods: readonly Pick<MeshPod, 'namespace'>[],
  capture: Pick<CaptureOptions, 'http' | 'diameterPort'> | null,
): string {
  if (mesh === null) return 'no Istio';
  const revisions = mesh.revisions.length > 1 ? ` (${mesh.revisions.join(', ')})` : '';
  const parts = [`${mesh.product} ${mesh.version}${revisions}`.trim(), placesOf(pods)];
  if (capture?.http) parts.push(capture.diameterPort === null ? 'HTTP' : `HTTP + Diameter ${capture.diameterPort}`);
  else if (capture) parts.push(`Diameter ${capture.diameterPort}`);
  return parts.join(' · ');
}

function placesOf(pods: readonly Pick<MeshPod, 'namespace'>[]): string {
  if (pods.length === 0) return 'no sidecars';
  const namespaces = [...new Set(pods.map(({ namespace }) => namespace))].sort();
  const named = namespaces.length > saidNames ? namespaces.slice(0, saidNames - 1) : namespaces;
  const rest = namespaces.length - named.length;
  const count = pods.length === 1 ? '1 sidecar' : `${pods.length} sidecars`;
  return `${count} in ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
