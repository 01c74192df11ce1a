import { describe, expect, it } from 'vitest';
import { differences } from './differences.ts';

const before = {
  kind: 'DaemonSet',
  metadata: { name: 'aggregator', uid: '1', generation: 1, labels: { app: 'a' } },
  spec: { image: 'node:22', args: ['--a', '--b'], revisionHistoryLimit: 10 },
  status: { numberReady: 2 },
};

describe('how an object would change', () => {
  it('is told field by field', () => {
    const after = {
      ...before,
      metadata: { ...before.metadata, labels: { app: 'a', made: 'here' } },
      spec: { image: 'node:24', args: ['--a', '--c'], revisionHistoryLimit: 10 },
    };
    expect(differences(before, after)).toEqual([
      'metadata.labels.made: nothing -> here',
      'spec.image: node:22 -> node:24',
      'spec.args.1: --b -> --c',
    ]);
  });

  it('tells what would be taken away, and lists that grow', () => {
    const after = { ...before, metadata: { name: 'aggregator' }, spec: { image: 'node:22', args: [] } };
    expect(differences(before, after)).toEqual([
      'metadata.labels: {"app":"a"} -> nothing',
      'spec.args: ["--a","--b"] -> []',
      'spec.revisionHistoryLimit: 10 -> nothing',
    ]);
  });

  it('is nothing where only the API server has written', () => {
    const metadata = { ...before.metadata, generation: 2, resourceVersion: '7', managedFields: [{}] };
    expect(differences(before, { ...before, metadata, status: { numberReady: 1 } })).toEqual([]);
  });

  it('is cut where it is long', () => {
    const [line] = differences(before, { ...before, spec: { ...before.spec, image: 'x'.repeat(1000) } });
    expect(line).toBe(`spec.image: node:22 -> ${'x'.repeat(80)}… (1000 characters)`);
    const text = (body: number) => ({ spec: { value: `${'same;'.repeat(40)}body=${body};${'more;'.repeat(40)}` } });
    expect(differences(text(65_536), text(99))[0]).toMatch(
      /^spec\.value: …same;same;same;body=65536;more;.*… \(411 characters\) -> …same;same;same;body=99;more;.*… \(408 characters\)$/,
    );
    const many = Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`field${index}`, index]));
    expect(differences({ spec: {} }, { spec: many })).toHaveLength(50);
  });
});
