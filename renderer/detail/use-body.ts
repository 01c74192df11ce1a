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
const nothing: readonly Uint8Array[] = [];

/**
 * A body by slices: the first at once, further ones when asked for. `stored` is its length in the flow's detail, which may grow: then, and
 * when the engine is back, it is read anew, as far as it is shown.
 */
export function useBody(id: number, side: 'request' | 'answer', form: BodyForm, stored: number): BodyState {
  const { client } = useInspector();
  const which = `${id} ${side} ${form}`;
  const [loaded, setLoaded] = useState<{ readonly which: string; readonly body: LoadedBody } | null>(null);
  const [error, setError] = useState('');
  const [loading, setLoading] = useState(false);

  const load = useCallback(
    async (before: readonly Uint8Array[], wanted: number, isCurrent: () => boolean) => {
      setLoading(true);
      try {
        const parts = [...before];
        let length = parts.reduce((sum, part) => sum + part.length, 0);
        let slice: BodySlice;
        let last: Uint8Array;
        do {
          const limit = Math.min(largestBodySlice, wanted - length);
          slice = await client.request('flows.body', { id, side, form, offset: length, limit });
          if (!isCurrent()) return;
          last = decodeBase64(slice.bytes);
          parts.push(last);
          length += last.length;
        } while (last.length > 0 && length < Math.min(wanted, slice.total));
        setLoaded({ which, body: { bytes: joinBytes(parts), slice } });
        setError('');
      } catch (reason) {
        if (!isCurrent()) return;
        // What is shown stays, but not in the place of another one.
        setLoaded((shown) => (shown?.which === which ? shown : null));
        setError(messageOf(reason));
      }
      if (isCurrent()) setLoading(false);
    },
    [client, id, side, form, which],
  );

  // What is still on its way when another body is looked at is not that one's.
  const latest = useRef(load);
  const connected = useConnected();
  const shown = loaded?.which === which ? loaded.body.bytes.length : 0;
  // `stored` is no part of the request, and what is shown is asked for when something else changed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    latest.current = load;
    if (!connected) {
      setLoaded((before) => (before?.which === which ? before : null));
      return;
    }
    let wanted = true;
    void load(nothing, Math.max(firstSlice, shown), () => wanted);
    return () => {
      wanted = false;
    };
  }, [load, stored, connected]);

  const body = loaded?.body ?? null;
  const loadMore = useCallback(() => {
    if (!body || loading || shown === 0) return;
    void load([body.bytes], shown + largestBodySlice, () => latest.current === load);
  }, [body, load, loading, shown]);

  return { body, error, loading, loadMore };
}
