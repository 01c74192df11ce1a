/**
 * What all of these come to. Unlike Promise.all it fails only when none of them is on its way any more: what is taken back after a failure must
 * not be made by a request that comes late.
 *
 * @throws the first failure
 */
export async function settleAll<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  const outcomes = await Promise.allSettled(work);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
