import { defaultCaptureOptions, type WorkloadName } from '../../../../app/mesh/capture-options.ts';
import type { CaptureSite, FilterTarget } from '../../../../app/mesh/capture-site.ts';
import { defaultMeshNamespace } from '../../../../app/mesh/names.ts';
import { placeSlots } from '../../../../app/mesh/slot-places.ts';
import { manifestSite } from './survey.ts';

/** Where somebody is to be let capture. */
export interface AccessArea {
  readonly wholeMesh: boolean;
  readonly namespaces: readonly string[];
  readonly workloads: readonly WorkloadName[];
}

/** Where a mesh was installed; as by default what is left out. */
export interface MeshPlace {
  readonly revision?: string;
  readonly meshNamespace?: string;
  /** The same as that when left out. */
  readonly rootNamespace?: string;
}

/** What Roles for an area are made from: all that can be captured there, so that they hold for every choice. */
export function accessSite({ wholeMesh, namespaces, workloads }: AccessArea, mesh: MeshPlace = {}): CaptureSite {
  const { revision = 'default', meshNamespace = defaultMeshNamespace, rootNamespace = meshNamespace } = mesh;
  const site = manifestSite({ ...defaultCaptureOptions, http: true, diameterPort: 3868 });
  const targets: readonly FilterTarget[] = [
    ...(wholeMesh ? [{ namespace: rootNamespace, suffix: '', labels: null }] : []),
    ...namespaces.map((namespace) => ({ namespace, suffix: '', labels: null })),
    // Roles know names alone: by which labels a filter finds its pods is nothing to them.
    ...workloads.map(({ namespace, name }) => ({ namespace, suffix: name, labels: null })),
  ];
  const slots = placeSlots({ targets, kinds: ['http', 'diameter'] }, [], rootNamespace);
  return { ...site, meshNamespace, settings: { ...site.settings, revision, rootNamespace }, targets, slots };
}
