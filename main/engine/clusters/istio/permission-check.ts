import type { Check } from '../../../../app/api/cluster-types.ts';
import { neededPermissions } from '../../../../app/mesh/access.ts';
import type { CaptureSite } from '../../../../app/mesh/capture-site.ts';
import { defaultMeshNamespace } from '../../../../app/mesh/names.ts';
import { permissionText } from '../../../../app/mesh/permission.ts';
import type { KubeClient } from '../../kube/client.ts';
import { check } from './check.ts';
import { missingPermissions } from './permissions.ts';

/** Whether every step may be done, asked of the API server one by one. */
export async function checkPermissions(client: KubeClient, site: CaptureSite): Promise<Check> {
  const permissions = neededPermissions(site);
  const missing = await missingPermissions(client, permissions);
  if (missing.length === 0) {
    return check.passed('permissions', 'You have every permission that is needed', {
      detail: `${permissions.length} permissions, confirmed by the API server`,
      items: permissions.map(permissionText),
    });
  }
  const more = missing.length - 1;
  return check.failed('permissions', `You may not ${permissionText(missing[0]!)}`, {
    detail: more > 0 ? `and ${more} more of ${permissions.length} permissions are missing` : '',
    remedy: `Ask an administrator of the cluster to run this, with your name instead of NAME: \`packet-inspector roles${areaFlags(site)} --capture NAME | kubectl apply --server-side -f -\``,
    items: missing.map(permissionText),
  });
}

/** How `roles` is told the same area. */
function areaFlags({ targets, meshNamespace, settings: { revision, rootNamespace } }: CaptureSite): string {
  const chosen = targets
    .map(({ namespace, suffix }) => {
      if (suffix !== '') return ` -w ${namespace}/${suffix}`;
      return namespace === rootNamespace ? '' : ` -n ${namespace}`;
    })
    .join('');
  return [
    chosen,
    revision === 'default' ? '' : ` --revision ${revision}`,
    meshNamespace === defaultMeshNamespace ? '' : ` --mesh-namespace ${meshNamespace}`,
    rootNamespace === meshNamespace ? '' : ` --root-namespace ${rootNamespace}`,
  ].join('');
}
