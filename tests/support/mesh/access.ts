import type { AccessLevel } from '../../../app/mesh/access.ts';
import { accessRoles } from '../../../app/mesh/access-roles.ts';
import { defaultCaptureOptions } from '../../../app/mesh/capture-options.ts';
import type { CaptureSite } from '../../../app/mesh/capture-site.ts';
import { manifestSite } from '../../../main/engine/clusters/istio/survey.ts';
import type { ControlPlane, ControlPlaneUser } from '../control-plane/control-plane.ts';
import { namespace } from './istiod.ts';

/** Namespaces of workloads that the tests choose, beside the whole mesh. */
const namespaces = ['shop', 'epc'];

const users: Readonly<Record<AccessLevel, ControlPlaneUser>> = {
  view: 'viewer',
  capture: 'capturer',
  administer: 'administrator',
};

/** Gives the users of the control plane their Roles, those that `packet-inspector roles` prints, and nothing beside. */
export async function applyAccessRoles(plane: ControlPlane): Promise<void> {
  const subject = (level: AccessLevel) => [{ kind: 'User', name: users[level] }] as const;
  const subjects = { view: subject('view'), capture: subject('capture'), administer: subject('administer') };
  for (const name of namespaces) await plane.apply(namespace(name, { 'istio-injection': 'enabled' }), 'namespaces');
  for (const manifest of accessRoles(testSite(), subjects)) await plane.admin.apply(manifest, { force: true });
}

/** All that is captured in tests: the whole mesh, and namespaces. */
export function testSite(): CaptureSite {
  const capture = { ...defaultCaptureOptions, diameterPort: 3868 };
  const whole = manifestSite(capture);
  const chosen = manifestSite({ ...capture, area: { kind: 'namespaces', namespaces } });
  return { ...whole, targets: [...whole.targets, ...chosen.targets], slots: [...whole.slots, ...chosen.slots] };
}
