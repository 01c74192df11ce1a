import { expect, test } from 'vitest';
import type { PlannedObject } from '../../../app/api/cluster-types.ts';
import { planLines } from './plan-lines.ts';

function object(kind: string, name: string, change: Partial<PlannedObject> = {}): PlannedObject {
  const namespace = 'istio-system';
  return { action: 'create', kind, namespace, name, purpose: `${kind}'s`, differences: [], problem: '', ...change };
}

test('objects of one name are a line, with the purpose of the one that the others are there for', () => {
  const lines = planLines([
    object('ServiceAccount', 'aggregator'),
    object('EnvoyFilter', 'slot'),
    object('DaemonSet', 'aggregator'),
    object('Role', 'aggregator', { namespace: 'other' }),
  ]);
  expect(lines.map(({ title, namespace, purpose }) => [title, namespace, purpose])).toEqual([
    ['serviceaccount, daemonset aggregator', 'istio-system', "DaemonSet's"],
    ['envoyfilter/slot', 'istio-system', "EnvoyFilter's"],
    ['role/aggregator', 'other', "Role's"],
  ]);
});

test('what changes, is there already, or is refused stands apart', () => {
  const lines = planLines([
    object('ServiceAccount', 'aggregator', { action: 'same' }),
    object('Service', 'aggregator', { action: 'same' }),
    object('DaemonSet', 'aggregator', { action: 'change', differences: ['spec.a: 1 -> 2'] }),
    object('ConfigMap', 'aggregator', { problem: 'too large' }),
    object('Role', 'aggregator'),
  ]);
  expect(lines.map(({ action, title, problem }) => [action, title, problem])).toEqual([
    ['same', 'serviceaccount, service aggregator', ''],
    ['change', 'daemonset/aggregator', ''],
    ['create', 'configmap/aggregator', 'too large'],
    ['create', 'role/aggregator', ''],
  ]);
});
