import { neededForRemoval } from '../../../../app/mesh/access.ts';
import type { KubeClient } from '../../kube/client.ts';
import { isForbidden, KubeError } from '../../kube/kube-error.ts';
import { listOwn } from './own-objects.ts';
import { missingPermissions, missingSentence } from './permissions.ts';

/** Half a removal is worse than none. @throws KubeError when something of ours may not be removed; nothing was changed */
export async function checkRemoval(client: KubeClient): Promise<void> {
  let refusal = '';
  try {
    const missing = await missingPermissions(client, neededForRemoval(await listOwn(client)));
    if (missing.length > 0) refusal = missingSentence(missing);
  } catch (error) {
    if (!(error instanceof KubeError && isForbidden(error))) throw error;
    refusal = error.message;
  }
  if (refusal !== '') throw new KubeError(403, 'Forbidden', `${refusal} Nothing was changed: capture goes on.`);
}
