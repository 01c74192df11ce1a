import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type CaptureOptions, defaultCaptureOptions } from './capture-options.ts';
import { captureFromValues, strayKeys } from './values.ts';
import { valuesText } from './values-text.ts';

const read = (text: string) => captureFromValues(parse(text));

describe('a values file', () => {
  it("is read as the mesh's documentation has it", () => {
    const text = `
other: {}
aspen-mesh-packet-inspector:
  enabled: true
  analysis:
    address: tool.analysis.svc.cluster.local:21000
  httpCapture:
    enabled: true
    excludeNamespaces:
      - dont-capture-me-.*
      - capture-me-not
    excludePods: []
  diameterCapture:
    enabled: true
    port: 3869
`;
    expect(read(text)).toEqual({
      ...defaultCaptureOptions,
      analysisAddress: 'tool.analysis.svc.cluster.local:21000',
      excludeNamespaces: ['dont-capture-me-.*', 'capture-me-not'],
      diameterPort: 3869,
    });
  });

  it('means HTTP by `enabled` where there is no httpCapture, and leaves out what is empty', () => {
    expect(read('aspen-mesh-packet-inspector:\n  enabled: true\n  analysis:\n    address:\n')).toEqual(
      defaultCaptureOptions,
    );
    expect(read('aspen-mesh-packet-inspector:\n  diameterCapture:\n    enabled: true\n    port:\n')).toMatchObject({
      http: false,
      diameterPort: 3868,
    });
  });

  it.each([
    ['[]', 'aspen-mesh-packet-inspector is not a section'],
    ['{ httpCapture: { enabled: "yes" } }', 'httpCapture.enabled is neither true nor false: "yes"'],
    ['{ httpCapture: { excludePods: stealthy } }', 'httpCapture.excludePods is not a list'],
    ['{ httpCapture: { excludePods: [a, 7] } }', 'httpCapture.excludePods.1 is not a text: 7'],
    ['{ diameterCapture: { port: "3868" } }', 'diameterCapture.port is not a number: "3868"'],
    ['{ capture: { workloads: [cart] } }', 'capture.workloads.0 is not namespace/name: cart'],
    ['{ capture: { namespaces: [a], workloads: [a/b] } }', 'capture.workloads cannot be given beside namespaces'],
  ])('%s is refused: %s', (section, problem) => {
    expect(() => read(`aspen-mesh-packet-inspector: ${section}`)).toThrow(problem);
  });

  it('names keys that mean nothing', () => {
    const values = parse('aspen-mesh-packet-inspector: { httpCaptur: {}, capture: { bodylimit: 1 }, resources: {} }');
    expect(strayKeys(values).map((path) => path.slice(1).join('.'))).toEqual(['httpCaptur', 'capture.bodylimit']);
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

  it('that is written means the same when it is read', () => {
    fc.assert(
      fc.property(capture, (options) => {
        expect(read(valuesText(options))).toEqual(options);
      }),
    );
  });
});
