import type { CaptureOptions } from './capture-options.ts';
import type { OwnerReference } from './kubernetes.ts';
import type { MeshSettings } from './mesh-settings.ts';
import type { SlotPlace } from './slot-places.ts';

/** Which proxies get the filter: all of a namespace (of the whole mesh in its root namespace), or those of a workload. */
export interface FilterTarget {
  readonly namespace: string;
  /** Ends the objects' names; '' for the whole namespace. */
  readonly suffix: string;
  /** Pod labels; null for the whole namespace. */
  readonly labels: Readonly<Record<string, string>> | null;
}

/** The part of an EnvoyFilter's spec that says which proxies it is for. */
export function selectorOf({ labels }: FilterTarget): { readonly workloadSelector?: object } {
  return labels ? { workloadSelector: { labels } } : {};
}

/** Version of Istio that a control plane is, or is made of. */
export interface IstioVersion {
  readonly major: number;
  readonly minor: number;
}

export function isAtLeast(version: IstioVersion, major: number, minor: number): boolean {
  return version.major > major || (version.major === major && version.minor >= minor);
}

/** All that the builders of objects have to know of a cluster and of what is wanted there. */
export interface CaptureSite {
  readonly capture: CaptureOptions;
  /** Where the control plane and the aggregators run: `istio-system`. */
  readonly meshNamespace: string;
  readonly settings: MeshSettings;
  /** Of the mesh's control plane, the oldest where there are several. */
  readonly istio: IstioVersion;
  readonly targets: readonly FilterTarget[];
  /** Where the slots for the filters are, or are to be put: those that were left in place may be wider than the targets. */
  readonly slots: readonly SlotPlace[];
  /** The programs and the capture filter, as they are built. */
  readonly programs: {
    readonly aggregator: string;
    readonly receiver: string;
    readonly leaseKeeper: string;
    readonly filter: Uint8Array;
  };
  /** The cluster gives the pods of each namespace user ids of its own, and takes no others (OpenShift). */
  readonly assignsUsers: boolean;
  /** The namespace of the analysis service is ours to make and to remove. */
  readonly ownsNamespace: boolean;
  /** A lease ends the capture when nobody renews it. Not where Git says what there is: its objects come and go by themselves. */
  readonly leased: boolean;
  /** What everything belongs to, so that it goes with it; null before that is there. */
  readonly owner: OwnerReference | null;
}

/** Namespaces with objects of ours. */
export function filterNamespaces({ targets, slots }: Pick<CaptureSite, 'targets' | 'slots'>): readonly string[] {
  return [...new Set([...targets, ...slots.map(({ target }) => target)].map(({ namespace }) => namespace))];
}
