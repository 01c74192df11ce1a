import type { FlowDetail, ObservationDetail } from '../../app/api/types.ts';
import { formatDuration } from '../ui/format.ts';

/** A part of the time of a call. `from` and `length` are fractions of the whole, for a bar. */
export interface TimeShare {
  readonly label: string;
  readonly kind: 'whole' | 'mesh' | 'application' | 'transfer' | 'failed' | 'unknown';
  readonly from: number;
  readonly length: number;
  /** The time, or why it is not known. */
  readonly text: string;
}

/**
 * Where the time of a call went. Each sidecar measures by its own clock, so only durations are compared: what the consumer's side
 * waited, less what the producer's side took, is the network and the proxies; the producer's wait for the first byte is the application.
 */
export function timeShares(detail: FlowDetail): readonly TimeShare[] {
  const near = pick(detail, 'consumer') ?? pick(detail, 'wire') ?? pick(detail, 'producer');
  if (!near) return [];
  const far = pick(detail, 'producer');
  const whole = duration(near);
  const onWire = near.vantage === 'wire';
  const shares: TimeShare[] = [
    bar(
      onWire ? 'on the wire' : near.vantage === 'consumer' ? 'consumer waited' : 'producer took',
      'whole',
      0,
      whole,
      whole,
      near,
    ),
  ];
  if (near.vantage === 'consumer') {
    shares.push(...meshShares(near, far, whole));
  } else {
    shares.push(...answerShares(near, whole ?? 0, 0));
  }
  return shares;
}

function meshShares(
  near: ObservationDetail,
  far: ObservationDetail | undefined,
  whole: number | null,
): readonly TimeShare[] {
  if (!far) {
    const failed = near.state !== 'open';
    return [
      {
        label: 'network',
        kind: failed ? 'failed' : 'unknown',
        from: 0,
        length: failed ? 1 : 0,
        text: failed ? 'not told apart' : 'not known yet',
      },
      { label: 'producer', kind: 'unknown', from: 0, length: 0, text: 'not seen' },
    ];
  }
  const inside = duration(far);
  if (whole === null || inside === null) return [bar('producer took', 'mesh', 0, inside, whole, far)];
  // Without a common clock the way there and the way back are taken as equally long.
  const way = Math.max(0, whole - inside) / 2;
  return [
    bar('network, proxies', 'mesh', 0, Math.max(0, whole - inside), whole, near),
    bar('producer took', 'whole', way, inside, whole, far),
    ...answerShares(far, whole, way),
  ];
}

/** At the producer: until its application began to answer, and the answer itself. */
function answerShares(seen: ObservationDetail, whole: number, from: number): readonly TimeShare[] {
  if (seen.requestStart === null || seen.answerStart === null) return [];
  const first = seen.answerStart - seen.requestStart;
  const rest = seen.answerEnd === null ? null : seen.answerEnd - seen.answerStart;
  return [
    bar('until first byte', 'application', from, first, whole, seen),
    bar('answer sent', 'transfer', from + first, rest, whole, seen),
  ];
}

function bar(
  label: string,
  kind: TimeShare['kind'],
  from: number,
  length: number | null,
  whole: number | null,
  seen: ObservationDetail,
): TimeShare {
  if (length === null)
    return { label, kind: seen.state === 'open' ? 'unknown' : 'failed', from: 0, length: 1, text: endText(seen) };
  const scale = whole && whole > 0 ? whole : 1;
  return { label, kind, from: clamp(from / scale), length: clamp(length / scale), text: formatDuration(length) };
}

function endText(seen: ObservationDetail): string {
  if (seen.state === 'open') return 'still open';
  return seen.state === 'reset' ? 'reset' : 'no answer';
}

function duration(seen: ObservationDetail): number | null {
  return seen.requestStart === null || seen.answerEnd === null ? null : seen.answerEnd - seen.requestStart;
}

function pick(detail: FlowDetail, vantage: ObservationDetail['vantage']): ObservationDetail | undefined {
  return detail.observations.find((observation) => observation.vantage === vantage);
}

function clamp(fraction: number): number {
  return Math.min(1, Math.max(0, fraction));
}

/** How far the producer's clock is ahead of the consumer's, if both ways through the network took equally long; null when not known. */
export function clockDifference(detail: FlowDetail): number | null {
  const near = pick(detail, 'consumer');
  const far = pick(detail, 'producer');
  if (!near || !far) return null;
  if (near.requestStart === null || far.requestStart === null || near.answerEnd === null || far.answerEnd === null)
    return null;
  return (far.requestStart - near.requestStart + (far.answerEnd - near.answerEnd)) / 2;
}
