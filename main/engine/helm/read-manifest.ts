import type { KubernetesObject } from '../../../app/mesh/kubernetes.ts';

/** The objects of a rendered manifest, read as Kubernetes reads YAML (1.1). The parser is loaded here, not before. */
export async function readManifest(manifest: string): Promise<readonly KubernetesObject[]> {
  const { parseAllDocuments } = await import('yaml');
  const documents = parseAllDocuments(manifest, { version: '1.1', logLevel: 'silent' });
  return [...documents]
    .map((document) => JSON.parse(JSON.stringify(document.toJS() ?? null)) as KubernetesObject | null)
    .filter((object) => object !== null);
}
