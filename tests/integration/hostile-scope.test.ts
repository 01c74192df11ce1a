import { readdirSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { excludeProblem } from '../../app/mesh/name-matcher.ts';
import { toScope } from '../../main/cluster/aggregator/scope-option.ts';
import { batchOf, recordOf, simpleExchange } from '../support/captured.ts';
import { createTestMesh, postBatch, type TestMesh, until } from '../support/cluster.ts';
import { metric } from '../support/tail-messages.ts';

/** Each takes a matcher that goes back more time than there is for a name of 200 letters. */
const hostile = [
  '(a+)+b',
  '(a|a)*b',
  '(a|aa)+b',
  '((a*)*)*b',
  '(.*.*)*b',
  '(([-a-z0-9]+)+)+!',
  '(a?){200}a{200}b',
  '(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)b',
];
const slow = 'a'.repeat(200);
const scope = (excludePods: readonly string[], excludeNamespaces: readonly string[] = []) =>
  JSON.stringify({ area: { kind: 'mesh' }, excludeNamespaces, excludePods });

describe('regular expressions of exclusions that were made to do harm', () => {
  let mesh: TestMesh;
  beforeEach(async () => {
    mesh = await createTestMesh();
  });
  afterEach(() => mesh.close());

  it('do not hold the aggregator up: captures go through it all the while, and what is named stays out', async () => {
    expect(hostile.map(excludeProblem)).toEqual(hostile.map(() => ''));
    const receiver = await mesh.startReceiver();
    const aggregator = await mesh.startAggregator(receiver.address, {
      scope: toScope(scope([...hostile, 'a+-left-out'], hostile)),
    });
    const proxy = await mesh.authority.issue({ uri: [`spiffe://cluster.local/ns/${slow}/sa/cart`] });
    const pods = [slow, `${slow}-left-out`];
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const rounds = 50;
    for (let round = 0; round < rounds; round++) {
      for (const [index, pod] of pods.entries()) {
        const { node } = batchOf(0, []);
        const batch = batchOf(round, [recordOf(round + 1, simpleExchange(`/${round}`, 'x'))], {
          instance: `00000000000000a${index}`,
          node: { ...node, namespace: slow, pod },
        });
        expect(await postBatch(aggregator.address!, batch, proxy)).toBe(pod === slow ? 200 : 403);
      }
    }
    delay.disable();
    // One name that is gone back over would hold the loop for longer than the universe is old.
    expect(delay.max / 1e6).toBeLessThan(1000);
    await until(() => metric(aggregator.metrics(), 'queue_documents') === 0, 'everything acknowledged');
    await until(() => metric(receiver.metrics(), 'files_waiting_bytes') === 0, 'everything written');
    expect(metric(aggregator.metrics(), 'records_out_of_scope_total')).toBe(rounds);
    const files = readdirSync(mesh.captures).filter((name) => name.endsWith('.bson'));
    expect(files).toHaveLength(rounds);
    expect(files.filter((name) => name.includes('left-out'))).toEqual([]);
  });

  it('are refused before the aggregator starts when they cannot be read, or would grow without bound', () => {
    for (const [expression, reason] of [
      ['stealthy-[', 'not a scope: This [ is not closed.'],
      ['((a{900}){900}){900}', 'not a scope: This expression is too large.'],
      ['(a)\\1', 'not a scope: Back references are not supported.'],
      ['(?=a)', 'not a scope: Looking ahead or behind and flags inside are not supported.'],
    ] as const) {
      expect(() => toScope(scope([expression]))).toThrow(reason);
      expect(() => toScope(scope([], [expression]))).toThrow(reason);
    }
  });
});
