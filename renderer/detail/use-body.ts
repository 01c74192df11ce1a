import { useCallback, useEffect, useRef, useState } from 'react';
import { type BodyForm, type BodySlice, largestBodySlice } from '../../app/api/types.ts';
import { joinBytes } from '../../app/bytes/join.ts';
import { useConnected, useInspector } from '../state/inspector.ts';
import { messageOf } from '../transport/engine-error.ts';
import { decodeBase64 } from './body-bytes.ts';

export interface LoadedBody {
  /** From the beginning on, as far as asked for. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Kind, type and total as the last slice told them. */
  readonly slice: BodySlice;
}

export interface BodyState {
  readonly body: LoadedBody | null;
  readonly error: string;
  readonly loading: boolean;
  loadMore(): void;
}

const firstSlice = 64 * 1_024;
const empty = new Uint8Array(0);

/** A body by slices: the first at once, further ones when asked for. `stored` is its length in the flow's detail, which may grow. */
export function useBody(id: number, side: 'request' | 'answer', form: BodyForm, stored: number): BodyState {
  const { client } = useInspector();
  const [body, setBody] = useState<LoadedBody | null>(null);
  const [error, setError] = useState('');
  const [loading, setLoading] = useState(false);

  const load = useCallback(
    async (before: Uint8Array, limit: number, isCurrent: () => boolean) => {
      setLoading(true);
      try {
        const slice = await client.request('flows.body', { id, side, form, offset: before.length, limit });
        if (!isCurrent()) return;
        setBody({ bytes: joinBytes([before, decodeBase64(slice.bytes)]), slice });
        setError('');
      } catch (reason) {
        if (!isCurrent()) return;
        if (before.length === 0) setBody(null);
        setError(messageOf(reason));
      }
      if (isCurrent()) setLoading(false);
    },
    [client, id, side, form],
  );

  // What is still on its way when another body is looked at is not that one's.
  const latest = useRef(load);
  const connected = useConnected();
  const shown = body?.bytes.length ?? 0;
  // `stored` is no part of the request, but a body that grew is read anew, as far as it is shown.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    const isOther = latest.current !== load;
    latest.current = load;
    if (!connected) {
      // What is shown stays, but not in the place of another one.
      if (isOther) setBody(null);
      return;
    }
    let wanted = true;
    const limit = isOther ? firstSlice : Math.min(largestBodySlice, Math.max(firstSlice, shown));
    void load(empty, limit, () => wanted);
    return () => {
      wanted = false;
    };
  }, [load, stored, connected]);

  const loadMore = useCallback(() => {
    if (body && !loading) void load(body.bytes, largestBodySlice, () => latest.current === load);
  }, [body, load, loading]);

  return { body, error, loading, loadMore };
}
