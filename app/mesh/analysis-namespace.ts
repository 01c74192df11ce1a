import type { CaptureSite } from './capture-site.ts';
import type { Manifest } from './kubernetes.ts';
import { analysisNamespace, citadelLabel } from './names.ts';
import { ownObject } from './own-object.ts';
import { resources } from './resources.ts';

/**
 * Where the analysis service runs, with the labels that Citadel and Pod Security look at.
 *
 * @param owner what it is to go with: nothing until it was looked through, since all that others have put into it goes as well
 */
export function analysisNamespaceObject({ owner }: Pick<CaptureSite, 'owner'>): Manifest {
  const labels = { [citadelLabel]: 'true', 'pod-security.kubernetes.io/enforce': 'restricted' };
  return ownObject(resources.namespace, { owner }, { name: analysisNamespace, labels }, {});
}
