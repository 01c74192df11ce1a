import { differences } from '../differences.ts';
import type { KubernetesObject } from '../kubernetes.ts';
import { aggregatorName, diameterFilterName, httpFilterName } from '../names.ts';

/** What an upgrade does to one object of a release. */
export interface ObjectChange {
  readonly action: 'create' | 'change' | 'remove';
  readonly object: KubernetesObject;
  /** It is one of Packet Inspector's. */
  readonly isOurs: boolean;
  /** What differs, a line each. */
  readonly differences: readonly string[];
}

/** Compares the objects of a release before and after. Objects that stay as they are have no entry. */
export function manifestChanges(
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
): readonly ObjectChange[] {
  const old = new Map(before.map((object) => [keyOf(object), object]));
  const kept = new Set(after.map(keyOf));
  const changes: ObjectChange[] = [];
  for (const object of after) {
    const known = old.get(keyOf(object));
    if (known === undefined) changes.push(change('create', object, []));
    else if (JSON.stringify(known) !== JSON.stringify(object)) {
      changes.push(change('change', object, differences(known, object)));
    }
  }
  return [
    ...changes,
    ...before.filter((object) => !kept.has(keyOf(object))).map((object) => change('remove', object, [])),
  ];
}

function change(action: ObjectChange['action'], object: KubernetesObject, lines: readonly string[]): ObjectChange {
  return { action, object, isOurs: isPacketInspector(object), differences: lines };
}

/** By the names that the documentation gives, and what begins with them. */
function isPacketInspector({ metadata: { name } }: KubernetesObject): boolean {
  return [aggregatorName, httpFilterName, diameterFilterName, 'packet-inspector'].some((known) =>
    name.startsWith(known),
  );
}

function keyOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  return `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}
