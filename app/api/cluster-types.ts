import type { ValuesSchema } from '../mesh/aspen/aspen-version.ts';
import type { SlotChoice } from '../mesh/capture-options.ts';

/** The answer to one question that preflight asks before capture is switched on. */
export interface Check {
  /** Stable: `api`, `permissions`, `mesh`, `sidecars`, `certificates`, `scope`, `other-capture`, `connections`. */
  readonly id: string;
  /** `You may do every step`. */
  readonly title: string;
  /** `warning`: capture works, but not everything is as one might expect. `failed`: it cannot be switched on. */
  readonly result: 'passed' | 'warning' | 'failed';
  /** `14 permissions, confirmed by the API server`; or ''. */
  readonly detail: string;
  /** What to do about it, with commands in backticks, to be copied; '' when it passed. */
  readonly remedy: string;
  /** Where it was found, for "Show": pods without a sidecar, permissions, connections. */
  readonly items: readonly string[];
  /** Namespace for which `clusters.label` can do it. */
  readonly label?: string;
  /** Values to set in the release's overrides, as YAML. */
  readonly values?: string;
}

export interface Preflight {
  readonly checks: readonly Check[];
  /** No check failed. */
  readonly ready: boolean;
}

/** An object as `clusters.enable` would create it. */
export interface PlannedObject {
  /** `same`: it exists and would not change. `foreign`: it exists, is not ours, and is in the way. */
  readonly action: 'create' | 'change' | 'same' | 'foreign';
  /** `DaemonSet`. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Why it is needed, in a few words. */
  readonly purpose: string;
  /** For an object to change: each difference on a line, `spec.template…: old -> new`. */
  readonly differences: readonly string[];
  /** Why it cannot be created or changed, as the API server answers to a dry run; or ''. */
  readonly problem: string;
}

/** What `clusters.enable` would do. */
export interface CapturePlan {
  /** In the order of creation; they are removed in reverse. */
  readonly objects: readonly PlannedObject[];
  /** `namespace/pod` of pods whose sidecars would capture. */
  readonly pods: readonly string[];
  /** Pods in the area that have sidecars but are excluded by name. */
  readonly excluded: readonly string[];
  /** Pods in the area that have no sidecar. */
  readonly withoutSidecar: readonly string[];
  /** What happens to open connections, in sentences. */
  readonly connections: readonly string[];
  /** All objects as YAML documents. */
  readonly yaml: string;
  /** Values of the helm release that change, one per line, `path: old -> new`; absent where no release is upgraded. */
  readonly values?: readonly string[];
}

/** One step of switching on or off. */
export interface Step {
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed' | 'undone';
  /** Objects, pods or the failure; or ''. */
  readonly detail: string;
  /** Time taken so far. */
  readonly milliseconds: number;
}

/** Something the doctor found wrong while nothing, or too little, comes. */
export interface Finding {
  readonly id: string;
  readonly severity: 'info' | 'warning' | 'error';
  /** `The aggregator of node-a does not start`. */
  readonly title: string;
  /** Log lines, events and statuses, verbatim. */
  readonly evidence: readonly string[];
  /** What to do; commands in backticks, to be copied. */
  readonly remedy: string;
  /** Values to set in the release's overrides, as YAML. */
  readonly values?: string;
}

export interface WorkloadSummary {
  readonly name: string;
  /** `Deployment`. */
  readonly kind: string;
  readonly pods: number;
  readonly sidecars: number;
}

export interface NamespaceSummary {
  readonly name: string;
  readonly pods: number;
  readonly sidecars: number;
  readonly workloads: readonly WorkloadSummary[];
}

/** What there is to capture: the choices of the sheet. */
export interface ClusterInventory {
  /** `Istio 1.28.1`, `Aspen Mesh 1.11.8-am1.4`; '' when no mesh was found. */
  readonly mesh: string;
  /** Revisions of the control plane with their versions: `default 1.28.1`. */
  readonly revisions: readonly string[];
  readonly nodes: number;
  readonly pods: number;
  readonly sidecars: number;
  readonly namespaces: readonly NamespaceSummary[];
  /** Absent where Packet Inspector is not switched by a release of Aspen Mesh. */
  readonly aspen?: AspenSummary;
}

/** The release of Aspen Mesh that is upgraded, and what its version supports. */
export interface AspenSummary {
  /** `1.11.8-am1.4`. */
  readonly version: string;
  /** The values that it has. */
  readonly schema: ValuesSchema;
  /** `istiod in istio-system, revision 3`. */
  readonly release: string;
  /** `istiod 1.11.8-am1.4`: what a release folder or archive has to have. */
  readonly chart: string;
  /** The release folder, chart folder or archive that the user has named; '' for the chart that the release keeps. */
  readonly chartPath: string;
  /** Analysis emulators in the cluster, `release pi1-analysis-emulator`; empty: our receiver is installed when needed. */
  readonly emulators: readonly string[];
}

/** The choices when capture is switched off. */
export interface DisablePlan {
  /** What becomes of the slot by default: the choice made when capture was switched on. */
  readonly slot: SlotChoice;
  /** `EnvoyFilter istio-system/packet-inspector-http-slot` … that would stay; empty: there is no slot in this cluster. */
  readonly slotObjects: readonly string[];
  /** What happens to open connections when the slot is taken out, and when; in sentences. */
  readonly connections: readonly string[];
  /** Absent where no helm release is upgraded: there, switching off removes everything. */
  readonly release?: ReleaseOff;
}

/** What switching off does to a release of Aspen Mesh, and what uninstalling does beyond it. */
export interface ReleaseOff {
  /** Values that change, as in a `CapturePlan`; empty: Packet Inspector is disabled already. */
  readonly values: readonly string[];
  /** As in `AspenSummary`. */
  readonly chart: string;
  readonly chartPath: string;
  /** Why the release cannot be upgraded with that chart; ''. */
  readonly chartProblem: string;
  /** Steps of uninstalling everything, in order. */
  readonly uninstall: readonly string[];
  /** What there is to uninstall, earlier versions included: `EnvoyFilter istio-system/http-capture-filter`, `release analysisemulator`. */
  readonly found: readonly string[];
}

/** What was looked up after switching off, and what is left. */
export interface Remainder {
  /** Places looked at: `envoyfilters in all namespaces`. */
  readonly looked: readonly string[];
  /** `EnvoyFilter istio-system/http-capture-filter` … that still exist and should not. */
  readonly left: readonly string[];
  /** The slot that was to stay, with its content, confirmed to be idle. If this and `left` are empty, nothing of ours is left. */
  readonly kept: readonly string[];
  /** Ours, but left, each with the reason: `Namespace analysis-emulator: it holds ConfigMap notes, …` */
  readonly spared: readonly string[];
}
