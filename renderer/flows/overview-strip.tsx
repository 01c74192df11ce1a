import { useEffect, useRef, useState } from 'react';
import type { Overview } from '../../app/api/types.ts';
import { withoutTimes, withTimes } from '../filter/combine.ts';
import { useInspector, useList } from '../state/inspector.ts';
import { useShownTheme } from '../theme/use-shown-theme.ts';
import { formatCount, formatTime, plural } from '../ui/format.ts';
import { drawOverview } from './draw-overview.ts';
import './overview-strip.css';

const refreshTime = 500;
const bucketWidth = 12;

/** Rate and errors over time, with hatched marks where captures were lost. Dragging over it filters by time, a double click takes that back. */
export function OverviewStrip() {
  const { commands, list } = useInspector();
  const theme = useShownTheme();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { overview, width } = useOverview(canvas);
  const [brush, setBrush] = useState<readonly [number, number] | null>(null);
  const [pointed, setPointed] = useState<number | null>(null);

  // The colours are read from the page, so a change of the theme draws anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (canvas.current && overview) drawOverview(canvas.current, overview, brush);
  }, [overview, width, brush, theme]);

  function finish(): void {
    setBrush(null);
    if (!brush || !overview || Math.abs(brush[1] - brush[0]) < 4) return;
    const [left, right] = [Math.min(...brush), Math.max(...brush)].map((x) => timeAt(overview, x / width));
    commands.applyFilter(withTimes(list.store.getState().filter, left!, right!));
  }

  function showAll(): void {
    const { filter } = list.store.getState();
    const without = withoutTimes(filter);
    if (without !== filter) commands.applyFilter(without);
  }

  // A brush that was begun by mistake is taken back.
  useEffect(() => {
    if (!brush) return;
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key !== 'Escape') return;
      event.preventDefault();
      event.stopPropagation();
      setBrush(null);
    }
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [brush]);

  return (
    <div className="overview-strip">
      <canvas
        ref={canvas}
        role="img"
        aria-label={overview ? describe(overview) : 'Flows over time'}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setBrush([event.nativeEvent.offsetX, event.nativeEvent.offsetX]);
        }}
        onPointerMove={(event) => {
          setPointed(event.nativeEvent.offsetX);
          if (brush) setBrush([brush[0], Math.max(0, Math.min(width, event.nativeEvent.offsetX))]);
        }}
        onPointerUp={finish}
        onDoubleClick={showAll}
        onPointerCancel={() => setBrush(null)}
        onPointerLeave={() => setPointed(null)}
      />
      {overview && pointed !== null && !brush ? <PointedBucket overview={overview} x={pointed} width={width} /> : null}
    </div>
  );
}

function PointedBucket({
  overview,
  x,
  width,
}: {
  readonly overview: Overview;
  readonly x: number;
  readonly width: number;
}) {
  const index = Math.min(overview.buckets.length - 1, Math.floor((x / width) * overview.buckets.length));
  const bucket = overview.buckets[index];
  if (!bucket || bucket.count + bucket.lost === 0) return null;
  return (
    <p className="overview-tip data" style={{ left: Math.min(x, width - 250) }}>
      {formatTime(timeAt(overview, index / overview.buckets.length))} · {plural(bucket.count, 'flow')}
      {bucket.errors > 0 ? <span className="is-error"> · {plural(bucket.errors, 'error')}</span> : null}
      {bucket.lost > 0 ? <span className="is-warning"> · {formatCount(bucket.lost)} lost</span> : null}
    </p>
  );
}

/** The overview of what matches, read again as flows come, twice a second at most; not while drawing is paused. */
function useOverview(canvas: React.RefObject<HTMLCanvasElement | null>) {
  const { client } = useInspector();
  const filter = useList((state) => state.filter);
  const version = useList((state) => (state.tail.mode === 'paused' ? -1 : state.changed.version));
  const connected = useList((state) => state.loaded);
  const [overview, setOverview] = useState<Overview | null>(null);
  const [width, setWidth] = useState(0);
  const lastRead = useRef(0);
  const wanted = useRef(filter);

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(entry!.contentRect.width));
    observer.observe(canvas.current!);
    return () => observer.disconnect();
  }, [canvas]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is why to read again
  useEffect(() => {
    if (width === 0 || !connected) return;
    wanted.current = filter;
    // The wait is measured from the last reading, so that a steady stream of changes cannot put it off for ever.
    const timer = setTimeout(
      () => {
        lastRead.current = performance.now();
        client.request('flows.overview', { filter, buckets: Math.max(8, Math.floor(width / bucketWidth)) }).then(
          (result) => {
            // An answer to another filter must not be drawn; one to an older version may.
            if (wanted.current === filter) setOverview(result);
          },
          () => {},
        );
      },
      Math.max(0, lastRead.current + refreshTime - performance.now()),
    );
    return () => clearTimeout(timer);
  }, [client, filter, version, width, connected]);

  return { overview, width };
}

function timeAt({ from, to }: Overview, fraction: number): number {
  return from + (to - from) * fraction;
}

function describe({ buckets }: Overview): string {
  const sum = (key: 'count' | 'errors' | 'lost') =>
    formatCount(buckets.reduce((total, bucket) => total + bucket[key], 0));
  return `Flows over time: ${sum('count')} flows, ${sum('errors')} errors, ${sum('lost')} lost`;
}
