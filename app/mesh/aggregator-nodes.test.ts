import { describe, expect, it } from 'vitest';
import { aggregatorGaps, gapSentence } from './aggregator-nodes.ts';
import type { ContainerStatus, Node, Pod } from './kubernetes.ts';

const node = (name: string, ready = 'True'): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});
const aggregator = (on: string, ready: boolean, container: Partial<ContainerStatus> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `aggregator-${on}`, namespace: 'istio-system' },
  spec: { nodeName: on, containers: [{ name: 'aggregator' }] },
  status: {
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: [{ name: 'aggregator', ready, restartCount: 0, ...container }],
  },
});
const unplaced = (on: string, message: string): Pod => ({
  ...aggregator(on, false),
  spec: {
    containers: [{ name: 'aggregator' }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', values: [on] }] }],
        },
      },
    },
  },
  status: { conditions: [{ type: 'PodScheduled', status: 'False', message }] },
});

describe('a node without an aggregator', () => {
  it('is none that has one that is ready, also beside one that is going', () => {
    const going = { ...aggregator('a', true), metadata: { name: 'old', deletionTimestamp: '2026-01-01T00:00:00Z' } };
    expect(aggregatorGaps([node('a')], [going, aggregator('a', true)])).toEqual([]);
    expect(aggregatorGaps([node('a')], [going])).toHaveLength(1);
  });

  it('is not waited for when it is down, full, or gets none', () => {
    const message =
      "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity]. preemption: 0/3 nodes are available: 3 No preemption victims found for incoming pod.";
    const nodes = [node('down', 'Unknown'), node('full'), node('bare')];
    const pods = [aggregator('down', false), unplaced('full', message)];
    expect(aggregatorGaps(nodes, pods)).toEqual([
      { node: 'down', reason: 'the node is not ready', mayCome: false },
      { node: 'full', reason: '1 Insufficient cpu', mayCome: false },
      { node: 'bare', reason: 'no aggregator is created there', mayCome: false },
    ]);
  });

  it('is waited for while its image is pulled', () => {
    const waiting = (reason: string, message?: string) => ({
      state: { waiting: { reason, ...(message && { message }) } },
    });
    const [made, pulled] = aggregatorGaps(
      [node('a'), node('b')],
      [aggregator('a', false, waiting('ContainerCreating')), aggregator('b', false, waiting('ErrImagePull', 'denied'))],
    );
    expect(made).toEqual({ node: 'a', reason: 'its aggregator is not ready', mayCome: true });
    expect(pulled).toEqual({ node: 'b', reason: 'ErrImagePull: denied', mayCome: true });
  });
});

describe('what is not captured for want of an aggregator', () => {
  const gaps = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ node: name, reason: 'full', mayCome: false }));

  it('is said by number, node and reason, and only of nodes with pods that count', () => {
    expect(gapSentence([{ node: 'x' }], gaps)).toBe('');
    expect(gapSentence([{ node: 'b' }, { node: 'x' }], gaps)).toBe(
      '1 pod is not captured, because there is no aggregator on b (full).',
    );
    expect(gapSentence([...gaps, { node: 'a' }], gaps)).toBe(
      '6 pods are not captured, because there is no aggregator on a (full), b (full), c (full) and 2 more.',
    );
  });
});
