import { describe, expect, it } from 'vitest';
import type { ContainerState, Pod } from '../kubernetes.ts';
import { findSymptoms, type SymptomFacts, sidecarComplaints } from './troubleshooting.ts';

const aggregator = (ready: boolean, state: ContainerState, lastState: ContainerState = {}, log = '') => ({
  pod: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'istio-system', name: 'aspen-mesh-packet-inspector-x' },
    spec: { containers: [{ name: 'aggregator' }] },
    status: { phase: 'Running', containerStatuses: [{ name: 'aggregator', ready, restartCount: 4, state, lastState }] },
  } as Pod,
  log,
  limits: { cpu: '500m', memory: '256Mi' },
});
const unscheduled = {
  ...aggregator(false, {}),
  pod: {
    ...aggregator(false, {}).pod,
    status: {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes: Insufficient memory.' }],
    },
  } as Pod,
};
const well: SymptomFacts = {
  enabled: true,
  address: 'tool.x.svc.cluster.local:4000',
  aggregators: [aggregator(true, {})],
  daemonSet: 'the DaemonSet aspen-mesh-packet-inspector is to have 1 pods, 1 are ready',
  unprepared: [],
  withoutSidecar: [],
  sidecarLines: [],
};

describe('the symptoms of the troubleshooting guide', () => {
  it('are none where all is well', () => {
    expect(findSymptoms(well)).toEqual([]);
    expect(findSymptoms({ ...well, enabled: false }).map(({ id }) => id)).toEqual(['disabled']);
  });

  it('has the address and the analysis service as evidence when the aggregator does not start', () => {
    const check = {
      id: 'analysis',
      title: 'There is no service tool in x',
      result: 'failed',
      detail: 'the address is …',
      remedy: '',
      items: [],
    } as const;
    const stuck = aggregator(false, { waiting: { reason: 'CrashLoopBackOff', message: 'back-off' } });
    const [found] = findSymptoms({ ...well, aggregators: [stuck], unprepared: [check] });
    expect(found!.title).toContain('does not start');
    expect(found!.evidence).toEqual([
      'phase Running',
      'CrashLoopBackOff: back-off (4 restarts)',
      'analysis.address is tool.x.svc.cluster.local:4000',
      'There is no service tool in x: the address is …',
    ]);
  });

  it('has the scheduler’s reason when it has no node', () => {
    const [found] = findSymptoms({ ...well, aggregators: [unscheduled] });
    expect(found!.evidence.slice(0, 2)).toEqual(['phase Pending', 'it has no node: 0/1 nodes: Insufficient memory.']);
  });

  it('says whether there is a DaemonSet where there are no aggregators', () => {
    const [without] = findSymptoms({ ...well, aggregators: [], daemonSet: '' });
    expect(without).toMatchObject({
      id: 'no-aggregators',
      evidence: ['there is no DaemonSet aspen-mesh-packet-inspector in istio-system'],
      remedy: expect.stringContaining('switch capture on again'),
    });
    const [empty] = findSymptoms({ ...well, aggregators: [] });
    expect(empty).toMatchObject({ evidence: [well.daemonSet], remedy: expect.stringContaining('kubectl describe') });
  });

  it('gives the limits to set when it was killed for want of memory', () => {
    const killed = aggregator(true, {}, { terminated: { reason: 'OOMKilled' } });
    const [found] = findSymptoms({ ...well, aggregators: [killed] });
    expect(found!.evidence).toContain('limits: cpu 500m, memory 256Mi');
    expect(found!.values).toContain('limits:\n      cpu: "1000m"\n      memory: 512Mi');
  });

  it('looks at sidecars, their logs and the aggregator’s when no packets come', () => {
    const log = '{"message":"connected"}\n{"message":"12 captures dropped"}\n';
    const lines = sidecarComplaints(
      'info\twarming\nwarning envoy upstream reset: cluster aspen-mesh-packet-inspector\nerror of another thing\n',
    );
    expect(lines).toHaveLength(1);
    const found = findSymptoms({
      ...well,
      aggregators: [aggregator(true, {}, {}, log)],
      withoutSidecar: ['shop/cart'],
      sidecarLines: lines.map((line) => `shop/web: ${line}`),
    });
    expect(found.map(({ id }) => id)).toEqual(['no-sidecars', 'sidecars', 'log aspen-mesh-packet-inspector-x']);
    expect(found[2]!.evidence).toEqual(['{"message":"12 captures dropped"}']);
  });
});
