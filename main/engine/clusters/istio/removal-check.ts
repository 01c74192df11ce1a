import { neededForRemoval } from '../../../../app/mesh/access.ts';
import type { KubeClient } from '../../kube/client.ts';
import { KubeError } from '../../kube/kube-error.ts';
import { listOwn } from './own-objects.ts';
import { missingPermissions, missingSentence } from './permissions.ts';

/** Half a removal is worse than none. @throws KubeError when something of ours may not be removed; nothing was changed */
export async function checkRemoval(client: KubeClient): Promise<void> {
  const missing = await missingPermissions(client, neededForRemoval(await listOwn(client)));
  if (missing.length > 0) {
    throw new KubeError(403, 'Forbidden', `${missingSentence(missing)} Nothing was changed: capture goes on.`);
  }
}
