import { type Permission, permissionText } from '../../../../app/mesh/permission.ts';
import type { KubeClient } from '../../kube/client.ts';

/** Asks for all of them and gives those that are missing. */
export async function missingPermissions(
  client: KubeClient,
  permissions: readonly Permission[],
): Promise<readonly Permission[]> {
  const answers = await Promise.all(permissions.map((permission) => client.may(permission)));
  return permissions.filter((_, index) => !answers[index]!.allowed);
}

/** What is missing, in a sentence: `You may not delete leases… in analysis-emulator, and 3 more permissions are missing.` */
export function missingSentence(missing: readonly Permission[]): string {
  const [first] = missing;
  const more = missing.length - 1;
  const rest = more === 0 ? '' : `, and ${more} more permission${more === 1 ? ' is' : 's are'} missing`;
  return `You may not ${permissionText(first!)}${rest}.`;
}
