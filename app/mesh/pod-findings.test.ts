import { describe, expect, it } from 'vitest';
import type { ContainerStatus, KubeEvent, Pod } from './kubernetes.ts';
import { eventFindings, podFindings } from './pod-findings.ts';

const pod = (status: Pod['status']): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'aggregator-x', namespace: 'istio-system' },
  spec: { containers: [{ name: 'aggregator', image: 'node:24', resources: { limits: { memory: '512Mi' } } }] },
  ...(status ? { status } : {}),
});
const container = (parts: Partial<ContainerStatus>): Pod =>
  pod({
    phase: 'Running',
    containerStatuses: [{ name: 'aggregator', ready: false, restartCount: 3, ...parts }],
  });
const noLogs = new Map<string, { now: string; before: string }>();
const logged = (now: string, before = '') => new Map([['aggregator', { now, before }]]);

describe('what is wrong with a pod', () => {
  it('is nothing while it is made and while it runs', () => {
    const made = container({ state: { waiting: { reason: 'ContainerCreating' } } });
    const running = container({ state: { running: {} }, ready: true });
    for (const one of [made, running, pod(undefined), pod({ phase: 'Pending' })]) {
      expect(podFindings({ pod: one, logs: noLogs })).toEqual([]);
    }
  });

  it('is an image that cannot be pulled, with the message and the image', () => {
    const [found] = podFindings({
      pod: container({ state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image' } } }),
      logs: noLogs,
    });
    expect(found).toMatchObject({
      title: 'istio-system/aggregator-x does not start: ImagePullBackOff',
      evidence: ['Back-off pulling image', 'image: node:24'],
    });
    expect(found?.remedy).toContain('`packet-inspector enable --image NAME`');
  });

  it('is a crash, with the last words of the container that ended', () => {
    const [found] = podFindings({
      pod: container({
        state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
        lastState: { terminated: { reason: 'Error', exitCode: 1 } },
      }),
      logs: logged('', 'one\ntwo\n'),
    });
    expect(found?.evidence).toEqual(['back-off 10s', '{"reason":"Error","exitCode":1}', 'one', 'two']);
  });

  it('is a configuration that cannot be run', () => {
    const waiting = { reason: 'CreateContainerConfigError', message: 'configmap "x" not found' };
    const [found] = podFindings({ pod: container({ state: { waiting } }), logs: noLogs });
    expect(found).toMatchObject({ severity: 'error', evidence: ['configmap "x" not found'] });
  });

  it('is too little memory, with the value to set', () => {
    const [found] = podFindings({
      pod: container({ state: { running: {} }, lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } }),
      logs: noLogs,
    });
    expect(found?.remedy).toBe('Raise resources.limits.memory from 512Mi to 1024Mi for the container aggregator.');
    expect(found?.title).toContain('3 times');
  });

  it('is what the scheduler says', () => {
    const message = '0/2 nodes are available: 2 Insufficient memory.';
    const conditions = [{ type: 'PodScheduled', status: 'False', message }];
    const [found] = podFindings({ pod: pod({ phase: 'Pending', conditions }), logs: noLogs });
    expect(found).toMatchObject({ title: 'istio-system/aggregator-x has no node', evidence: [message] });
  });

  it('is what it logs, by what that is about, each line once', () => {
    const unreachable = '{"level":"warning","message":"no connection to the analysis service","reason":"ECONNREFUSED"}';
    const certificate =
      '{"level":"warning","message":"no connection to the analysis service","reason":"ERR_TLS_CERT_ALTNAME_INVALID"}';
    const other = '{"level":"error","message":"captures cannot be written"}';
    const log = ['{"level":"info","message":"TLS"}', unreachable, certificate, other].join('\n');
    const found = podFindings({ pod: container({ state: { running: {} } }), logs: logged(log) });
    expect(
      found.map(({ title, evidence, severity }) => [title.split(' ').slice(1).join(' '), evidence, severity]),
    ).toEqual([
      ['has trouble with a certificate', [certificate], 'warning'],
      ['does not reach the analysis service', [unreachable], 'warning'],
      ['complains', [other], 'error'],
    ]);
  });

  it('that is not even made is told by its events, the last of each', () => {
    const event = (message: string): KubeEvent => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e', namespace: 'analysis-emulator' },
      reason: 'FailedCreate',
      message,
      involvedObject: { kind: 'ReplicaSet', name: 'receiver-1' },
    });
    const found = eventFindings([
      event('first'),
      event('pods "x" is forbidden: exceeded quota: small, requested: memory=256Mi'),
    ]);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ title: 'ReplicaSet receiver-1 gets no pods: a quota is used up' });
    expect(found[0]?.remedy).toContain('`kubectl describe resourcequota -n analysis-emulator`');
  });
});
