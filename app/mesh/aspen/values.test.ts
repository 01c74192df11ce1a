import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultCaptureOptions } from '../capture-options.ts';
import { settingsOff, settingsOn, withSettings } from './capture-values.ts';
import { editValues, preparationSettings, sectionSettings } from './values-edit.ts';
import { valuesProblems } from './values-problems.ts';

const file = `# Our overrides, kept by the platform team.
global:
    hub: registry.example/mirror   # the mirror

aspen-mesh-packet-inspector: # captures
  enabled: false # on for an hour at most
  analysis:
    address:
  httpCapture:
    enabled: false
    excludeNamespaces: []
    excludePods: []
  diameterCapture:
    enabled: false
    port:
# the end
`;
const capture = {
  ...defaultCaptureOptions,
  diameterPort: 3868,
  excludeNamespaces: ['dont-capture-me-.*', 'capture-me-not'],
};

describe('editing a values file', () => {
  it('changes the characters of the values alone where they are there', () => {
    const settings = sectionSettings(settingsOn('protocols', { ...capture, http: true }));
    expect(editValues(file, settings)).toBe(
      file
        .replace('enabled: false # on', 'enabled: true # on')
        .replace('address:\n', 'address: aspen-mesh-analysis-emulator.analysis-emulator.svc.cluster.local:21000\n')
        .replace('httpCapture:\n    enabled: false', 'httpCapture:\n    enabled: true')
        .replace('diameterCapture:\n    enabled: false', 'diameterCapture:\n    enabled: true')
        .replace('port:\n', 'port: 3868\n'),
    );
  });

  it('keeps comments and order where lists and sections are new', () => {
    const edited = editValues(file, [...preparationSettings, ...sectionSettings(settingsOn('exclusions', capture))]);
    const written = edited.split('\n');
    for (const line of file.split('\n').filter((one) => /#|hub/.test(one))) {
      expect(written).toContain(line.replace('enabled: false', 'enabled: true'));
    }
    expect(Object.keys(parse(edited))).toEqual(['global', 'aspen-mesh-packet-inspector', 'citadel']);
    expect(parse(edited)['aspen-mesh-packet-inspector'].httpCapture.excludeNamespaces).toEqual(
      capture.excludeNamespaces,
    );
    expect(editValues('', preparationSettings)).toBe(
      'citadel:\n  enabled: true\nglobal:\n  certificateCustomFields: true\n',
    );
  });

  it('is off again as it was on, and twice is once', () => {
    const on = editValues(file, sectionSettings(settingsOn('protocols', capture)));
    const off = sectionSettings(settingsOff(parse(on)['aspen-mesh-packet-inspector']));
    expect(off.map(({ path }) => path.slice(1).join('.'))).toEqual([
      'enabled',
      'httpCapture.enabled',
      'diameterCapture.enabled',
    ]);
    expect(editValues(editValues(on, off), off)).toBe(editValues(on, off));
    expect(settingsOff({ enabled: true })).toEqual([{ path: ['enabled'], value: false }]);
  });

  it('means the same as setting the values of the release, whatever else is in them', () => {
    const other = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.string(), fc.integer(), fc.boolean()));
    fc.assert(
      fc.property(other, fc.constantFrom('service', 'protocols', 'exclusions'), (values, schema) => {
        const settings = settingsOn(schema, capture);
        const text = editValues(JSON.stringify(values, null, 1), sectionSettings(settings));
        expect(parse(text)).toEqual(withSettings(values, settings));
      }),
    );
  });

  it('refuses a file with tabs', () => {
    expect(() => editValues('global:\n\thub: x\n', preparationSettings)).toThrow(/not YAML/);
  });
});

describe('what is wrong with a values file', () => {
  const section = (text: string) => `aspen-mesh-packet-inspector:\n${text}`;
  const first = (text: string, schema: Parameters<typeof valuesProblems>[1] = 'exclusions') => {
    const [problem] = valuesProblems(text, schema);
    return problem ? `${problem.line}: ${problem.message}` : '';
  };

  it('is nothing in the documentation’s own examples', () => {
    expect(valuesProblems(file, 'exclusions')).toEqual([]);
    expect(valuesProblems(section('  enabled: false\n  analysis:\n    address:\n'), 'service')).toEqual([]);
    const http =
      '  httpCapture:\n    enabled: true\n    excludePods:\n      - stealthy-pod\n      - under-the-radar-app.*\n';
    expect(valuesProblems(section(http), 'exclusions')).toEqual([]);
  });

  it.each([
    ['tabs', 'global:\n\thub: x\n', /^2: not YAML: Tabs/],
    ['a misspelt key', section('  enabled: false\n  analisys:\n    address: x\n'), /^3: .*analisys means nothing here/],
    ['an address without a port', section('  analysis:\n    address: tool.x.svc.cluster.local\n'), /^3: .*has no port/],
    [
      'a port that is none',
      section('  analysis:\n    address: tool.x.svc.cluster.local:70000\n'),
      /^3: .*not between 1 and 65535/,
    ],
    [
      'a Diameter port that is none',
      section('  diameterCapture:\n    enabled: true\n    port: 99999\n'),
      /^4: .*not between/,
    ],
    ['no boolean', section('  enabled: "yes"\n'), /^2: .*neither true nor false/],
    [
      'an unbalanced expression',
      section('  httpCapture:\n    enabled: true\n    excludePods: ["a("]\n'),
      /^4: .*neither a name nor a regular/,
    ],
    ['an empty expression', section('  httpCapture:\n    enabled: true\n    excludePods: [""]\n'), /^4: .*is empty/],
    ['no address while enabled', section('  enabled: true\n'), /address is missing/],
  ])('is told with its line: %s', (_, text, expected) => {
    expect(first(text)).toMatch(expected);
  });

  it('depends on the version', () => {
    const diameter = section('  enabled: false\n  diameterCapture:\n    enabled: true\n    port: 3868\n');
    expect(first(diameter, 'service')).toMatch(/^3: .*diameterCapture means nothing to this version/);
    expect(first(diameter, 'protocols')).toBe('');
    const excluded = section('  httpCapture:\n    enabled: true\n    excludePods: [a]\n');
    expect(first(excluded, 'protocols')).toMatch(/excludePods means nothing to this version/);
  });
});
