import { describe, expect, test } from 'vitest';
import { defaultCaptureOptions } from '../../../app/mesh/capture-options.ts';
import {
  areaEntries,
  areaOf,
  bodyLimits,
  choiceProblem,
  headerProblem,
  leaseChoices,
  leaseText,
  limitText,
} from './capture-choice.ts';

describe('what is missing in a choice', () => {
  test('nothing in the default', () => expect(choiceProblem(defaultCaptureOptions)).toBe(''));
  test.each([
    [{ area: areaOf('namespaces', []) }, 'Choose at least one namespace.'],
    [{ area: areaOf('workloads', []) }, 'Choose at least one workload.'],
    [{ http: false }, 'Choose HTTP, Diameter or both.'],
    [{ diameterPort: 0 }, 'The port of Diameter is a number from 1 to 65535.'],
    [{ diameterPort: 65_536 }, 'The port of Diameter is a number from 1 to 65535.'],
    [{ diameterPort: 38.5 }, 'The port of Diameter is a number from 1 to 65535.'],
    [{ http: false, diameterPort: 3868 }, ''],
    [{ analysisAddress: 'tool.analysis.svc.cluster.local:21000' }, ''],
    [
      { analysisAddress: 'tool.analysis.svc.cluster.local:210000' },
      'The address of the analysis service: "tool.analysis.svc.cluster.local:210000" has no port: write <service>.<namespace>.svc.cluster.local:<port>.',
    ],
  ])('%j: %s', (change, sentence) => expect(choiceProblem({ ...defaultCaptureOptions, ...change })).toBe(sentence));
});

test('areas are listed and read back', () => {
  for (const area of [
    areaOf('mesh', []),
    areaOf('namespaces', ['shop', 'epc']),
    areaOf('workloads', ['shop/cart', 'epc/ocs']),
  ]) {
    expect(areaOf(area.kind, areaEntries(area))).toEqual(area);
  }
  expect(areaOf('workloads', ['shop/cart'])).toEqual({
    kind: 'workloads',
    workloads: [{ namespace: 'shop', name: 'cart' }],
  });
});

test('names of header fields are tokens', () => {
  expect(headerProblem('x-api-key')).toBe('');
  expect(headerProblem('set cookie')).toBe('set cookie is not the name of a header field.');
  expect(headerProblem('cookie:')).not.toBe('');
});

test('what is set is among what is offered, once', () => {
  expect(bodyLimits(65_536).filter((limit) => limit === 65_536)).toHaveLength(1);
  expect(bodyLimits(1_000)).toContain(1_000);
  expect(leaseChoices(45)).toEqual([10, 30, 45, 120, null]);
  expect(leaseChoices(null)).toEqual([10, 30, 120, null]);
});

test('limits and leases as they are read', () => {
  expect([0, 1_000, 65_536, 8 << 20].map(limitText)).toEqual(['no bodies', '1,000 bytes', '64 KiB', '8 MiB']);
  expect([1, 30, 60, 90, 120].map((minutes) => leaseText(minutes))).toEqual([
    '1 minute',
    '30 minutes',
    '1 hour',
    '90 minutes',
    '2 hours',
  ]);
  expect(leaseText(120, true)).toBe('2 h');
});
