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

  it('changes the lines of items alone in a list that is written in lines', () => {
    const list = `a:\n  pods: # left out\n    # the quiet one\n    - 'stealthy-pod' # asked for by ops\n    - other\n    # the last\n    - third # x\nb: 1\n`;
    const set = (value: readonly string[]) => editValues(list, [{ path: ['a', 'pods'], value }]);
    expect(set(['stealthy-pod', 'other', 'third', 'new.*'])).toBe(
      list.replace('third # x\n', 'third # x\n    - "new.*"\n'),
    );
    expect(set(['stealthy-pod', 'third'])).toBe(list.replace('    - other\n', ''));
    expect(parse(set(['third', 'stealthy-pod']))).toEqual({ a: { pods: ['third', 'stealthy-pod'] }, b: 1 });
    expect(parse(set([]))).toEqual({ a: { pods: [] }, b: 1 });
  });

  it('gives what was wanted for any list, in any of its forms', () => {
    const items = fc.array(fc.stringMatching(/^[a-z.*-]{0,6}$/), { maxLength: 5 });
    fc.assert(
      fc.property(items, items, fc.boolean(), (before, after, inLines) => {
        const written = before.map((item) => JSON.stringify(item));
        const text =
          inLines && before.length > 0
            ? `a:\n  pods:\n${written.map((item) => `    - ${item} # why\n`).join('')}b: 1`
            : `a:\n  pods: [${written.join(', ')}]\nb: 1`;
        expect(parse(editValues(text, [{ path: ['a', 'pods'], value: after }]))).toEqual({ a: { pods: after }, b: 1 });
      }),
    );
  });

  it('keeps the layout whatever is typed, letter by letter', () => {
    const text = 'a:   # odd\n    address:    x:1 # the tool\n';
    for (const value of [
      '',
      't',
      'tool:',
      'tool:2',
      'no',
      'null',
      'Y',
      '3868',
      'a: b',
      '#',
      "it's",
      '- x',
      '*x',
      ' ',
    ]) {
      const edited = editValues(text, [{ path: ['a', 'address'], value }]);
      expect(edited).toMatch(/^a: {3}# odd\n {4}address: {4}\S.* # the tool\n$/);
      expect(parse(edited, { version: '1.1' })).toEqual({ a: { address: value } });
    }
  });

  it('leaves a value empty, with its comment', () => {
    const text = 'a:\n  address: x:1 # the tool\n  port: 3868\n';
    const settings = [
      { path: ['a', 'address'], value: null },
      { path: ['a', 'port'], value: null },
    ];
    expect(editValues(text, settings)).toBe('a:\n  address: # the tool\n  port:\n');
  });

  it('refuses a file with tabs', () => {
    expect(() => editValues('global:\n\thub: x\n', preparationSettings)).toThrow(/not YAML/);
  });
});

describe('what is wrong with a values file', () => {
  const section = (text: string) => `aspen-mesh-packet-inspector:\n${text}`;
  const rows = Array.from({ length: 9 }, (_, at) => `a${at}: &a${at} [${`*a${at - 1},`.repeat(9)}]`);
  const growing = `${['a0: &a0 [x]', ...rows.slice(1)].join('\n')}\n`;
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
    ['a misspelt key', section('  enabled: false\n  analisys:\n    address: x\n'), /^3: .*analisys is not known here/],
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
    ['Diameter without a port', section('  diameterCapture:\n    enabled: true\n    port:\n'), /^4: .*port is missing/],
    ['a limit that is none', section('  resources:\n    limits:\n      memory: 512MB\n'), /^4: .*not a quantity/],
    ['a list at its top', '# x\n- a\n', /^1: not a values file/],
    ['an alias of nothing', 'a: *nowhere\n', /^1: not YAML: .*nowhere/],
    ['aliases that grow without end', growing, /^1: not YAML: Excessive alias count/],
    ['a second document', 'a: 1\n---\nb: 2\n', /^2: begins another document/],
    [
      'a snippet pasted below a section that is there',
      'global:\n  hub: x\ncitadel: {}\nglobal:\n  certificateCustomFields: true\n',
      /^4: has global a second time, and helm would read the last alone/,
    ],
    ['no address while enabled', section('  enabled: true\n'), /address is missing/],
  ])('is told with its line: %s', (_, text, expected) => {
    expect(first(text)).toMatch(expected);
  });

  it('is all told at once, with the values that it is about', () => {
    const text = section(
      '  enabled: maybe\n  analysis:\n    address: [x]\n  httpCapture:\n    excludePods: ["a(", 7]\n  capture: {}\n',
    );
    expect(valuesProblems(text, 'exclusions').map(({ line, path }) => [line, path.slice(1).join('.')])).toEqual([
      [2, 'enabled'],
      [4, 'analysis.address'],
      [6, 'httpCapture.excludePods.1'],
      [6, 'httpCapture.excludePods.0'],
      [7, 'capture'],
    ]);
  });

  it('knows the keys of our own parts where they read it', () => {
    const own = section(
      '  capture:\n    namespaces: [Shop]\n    bodyLimit: -1\n    redact: ["set cookie"]\n    image: "a b"\n',
    );
    expect(valuesProblems(own, 'own').map(({ path }) => path.slice(2).join('.'))).toEqual([
      'namespaces.0',
      'bodyLimit',
      'redact.0',
      'image',
    ]);
    expect(valuesProblems(section('  enabled: true\n'), 'own')).toEqual([]);
  });

  it('depends on the version', () => {
    const diameter = section('  enabled: false\n  diameterCapture:\n    enabled: true\n    port: 3868\n');
    expect(first(diameter, 'service')).toMatch(/^3: .*diameterCapture is not known to this version/);
    expect(first(diameter, 'protocols')).toBe('');
    const excluded = section('  httpCapture:\n    enabled: true\n    excludePods: [a]\n');
    expect(first(excluded, 'protocols')).toMatch(/excludePods is not known to this version/);
  });
});
