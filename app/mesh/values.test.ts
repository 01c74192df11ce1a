import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultCaptureOptions } from './capture-options.ts';
import { captureFromValues, strayKeys } from './values.ts';

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

  it('leaves an address as it is unless it is the very one that is documented for the emulator', () => {
    const address = (host: string) =>
      read(`aspen-mesh-packet-inspector: { analysis: { address: ${host} } }`).analysisAddress;
    expect(address('aspen-mesh-analysis-emulator.analysis-emulator.svc.cluster.local:21000')).toBe('');
    for (const host of [
      'aspen-mesh-analysis-emulator.elsewhere.svc.cluster.local:21000',
      'aspen-mesh-analysis-emulator.analysis-emulator.svc.cluster.local:22000',
      'aspen-mesh-analysis-emulator.analysis-emulator.svc.corp.example:21000',
    ]) {
      expect(address(host)).toBe(host);
    }
  });

  it.each([
    ['[]', 'aspen-mesh-packet-inspector is not a section'],
    ['{ httpCapture: { enabled: "yes" } }', 'httpCapture.enabled is neither true nor false: "yes"'],
    ['{ httpCapture: { excludePods: stealthy } }', 'httpCapture.excludePods is not a list'],
    ['{ httpCapture: { excludePods: [a, 7] } }', 'httpCapture.excludePods.1 is not a text: 7'],
    ['{ diameterCapture: { port: "3868" } }', 'diameterCapture.port is not a number: "3868"'],
    ['{ capture: { workloads: [cart] } }', 'capture.workloads.0 is not namespace/name: cart'],
    ['{ capture: { namespaces: [a], workloads: [a/b] } }', 'capture.workloads cannot be combined with namespaces'],
  ])('%s is refused: %s', (section, problem) => {
    expect(() => read(`aspen-mesh-packet-inspector: ${section}`)).toThrow(problem);
  });

  it('names keys that mean nothing', () => {
    const values = parse('aspen-mesh-packet-inspector: { httpCaptur: {}, capture: { bodylimit: 1 }, resources: {} }');
    expect(strayKeys(values).map((path) => path.slice(1).join('.'))).toEqual(['httpCaptur', 'capture.bodylimit']);
  });
});
