import { useEffect, useState } from 'react';
import type { FlowDetail } from '../../app/api/types.ts';
import { useInspector } from '../state/inspector.ts';
import { EngineError, messageOf } from '../transport/engine-error.ts';

export type DetailState =
  | { readonly phase: 'loading'; readonly detail: FlowDetail | null }
  | { readonly phase: 'ready'; readonly detail: FlowDetail }
  | { readonly phase: 'failed'; readonly message: string };

const betweenReads = 500;
/** The other sidecar's observation may come this much later, in milliseconds. */
const joinTime = 10_000;

/**
 * The detail of a flow, read again while the flow can still change: it is open, or its second observation may come. The old
 * detail stays on the screen until the new one is there.
 */
export function useDetail(id: number): DetailState {
  const { client } = useInspector();
  const [state, setState] = useState<DetailState>({ phase: 'loading', detail: null });

  useEffect(() => {
    let current = true;
    let reading = false;
    let lastRead = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let detail: FlowDetail | null = null;
    const selectedAt = performance.now();

    async function read(): Promise<void> {
      timer = undefined;
      reading = true;
      lastRead = performance.now();
      try {
        detail = await client.request('flows.detail', { id });
        if (current) setState({ phase: 'ready', detail });
      } catch (error) {
        const lost = error instanceof EngineError && error.code === 'connection.lost';
        if (current && !lost) setState({ phase: 'failed', message: messageOf(error) });
      }
      reading = false;
    }

    function readSoon(): void {
      if (reading || timer !== undefined || !mayChange(detail, performance.now() - selectedAt)) return;
      timer = setTimeout(() => void read(), Math.max(0, lastRead + betweenReads - performance.now()));
    }

    setState((before) => ({ phase: 'loading', detail: before.phase === 'failed' ? null : before.detail }));
    void read();
    const forgetChanges = client.on('flows.changed', readSoon);
    const forgetStatus = client.onStatus(({ phase }) => {
      if (phase === 'connected') void read();
    });
    return () => {
      current = false;
      clearTimeout(timer);
      forgetChanges();
      forgetStatus();
    };
  }, [client, id]);

  return state;
}

function mayChange(detail: FlowDetail | null, age: number): boolean {
  if (!detail || detail.row.state === 'open') return true;
  return detail.row.vantage !== 'both' && detail.row.vantage !== 'wire' && age < joinTime;
}
