import type { PlannedObject } from '../../../app/api/cluster-types.ts';

/** Objects of one name that the same happens to: a line of the plan. */
export interface PlanLine {
  readonly action: PlannedObject['action'];
  /** `deployment/aspen-mesh-analysis-emulator`; several: `service, deployment aspen-mesh-analysis-emulator`. */
  readonly title: string;
  readonly namespace: string;
  readonly purpose: string;
  readonly differences: readonly string[];
  readonly problem: string;
}

/** Sums objects up that belong together; one that would change, or is refused, has a line of its own. */
export function planLines(objects: readonly PlannedObject[]): readonly PlanLine[] {
  const groups = new Map<string, PlannedObject[]>();
  for (const object of objects) {
    const { action, kind, namespace, name, differences, problem } = object;
    const isPlain = differences.length === 0 && problem === '';
    const key = JSON.stringify([namespace, name, isPlain ? action : kind]);
    groups.set(key, [...(groups.get(key) ?? []), object]);
  }
  return [...groups.values()].map((group) => {
    const kinds = group.map(({ kind }) => kind.toLowerCase());
    // What the others are there for is made last.
    const { name, kind: _kind, ...last } = group.at(-1)!;
    return { ...last, title: `${kinds.join(', ')}${kinds.length === 1 ? '/' : ' '}${name}` };
  });
}
