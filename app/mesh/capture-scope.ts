import type { CaptureOptions, WorkloadName } from './capture-options.ts';
import { createNameMatcher } from './name-matcher.ts';

/** What of the options decides whether a pod is captured. JSON. */
export type CaptureScope = Pick<CaptureOptions, 'area' | 'excludeNamespaces' | 'excludePods'>;

/** A pod as its sidecar names it. */
export interface ScopedPod {
  readonly namespace: string;
  readonly pod: string;
  readonly workload: string;
}

/** `excluded`: in the area, but named as an exception. `outside`: not in the area. */
export type Coverage = 'captured' | 'excluded' | 'outside';

export function scopeOf({ area, excludeNamespaces, excludePods }: CaptureOptions): CaptureScope {
  return { area, excludeNamespaces, excludePods };
}

/**
 * Whether proxies that get the filter may be of pods that are not to be captured: excluded ones, or others that have the labels of a
 * chosen workload.
 */
export function mayLeavePodsOut({ area, excludeNamespaces, excludePods }: CaptureScope): boolean {
  return area.kind === 'workloads' || excludeNamespaces.length + excludePods.length > 0;
}

/**
 * Decides for each pod. The plan, the aggregator and the panel all use this one function.
 *
 * @throws PatternError for an expression that cannot be read
 */
export function createCoverage(scope: CaptureScope): (pod: ScopedPod) => Coverage {
  const isExcludedNamespace = createNameMatcher(scope.excludeNamespaces);
  const isExcludedPod = createNameMatcher(scope.excludePods);
  const isInside = insideOf(scope.area);
  return (pod) => {
    if (!isInside(pod)) return 'outside';
    return isExcludedNamespace(pod.namespace) || isExcludedPod(pod.pod) ? 'excluded' : 'captured';
  };
}

function insideOf(area: CaptureScope['area']): (pod: ScopedPod) => boolean {
  switch (area.kind) {
    case 'mesh':
      return () => true;
    case 'namespaces': {
      const namespaces = new Set(area.namespaces);
      return ({ namespace }) => namespaces.has(namespace);
    }
    case 'workloads': {
      const workloads = new Set(area.workloads.map(workloadKey));
      return ({ namespace, workload }) => workloads.has(workloadKey({ namespace, name: workload }));
    }
  }
}

function workloadKey({ namespace, name }: WorkloadName): string {
  return `${namespace}/${name}`;
}
