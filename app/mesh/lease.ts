import { scopeText } from './capture-event.ts';
import type { CaptureOptions } from './capture-options.ts';
import type { CaptureSite } from './capture-site.ts';
import type { Lease, Manifest } from './kubernetes.ts';
import { analysisNamespace, annotations, leaseName } from './names.ts';
import { ownObject } from './own-object.ts';
import { resources } from './resources.ts';

/** Capture outlives the program that renews the lease by no more than this. Seconds. */
export const leaseGrace = 300;

/** What is written into the lease. Times in milliseconds since the epoch, by the writer's clock. */
export interface LeaseState {
  /** `user@machine`, as the panel shows it. */
  readonly user: string;
  /** One run of the program. */
  readonly holder: string;
  readonly capture: CaptureOptions;
  readonly acquired: number;
  readonly renewed: number;
  /** Capture ends by itself; null: not while the lease is renewed. */
  readonly until: number | null;
  /** Seconds of `leaseGrace`; shorter in tests. */
  readonly grace: number;
}

/**
 * The lease object. The duration is relative: who judges it counts from when it saw `renewTime` change, by its own clock, so
 * the writer's clock may be wrong. It is never longer than what is left of the time that the user chose.
 */
export function leaseObject(site: Pick<CaptureSite, 'owner'>, state: LeaseState): Manifest {
  const left = state.until === null ? Number.POSITIVE_INFINITY : (state.until - state.renewed) / 1000;
  return ownObject(
    resources.lease,
    site,
    {
      name: leaseName,
      namespace: analysisNamespace,
      annotations: {
        [annotations.user]: state.user,
        [annotations.capture]: JSON.stringify(state.capture),
        [annotations.scope]: scopeText(state.capture),
        [annotations.until]: state.until === null ? '' : new Date(state.until).toISOString(),
      },
    },
    {
      spec: {
        holderIdentity: state.holder,
        leaseDurationSeconds: Math.max(1, Math.ceil(Math.min(state.grace, left))),
        acquireTime: microTime(state.acquired),
        renewTime: microTime(state.renewed),
      },
    },
  );
}

/** What a lease in the cluster says; fields that are missing or damaged are null or ''. */
export interface ReadLease {
  readonly user: string;
  readonly holder: string;
  readonly capture: unknown;
  /** The same in words. */
  readonly scope: string;
  readonly until: number | null;
  readonly acquired: number | null;
}

export function readLease({ metadata, spec }: Lease): ReadLease {
  const of = (name: string) => metadata.annotations?.[name] ?? '';
  return {
    user: of(annotations.user),
    holder: spec?.holderIdentity ?? '',
    scope: of(annotations.scope),
    capture: parseJson(of(annotations.capture)),
    until: parseTime(of(annotations.until)),
    acquired: parseTime(spec?.acquireTime ?? ''),
  };
}

/** Kubernetes' MicroTime wants six digits. */
function microTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000Z');
}

function parseTime(text: string): number | null {
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
