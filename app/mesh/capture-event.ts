import type { CaptureOptions } from './capture-options.ts';
import type { Manifest } from './kubernetes.ts';
import { aggregatorName, annotations } from './names.ts';
import { resources } from './resources.ts';

/** What happened to a capture, with Kubernetes' word for it. */
const reasons = {
  on: 'CaptureSwitchedOn',
  extended: 'CaptureExtended',
  off: 'CaptureSwitchedOff',
  ended: 'CaptureEnded',
} as const;

export interface CaptureChange {
  readonly what: keyof typeof reasons;
  /** Who did it, or who had switched on what ended by itself: `user@machine`; '' when that is not known. */
  readonly user: string;
  /** What is captured: `HTTP of the whole mesh`; '' when that is not known. */
  readonly scope: string;
  /** When it ends by itself, milliseconds since the epoch; null: when its lease is not renewed any more. */
  readonly until: number | null;
}

/**
 * An Event that tells who did what: beside the aggregators in the mesh's namespace, because the analysis service's may go with the
 * capture. Kubernetes keeps Events for an hour.
 *
 * @param unique ends the name; never used before
 */
export function captureEvent(meshNamespace: string, change: CaptureChange, time: number, unique: string): Manifest {
  const timestamp = new Date(time).toISOString().replace(/\.\d+/, '');
  return {
    ...headOf(resources.event),
    metadata: {
      name: `${aggregatorName}.${unique}`,
      namespace: meshNamespace,
      annotations: {
        [annotations.user]: change.user,
        [annotations.scope]: change.scope,
        [annotations.until]: change.until === null ? '' : new Date(change.until).toISOString(),
      },
    },
    involvedObject: { ...headOf(resources.daemonSet), name: aggregatorName, namespace: meshNamespace },
    type: 'Normal',
    reason: reasons[change.what],
    message: changeSentence(change),
    source: { component: 'packet-inspector' },
    reportingComponent: 'packet-inspector',
    reportingInstance: change.user || 'packet-inspector',
    firstTimestamp: timestamp,
    lastTimestamp: timestamp,
    count: 1,
  };
}

function headOf({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) {
  return { apiVersion, kind };
}

function changeSentence({ what, user, scope, until }: CaptureChange): string {
  const who = user || 'Somebody';
  const captured = scope === '' ? '' : ` of ${scope}`;
  const end = until === null ? 'until it is switched off' : `until ${new Date(until).toISOString()}`;
  switch (what) {
    case 'on':
      return `${who} switched capture${captured} on, ${end}.`;
    case 'extended':
      return `${who} extended the capture${captured}, ${end}.`;
    case 'off':
      return `${who} switched capture${captured} off.`;
    case 'ended':
      return `The capture${captured} that ${who} had switched on has ended by itself.`;
  }
}

/** `HTTP and Diameter (port 3868) in the namespaces shop, epc`. */
export function scopeText({ area, http, diameterPort }: CaptureOptions): string {
  const protocols = [...(http ? ['HTTP'] : []), ...(diameterPort === null ? [] : [`Diameter (port ${diameterPort})`])];
  return `${protocols.join(' and ')} in ${areaText(area)}`;
}

function areaText(area: CaptureOptions['area']): string {
  switch (area.kind) {
    case 'mesh':
      return 'the whole mesh';
    case 'namespaces':
      return few('the namespace', area.namespaces);
    case 'workloads':
      return few(
        'the workload',
        area.workloads.map(({ namespace, name }) => `${namespace}/${name}`),
      );
  }
}

const mostNames = 20;

function few(what: string, names: readonly string[]): string {
  const more = names.length - mostNames;
  const named = names.slice(0, mostNames).join(', ');
  return `${what}${names.length === 1 ? '' : 's'} ${named}${more > 0 ? ` and ${more} more` : ''}`;
}
