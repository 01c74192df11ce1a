import { useEffect, useMemo, useState } from 'react';
import { useInspector, useList } from '../state/inspector.ts';

/** How often what changes is counted anew. Milliseconds. */
const refreshTime = 2_000;

/** How many flows match each filter, kept up to date; null where that is not known (yet). */
export function useCounts(filters: readonly string[]): readonly (number | null)[] {
  const { client } = useInspector();
  const version = useList((state) => Math.min(state.changed.version, 1));
  const key = JSON.stringify(filters);
  const [counted, setCounted] = useState<{ readonly key: string; readonly counts: readonly (number | null)[] }>();
  // `version` is 0 while a session has no flow: a new session is counted at once.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    let timer = 0;
    let wanted = true;
    async function count(): Promise<void> {
      try {
        const { counts } = await client.request('flows.counts', { filters: JSON.parse(key) as string[] });
        if (wanted) setCounted({ key, counts });
      } catch {
        // While the engine cannot be asked, what was counted last stays.
      }
      if (wanted) timer = window.setTimeout(() => void count(), refreshTime);
    }
    if (key !== '[]') void count();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [client, key, version]);
  return useMemo(
    () => (counted?.key === key ? counted.counts : (JSON.parse(key) as string[]).map(() => null)),
    [counted, key],
  );
}
