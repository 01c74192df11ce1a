import type { DisablePlan, ReleaseOff } from '../../../../app/api/cluster-types.ts';
import { chartErrorCode } from '../../../../app/api/contract.ts';
import { effectiveSection, isEnabled } from '../../../../app/mesh/aspen/aspen-mesh.ts';
import { type Setting, settingsOff, valueChanges } from '../../../../app/mesh/aspen/capture-values.ts';
import { RequestError } from '../../api/request-error.ts';
import { emulatorNames, findEmulator } from './emulator.ts';
import { chartText } from './summary.ts';
import { type AspenSwitch, lookForInspector, upgradeTo } from './switch.ts';
import { uninstallSteps } from './uninstall.ts';

/** What switching off does to the release, whether it can be done with the chart that is known, and what uninstalling would find. */
export async function planOff(target: AspenSwitch): Promise<DisablePlan> {
  const { client, mesh, chart } = target;
  const section = effectiveSection(mesh.release);
  const settings = settingsOff(section);
  const [{ left }, emulator, chartProblem] = await Promise.all([
    lookForInspector(client),
    findEmulator(client),
    isEnabled(mesh.release) ? problemOfChart(target, settings) : '',
  ]);
  const release: ReleaseOff = {
    values: valueChanges(mesh.release, settings),
    chart: chartText(mesh),
    chartPath: chart,
    chartProblem,
    uninstall: uninstallSteps,
    found: [...left, ...emulatorNames(emulator)],
  };
  // Its own chart puts the filters straight into the listeners: there is no slot that could stay.
  return { slot: 'remove', slotObjects: [], connections: [], release };
}

/** Why the release cannot be upgraded with its chart, which helm tries without keeping it; ''. */
async function problemOfChart(target: AspenSwitch, settings: readonly Setting[]): Promise<string> {
  try {
    await using _upgrade = await upgradeTo(target, settings);
    return '';
  } catch (error) {
    if (error instanceof RequestError && error.code === chartErrorCode) return error.message;
    throw error;
  }
}
