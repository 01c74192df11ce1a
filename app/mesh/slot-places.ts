import type { CaptureOptions } from './capture-options.ts';
import type { FilterTarget } from './capture-site.ts';
import type { KubernetesObject } from './kubernetes.ts';
import { diameterSlotName, httpSlotName } from './names.ts';

/** What a slot takes: the filter for HTTP, or the one for Diameter. */
export type SlotKind = 'http' | 'diameter';

/** One EnvoyFilter with a slot. */
export interface SlotPlace {
  readonly kind: SlotKind;
  readonly target: FilterTarget;
}

const names: Readonly<Record<SlotKind, string>> = { http: httpSlotName, diameter: diameterSlotName };

/** Name of the EnvoyFilter of a slot. */
export function slotName({ kind, target: { suffix } }: SlotPlace): string {
  return suffix === '' ? names[kind] : `${names[kind]}-${suffix}`;
}

/** The slot that an EnvoyFilter in the cluster is; null when it is none. */
export function readSlotPlace({ metadata: { name, namespace = '' }, ...rest }: KubernetesObject): SlotPlace | null {
  const kind = (['http', 'diameter'] as const).find((one) => name === names[one] || name.startsWith(`${names[one]}-`));
  if (!kind) return null;
  const { spec } = rest as { spec?: { workloadSelector?: { labels?: Readonly<Record<string, string>> } } };
  const suffix = name.slice(names[kind].length + 1);
  return { kind, target: { namespace, suffix, labels: spec?.workloadSelector?.labels ?? null } };
}

/** What is captured, as kinds of slots. */
export function slotKinds({ http, diameterPort }: Pick<CaptureOptions, 'http' | 'diameterPort'>): readonly SlotKind[] {
  return [...(http ? (['http'] as const) : []), ...(diameterPort === null ? [] : (['diameter'] as const))];
}

/**
 * Where the slots of a capture go. Slots that were left in place are used as they are when they reach all that is wanted,
 * and those of a kind that is not wanted now stay: moving a slot would drain the listeners that it is in.
 */
export function placeSlots(
  wanted: { readonly targets: readonly FilterTarget[]; readonly kinds: readonly SlotKind[] },
  inPlace: readonly SlotPlace[],
  rootNamespace: string,
): readonly SlotPlace[] {
  return (['http', 'diameter'] as const).flatMap((kind) => {
    const there = inPlace.filter((place) => place.kind === kind);
    if (!wanted.kinds.includes(kind)) return there;
    const reaches = (target: FilterTarget) => there.some((place) => covers(place.target, target, rootNamespace));
    return wanted.targets.every(reaches) ? there : wanted.targets.map((target) => ({ kind, target }));
  });
}

/** Whether what is put at one target reaches all proxies of another. */
function covers(wide: FilterTarget, narrow: FilterTarget, rootNamespace: string): boolean {
  const reachesNamespace = wide.namespace === rootNamespace || wide.namespace === narrow.namespace;
  if (!reachesNamespace) return false;
  const { labels } = narrow;
  return Object.entries(wide.labels ?? {}).every(([name, value]) => labels?.[name] === value);
}
