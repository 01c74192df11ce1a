import type {
  AspenSummary,
  CapturePlan,
  Check,
  DisablePlan,
  Finding,
  Preflight,
} from '../../../app/api/cluster-types.ts';
import type { Handlers } from '../../../app/api/contract.ts';
import type { ClusterCard } from '../../../app/api/types.ts';
import { settingsOn, valueChanges } from '../../../app/mesh/aspen/capture-values.ts';
import type { HelmRelease } from '../../../app/mesh/aspen/helm-release.ts';
import { findSymptoms } from '../../../app/mesh/aspen/troubleshooting.ts';
import type { CaptureOptions } from '../../../app/mesh/capture-options.ts';
import type { Pod } from '../../../app/mesh/kubernetes.ts';
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
  'Check what is left',
  'Uninstall the analysis service',
  'Check what is left',
];

/** What switching off does where the release has Packet Inspector enabled, and where it has not. */
export function planOff(isEnabled: boolean): DisablePlan {
  const release = {
    values: isEnabled ? ['aspen-mesh-packet-inspector.enabled: true -> false'] : [],
    chart: aspen.chart,
    chartPath: '',
    chartProblem: '',
    uninstall: uninstallSteps,
    found: isEnabled ? ['EnvoyFilter istio-system/http-capture-filter'] : [],
  };
  return { slot: 'remove', slotObjects: [], connections: [], release };
}

type AspenRequest = 'clusters.uninstall' | 'clusters.label' | 'clusters.nameChart';

export function aspenHandlers(
  setCluster: (id: string, change: Partial<ClusterCard>) => ClusterCard,
  label: () => void,
  goThrough: (id: string) => Promise<void>,
): Pick<Handlers, AspenRequest> {
  return {
    'clusters.uninstall': async ({ id }) => {
      setCluster(id, { state: 'disabling' });
      await goThrough(id);
      return { cluster: setCluster(id, { state: 'off' }), remainder };
    },
    'clusters.label': () => {
      label();
      return {};
    },
    'clusters.nameChart': () => ({}),
  };
}

/** What a cluster of Aspen Mesh says in which nothing is prepared, until its namespace is labelled. */
export function aspenAnswers(summary = aspen) {
  let isLabelled = false;
  const mesh = `Aspen Mesh ${summary.version}`;
  return {
    inventory: { ...inventory, mesh, revisions: [`default ${summary.version}`], aspen: summary },
    label() {
      isLabelled = true;
    },
    preflight: () => preflight(isLabelled),
    plan(capture: CaptureOptions): CapturePlan {
      const release = { chart: { values: {} }, config: {} } as HelmRelease;
      return { ...plan(capture), values: valueChanges(release, settingsOn(summary.schema, capture)) };
    },
    findings,
  };
}

/** Lets every cluster be one of that kind. */
export function unprepared({ replace }: MadeUpEngine, summary: AspenSummary, capture: CaptureOptions): void {
  const answers = aspenAnswers(summary);
  replace('clusters.inventory', () => ({ inventory: answers.inventory, capture }));
  replace('clusters.label', () => {
    answers.label();
    return {};
  });
  replace('clusters.preflight', answers.preflight);
  replace('clusters.plan', ({ capture: chosen }) => answers.plan(chosen));
}

/** The troubleshooting guide's symptoms: an aggregator that was killed for want of memory and does not start again. */
const findings: readonly Finding[] = findSymptoms({
  enabled: true,
  address: 'tool.analysis.svc.cluster.local:21000',
  aggregators: [
    {
      pod: {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { namespace: 'istio-system', name: 'aspen-mesh-packet-inspector-x2k8p' },
        spec: { containers: [{ name: 'aggregator' }] },
        status: {
          phase: 'Running',
          containerStatuses: [
            {
              name: 'aggregator',
              ready: false,
              restartCount: 4,
              state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 40s' } },
              lastState: { terminated: { reason: 'OOMKilled' } },
            },
          ],
        },
      } as Pod,
      log: 'warning: 312 exchanges dropped, the queue is full',
      limits: { cpu: '500m', memory: '256Mi' },
    },
  ],
  daemonSet: 'the DaemonSet aspen-mesh-packet-inspector is to have 3 pods, 2 are ready',
  unprepared: [check('analysis', 'There is no service tool in analysis', 'failed', 'the address is tool.analysis')],
  withoutSidecar: ['shop/batch-0'],
  sidecarLines: ['shop/cart-0: warning packet-inspector: upstream connection refused'],
});

function preflight(isLabelled: boolean): Preflight {
  const label: Check = isLabelled
    ? check('label', 'Citadel issues certificates for istio-system', 'passed', 'label ca.istio.io/override=true')
    : {
        ...check('label', 'Citadel issues no certificates for istio-system', 'failed', 'the label is missing'),
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
