import { defaultCaptureOptions, type WorkloadName } from '../../../../app/mesh/capture-options.ts';
import type { CaptureSite, FilterTarget } from '../../../../app/mesh/capture-site.ts';
import { placeSlots } from '../../../../app/mesh/slot-places.ts';
import { manifestSite } from './survey.ts';

/** Where somebody is to be let capture. */
export interface AccessArea {
  readonly wholeMesh: boolean;
  readonly namespaces: readonly string[];
  readonly workloads: readonly WorkloadName[];
}

/** What Roles for an area are made from: all that can be captured there, so that they hold for every choice. */
export function accessSite({ wholeMesh, namespaces, workloads }: AccessArea, revision = 'default'): CaptureSite {
  const site = manifestSite({ ...defaultCaptureOptions, http: true, diameterPort: 3868 });
  const targets: readonly FilterTarget[] = [
    ...(wholeMesh ? site.targets : []),
    ...namespaces.map((namespace) => ({ namespace, suffix: '', labels: null })),
    // Roles know names alone: by which labels a filter finds its pods is nothing to them.
    ...workloads.map(({ namespace, name }) => ({ namespace, suffix: name, labels: null })),
  ];
  const slots = placeSlots({ targets, kinds: ['http', 'diameter'] }, [], site.meshNamespace);
  return { ...site, settings: { ...site.settings, revision }, targets, slots };
}
