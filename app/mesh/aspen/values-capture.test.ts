import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type CaptureOptions, defaultCaptureOptions } from '../capture-options.ts';
import { captureFromValues } from '../values.ts';
import { captureOfFile, valuesFileOf } from './values-capture.ts';
import { valuesProblems } from './values-problems.ts';

const chosen = {
  ...defaultCaptureOptions,
  diameterPort: 3868,
  excludePods: ['stealthy-pod'],
  analysisAddress: 'tool.x.svc.cluster.local:4000',
};

describe('a values file and the capture that it means', () => {
  it.each(['service', 'protocols', 'exclusions', 'own'] as const)(
    'are the same for %s, as far as its keys go',
    (reader) => {
      const text = valuesFileOf(reader, chosen, '# ours\nglobal: {}\n');
      expect(text).toMatch(/^# ours\nglobal: {}\naspen-mesh-packet-inspector:\n/);
      expect(valuesProblems(text, reader)).toEqual([]);
      const read = captureOfFile(reader, text);
      expect(read).toMatchObject({
        http: true,
        diameterPort: reader === 'service' ? null : 3868,
        excludePods: reader === 'exclusions' || reader === 'own' ? ['stealthy-pod'] : [],
        analysisAddress: chosen.analysisAddress,
      });
      expect(read).not.toHaveProperty('minutes');
      expect('redact' in read!).toBe(reader === 'own');
    },
  );

  it('that is prepared and switched off says what else it does, and HTTP is captured', () => {
    const off =
      'aspen-mesh-packet-inspector:\n  enabled: false\n  httpCapture:\n    enabled: false\n    excludePods: [a]\n';
    expect(captureOfFile('exclusions', off)).toMatchObject({ http: true, diameterPort: null, excludePods: ['a'] });
  });

  it('is not known where something is wrong', () => {
    expect(captureOfFile('exclusions', 'aspen-mesh-packet-inspector: 7\n')).toBeNull();
    expect(captureOfFile('exclusions', 'a:\n\tb: 1\n')).toBeNull();
  });

  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
  const capture: fc.Arbitrary<CaptureOptions> = fc.record({
    area: fc.oneof(
      fc.constant({ kind: 'mesh' as const }),
      fc.record({ kind: fc.constant('namespaces' as const), namespaces: fc.array(name, { minLength: 1 }) }),
      fc.record({
        kind: fc.constant('workloads' as const),
        workloads: fc.array(fc.record({ namespace: name, name }), { minLength: 1 }),
      }),
    ),
    excludeNamespaces: fc.array(fc.string()),
    excludePods: fc.array(fc.string()),
    http: fc.boolean(),
    diameterPort: fc.option(fc.integer({ min: 1, max: 65_535 })),
    bodyLimit: fc.nat(),
    redact: fc.array(fc.string()),
    minutes: fc.constant(defaultCaptureOptions.minutes),
    slot: fc.constant(defaultCaptureOptions.slot),
    image: fc.string(),
    analysisAddress: fc.constantFrom('', 'tool.analysis:21000'),
  });

  it('is the same for our own parts, whatever is chosen, and whatever stood there before', () => {
    fc.assert(
      fc.property(capture, capture, (before, options) => {
        const text = valuesFileOf('own', options, valuesFileOf('own', before));
        expect(captureFromValues(parse(text))).toEqual(options);
      }),
    );
  });
});
