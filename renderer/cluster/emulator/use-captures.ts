import { useEffect, useState } from 'react';
import type { EmulatorList } from '../../../app/api/emulator-types.ts';
import { useInspector } from '../../state/inspector.ts';
import { messageOf } from '../../transport/engine-error.ts';

/** Captures that are shown at most. */
export const mostShown = 500;

/** Milliseconds from an answer to the next look, and from the last key to the first. */
const lookEvery = 3_000;
const typingPause = 250;

export interface Captures {
  /** What was found the last time; null before. */
  readonly list: EmulatorList | null;
  /** Why it could not be looked the last time; ''. */
  readonly message: string;
}

/** The captures of a cluster's emulators that match, looked up again for as long as they are shown. */
export function useCaptures(id: string, name: string): Captures {
  const { client } = useInspector();
  const [captures, setCaptures] = useState<Captures>({ list: null, message: '' });
  useEffect(() => {
    let current = true;
    let timer = setTimeout(look, name === '' ? 0 : typingPause);
    function look(): void {
      client
        .request('emulator.list', { id, name, limit: mostShown })
        .then(
          (list) => current && setCaptures({ list, message: '' }),
          (error: unknown) => current && setCaptures(({ list }) => ({ list, message: messageOf(error) })),
        )
        .finally(() => {
          if (current) timer = setTimeout(look, lookEvery);
        });
    }
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [client, id, name]);
  return captures;
}
