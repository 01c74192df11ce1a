import { type AccessLevel, accessLevels } from '../../../app/mesh/access.ts';
import { type AccessSubject, accessRoles } from '../../../app/mesh/access-roles.ts';
import { type AccessArea, accessSite, type MeshPlace } from '../../../main/engine/clusters/istio/access-site.ts';
import type { ControlPlane, ControlPlaneUser } from '../control-plane/control-plane.ts';
import { namespace } from './istiod.ts';

/** What tests capture: the whole mesh, and what some choose instead. */
const area: AccessArea = {
  wholeMesh: true,
  namespaces: ['shop', 'epc'],
  workloads: [
    { namespace: 'shop', name: 'cart' },
    { namespace: 'istio-system', name: 'ingress' },
  ],
};

const users: Readonly<Record<AccessLevel, readonly ControlPlaneUser[]>> = {
  view: ['viewer'],
  capture: ['capturer', 'colleague'],
  administer: ['administrator'],
};

/** Gives the users of the control plane their Roles, those that `packet-inspector roles` prints, and nothing beside. */
export async function applyAccessRoles(plane: ControlPlane, mesh?: MeshPlace): Promise<void> {
  for (const name of area.namespaces)
    await plane.apply(namespace(name, { 'istio-injection': 'enabled' }), 'namespaces');
  const subjects = Object.fromEntries(
    accessLevels.map((level) => [level, users[level].map((name): AccessSubject => ({ kind: 'User', name }))]),
  );
  for (const manifest of accessRoles(accessSite(area, mesh), subjects))
    await plane.admin.apply(manifest, { force: true });
}
