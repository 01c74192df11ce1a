import type { KubernetesObject } from '../../../../app/mesh/kubernetes.ts';
import type { Mesh } from '../../../../app/mesh/mesh-reader.ts';
import {
  type MeshSettings,
  readMeshSettings,
  revisionOf,
  settingsConfigMaps,
} from '../../../../app/mesh/mesh-settings.ts';
import { meshRootConfigMap } from '../../../../app/mesh/names.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { isForbidden } from '../../kube/kube-error.ts';

/** Looks up the settings of a mesh in its ConfigMaps; those that are missing or may not be read have Istio's default. */
export async function findMeshSettings(client: KubeClient, { plane, namespace }: Mesh): Promise<MeshSettings> {
  const names = settingsConfigMaps(revisionOf(plane));
  const [mesh, injector] = await Promise.all([
    readEntry(client, namespace, names.mesh, 'mesh'),
    readEntry(client, namespace, names.injector, 'values'),
  ]);
  const settings = readMeshSettings(plane, mesh, injector);
  if (!settings.discoversSome) return settings;
  const roots = (await findConfigMap(client, namespace, meshRootConfigMap))?.data?.['root-cert.pem'] ?? '';
  return { ...settings, roots };
}

interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

async function readEntry(client: KubeClient, namespace: string, name: string, entry: string): Promise<unknown> {
  const text = (await findConfigMap(client, namespace, name))?.data?.[entry] ?? '';
  if (text.trim() === '') return null;
  const { loadYaml } = await import('@kubernetes/client-node');
  try {
    return loadYaml(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The entry ${entry} of ConfigMap ${namespace}/${name} cannot be read: ${reason}`);
  }
}

async function findConfigMap(client: KubeClient, namespace: string, name: string): Promise<ConfigMap | null> {
  try {
    return await client.find<ConfigMap>(resources.configMap, namespace, name);
  } catch (error) {
    if (isForbidden(error)) return null;
    throw error;
  }
}
