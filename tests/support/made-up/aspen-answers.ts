import type { AspenSummary, CapturePlan, Check, Preflight } from '../../../app/api/cluster-types.ts';
import type { Handlers } from '../../../app/api/contract.ts';
import type { ClusterCard } from '../../../app/api/types.ts';
import { settingsOn, valueChanges } from '../../../app/mesh/aspen/capture-values.ts';
import type { HelmRelease } from '../../../app/mesh/aspen/helm-release.ts';
import type { CaptureOptions } from '../../../app/mesh/capture-options.ts';
import { inventory, plan, remainder } from './cluster-answers.ts';
import type { MadeUpEngine } from './engine.ts';

export const aspen: AspenSummary = {
  version: '1.11.8-am1.4',
  schema: 'exclusions',
  release: 'istiod in istio-system, revision 3',
  chart: 'istiod 1.11.8-am1.4',
  chartPath: '',
  emulators: [],
};

export const uninstallSteps = [
  'Delete the capture filters',
  'Release, chart and values',
  'helm upgrade',
  'Look for what is left',
  'Uninstall the analysis service',
  'Look once more',
];

type AspenRequest = 'clusters.uninstall' | 'clusters.label' | 'clusters.nameChart';

export function aspenHandlers(
  setCluster: (id: string, change: Partial<ClusterCard>) => ClusterCard,
  goThrough: (id: string) => Promise<void>,
): Pick<Handlers, AspenRequest> {
  return {
    'clusters.uninstall': async ({ id }) => {
      setCluster(id, { state: 'disabling' });
      await goThrough(id);
      return { cluster: setCluster(id, { state: 'off' }), remainder };
    },
    'clusters.label': () => ({}),
    'clusters.nameChart': () => ({}),
  };
}

/** Lets a cluster be one of Aspen Mesh in which nothing is prepared, until its namespace is labelled. */
export function unprepared({ replace }: MadeUpEngine, summary: AspenSummary, capture: CaptureOptions): void {
  let isLabelled = false;
  replace('clusters.inventory', () => ({ inventory: { ...inventory, aspen: summary }, capture }));
  replace('clusters.label', () => {
    isLabelled = true;
    return {};
  });
  replace('clusters.preflight', () => preflight(isLabelled));
  replace('clusters.plan', ({ capture: chosen }): CapturePlan => {
    const release = { chart: { values: {} }, config: {} } as HelmRelease;
    return { ...plan(chosen), values: valueChanges(release, settingsOn(summary.schema, chosen)) };
  });
}

function preflight(isLabelled: boolean): Preflight {
  const label: Check = isLabelled
    ? check('label', 'Citadel makes certificates for istio-system', 'passed', 'label ca.istio.io/override=true')
    : {
        ...check('label', 'Citadel makes no certificates for istio-system', 'failed', 'the label is missing'),
        remedy: '`kubectl label namespace istio-system ca.istio.io/override=true --overwrite`',
        label: 'istio-system',
      };
  const fields: Check = {
    ...check('custom-fields', 'Certificates have no traditional DNS names', isLabelled ? 'warning' : 'failed', ''),
    remedy: 'Put this into the override values file and upgrade Aspen Mesh to the same version:',
    values: 'global:\n  certificateCustomFields: true\n',
  };
  const checks = [check('mesh', 'Aspen Mesh 1.11.8-am1.4', 'passed', 'release istiod'), label, fields];
  return { checks, ready: isLabelled };
}

function check(id: string, title: string, result: Check['result'], detail: string): Check {
  return { id, title, result, detail, remedy: '', items: [] };
}
