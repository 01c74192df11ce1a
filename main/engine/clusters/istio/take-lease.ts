import type { Lease } from '../../../../app/mesh/kubernetes.ts';
import { type LeaseState, leaseObject, readLease } from '../../../../app/mesh/lease.ts';
import { analysisNamespace, leaseName } from '../../../../app/mesh/names.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { KubeError } from '../../kube/kube-error.ts';

/** Somebody else switches capture on in this cluster at this moment: what there is of it is theirs. */
export class LeaseTakenError extends Error {
  constructor(user: string, scope: string) {
    const what = scope === '' ? 'capture' : `capture of ${scope}`;
    super(
      `${user || 'Somebody else'} has just switched ${what} on here. Nothing was changed; what is captured can be seen here too.`,
    );
    this.name = 'LeaseTakenError';
  }
}

/**
 * Makes the lease, which is the lock of switching on: of several programs that want it in the same instant the API server lets
 * one create it. It has no owner yet: whoever holds the lease creates that.
 *
 * @throws LeaseTakenError when it is somebody else's
 */
export async function takeLease(client: KubeClient, state: LeaseState): Promise<void> {
  try {
    await client.create(resources.lease, leaseObject({ owner: null }, state));
  } catch (error) {
    if (!(error instanceof KubeError && error.reason === 'AlreadyExists')) throw error;
    const found = await client.find<Lease>(resources.lease, analysisNamespace, leaseName);
    const { user, scope, holder } = found ? readLease(found) : { user: '', scope: '', holder: '' };
    // Made by a request that had no answer, or a 5xx, and was sent again.
    if (holder === state.holder) return;
    throw new LeaseTakenError(user, scope);
  }
}
