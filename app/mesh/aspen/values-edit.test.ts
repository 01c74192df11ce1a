import { describe, expect, it } from 'vitest';
import { defaultCaptureOptions } from '../capture-options.ts';
import { readHelmYaml } from '../helm-yaml.ts';
import { settingsOn } from './capture-values.ts';
import { editValues, preparationSettings, sectionSettings } from './values-edit.ts';
import { valuesProblems } from './values-problems.ts';

const section = 'aspen-mesh-packet-inspector';
const on = (text: string) => editValues(text, [{ path: [section, 'enabled'], value: true }]);
const port = (text: string) => editValues(text, [{ path: [section, 'diameterCapture', 'port'], value: 3868 }]);

describe('a section that is there and has nothing in it', () => {
  it.each([
    ['nothing behind its key', `a: 1\n${section}:\nb: 2\n`, `a: 1\n${section}:\n  enabled: true\nb: 2\n`],
    ['a comment', `${section}:   # later\n# of b\nb: 2\n`, `${section}:   # later\n  enabled: true\n# of b\nb: 2\n`],
    ['an empty section', `${section}: {} # none yet\n`, `${section}: # none yet\n  enabled: true\n`],
    ['the word null', `${section}: null\nb: 2`, `${section}:\n  enabled: true\nb: 2`],
    ['the end of the file', `${section}:`, `${section}:\n  enabled: true`],
  ])('has its lines below its key: %s', (_, text, edited) => {
    expect(on(text)).toBe(edited);
  });

  it('is filled in further in, too, with all of what the documentation has', () => {
    const text = `${section}:\n  enabled: false\n  httpCapture:\n  diameterCapture: ~\n`;
    const edited = editValues(
      text,
      sectionSettings(settingsOn('exclusions', { ...defaultCaptureOptions, diameterPort: 3868 })),
    );
    expect(edited).toBe(`${section}:
  enabled: true
  httpCapture:
    enabled: true
    excludeNamespaces: []
    excludePods: []
  diameterCapture:
    enabled: true
    port: 3868
  analysis:
    address: aspen-mesh-analysis-emulator.analysis-emulator.svc.cluster.local:21000
`);
  });

  it.each([
    ['nothing but comments', '---\n# ours\n', `---\n# ours\n${section}:\n  enabled: true\n`],
    ['{}, as helm prints no values', '{}\n', `${section}:\n  enabled: true\n`],
    ['an end of the document', 'a: 1\n...\n', `a: 1\n${section}:\n  enabled: true\n...\n`],
  ])('may be the file itself: %s', (_, text, edited) => {
    expect(on(text)).toBe(edited);
  });
});

describe('the way in which a file is written', () => {
  it('is kept: line ends, and a byte order mark', () => {
    const text = `\ufeff# ours\r\n${section}:\r\n  enabled: false # c\r\n`;
    expect(on(text)).toBe(text.replace('false', 'true'));
    expect(port(text)).toBe(`${text}  diameterCapture:\r\n    port: 3868\r\n`);
    expect(editValues(text, [{ path: [section, 'enabled'], value: false }])).toBe(text);
  });

  it('is that of new lines: as far in as the others', () => {
    expect(port(`global:\n    hub: x\n${section}:\n    enabled: true\n`)).toBe(
      `global:\n    hub: x\n${section}:\n    enabled: true\n    diameterCapture:\n        port: 3868\n`,
    );
  });

  it('writes no text that helm would take for something else', () => {
    const names = ['on', 'no', '3868', '1_000', '0x1f', 'y', 'shop'];
    const settings = [{ path: ['a', 'names'], value: names }];
    for (const text of ['', 'a: {}\n', 'a:\n  names: [x]\n', 'a:\n  names:\n    - x\n']) {
      expect(readHelmYaml(editValues(text, settings)).toJS()).toEqual({ a: { names } });
    }
  });
});

describe('what is shared by an alias', () => {
  it('is written out where it is to differ, and stays where it is not', () => {
    const text = `base: &base\n  # the tool\n  analysis:\n    address: tool.x.svc.cluster.local:1\nother: *base\n${section}: *base # as base\n`;
    expect(on(text)).toBe(
      text.replace(
        `${section}: *base # as base\n`,
        `${section}: # as base\n  analysis:\n    address: tool.x.svc.cluster.local:1\n  enabled: true\n`,
      ),
    );
  });

  it('is changed alone where others refer to it', () => {
    const text = `${section}:\n  enabled: &off false # c\n  httpCapture:\n    enabled: *off\n`;
    expect(on(text)).toBe(`${section}:\n  enabled: &off true # c\n  httpCapture:\n    enabled: false\n`);
  });

  it('is overridden where it is merged in', () => {
    const text = `base: &base\n  enabled: false\n  analysis:\n    address: tool.x.svc.cluster.local:1\n${section}:\n  <<: *base\n`;
    expect(on(text)).toBe(`${text}  enabled: true\n`);
    expect(valuesProblems(on(text), 'service')).toEqual([]);
  });
});

describe('what helm takes for a boolean', () => {
  it('is one: yes, no, on, off', () => {
    const text = `${section}:\n  enabled: yes\n  analysis:\n    address: tool.x.svc.cluster.local:1\n  httpCapture:\n    enabled: off\n`;
    expect(valuesProblems(text, 'exclusions')).toEqual([]);
    expect(on(text)).toBe(text);
  });
});

it('does not set what would stand below a text or a list', () => {
  for (const text of ['citadel: yes\n', 'citadel:\n  - enabled\n'])
    expect(() => editValues(text, preparationSettings)).toThrow('citadel.enabled cannot be set in it');
});

describe('what is written in braces', () => {
  const all = (text: string) =>
    editValues(
      text,
      sectionSettings(settingsOn('exclusions', { ...defaultCaptureOptions, diameterPort: 3868, excludePods: ['x.*'] })),
    );

  it('stays so, and all around it as it is', () => {
    const text = `a:   1   # one\n\n${section}: {enabled: false, analysis: {address: }} # f\nz: [ 1,2 ]\n`;
    expect(all(text)).toBe(
      `a:   1   # one\n\n${section}: {enabled: true, analysis: {address: aspen-mesh-analysis-emulator.analysis-emulator.svc.cluster.local:21000}, httpCapture: {"enabled":true, "excludeNamespaces": [], "excludePods": ["x.*"]}, diameterCapture: {"enabled":true, "port": 3868}} # f\nz: [ 1,2 ]\n`,
    );
    expect(editValues('a: {b: }\n', [{ path: ['a', 'b', 'c'], value: 1 }])).toBe('a: {b: {"c":1}}\n');
    expect(editValues('a: { }\nb: 1\n', [{ path: ['a', 'c'], value: 1 }])).toBe('a:\n  c: 1\nb: 1\n');
  });

  it('stays JSON where it was, line by line', () => {
    const before = { global: { hub: 'x', list: [1, 2] }, [section]: { enabled: false, analysis: { address: null } } };
    for (const space of [2, 4]) {
      const edited = all(`${JSON.stringify(before, null, space)}\n`);
      const read = JSON.parse(edited);
      expect(read).toEqual({ ...before, [section]: read[section] });
      expect(read[section].httpCapture.excludePods).toEqual(['x.*']);
      expect(edited).toContain(`\n${' '.repeat(space)}"global": {\n${' '.repeat(2 * space)}"hub": "x",\n`);
      expect(edited).toContain(
        `\n${' '.repeat(2 * space)}"diameterCapture": {\n${' '.repeat(3 * space)}"enabled": true`,
      );
    }
    expect(JSON.parse(all(JSON.stringify(before)))[section].diameterCapture).toEqual({ enabled: true, port: 3868 });
    const emptied = editValues(all(JSON.stringify(before)), [{ path: [section, 'analysis', 'address'], value: null }]);
    expect(JSON.parse(emptied)[section].analysis).toEqual({ address: null });
  });
});
