import { describe, expect, it } from 'vitest';
import { editValues } from './values-edit.ts';
import { snippetSettings, valuesFields } from './values-fields.ts';
import { type ValuesReader, valuesProblems } from './values-problems.ts';

const readers: readonly ValuesReader[] = ['service', 'protocols', 'exclusions', 'own'];

describe('the fields of a values file', () => {
  it('make the snippets of the documentation, which are nothing to complain about', () => {
    expect(editValues('', snippetSettings('exclusions'))).toBe(`aspen-mesh-packet-inspector:
  enabled: false
  analysis:
    address:
  httpCapture:
    enabled: false
    excludeNamespaces: []
    excludePods: []
  diameterCapture:
    enabled: false
    port:
`);
    expect(editValues('# ours\nglobal: {}\n', snippetSettings('service'))).toBe(
      '# ours\nglobal: {}\naspen-mesh-packet-inspector:\n  enabled: false\n  analysis:\n    address:\n',
    );
    for (const reader of readers) expect(valuesProblems(editValues('', snippetSettings(reader)), reader)).toEqual([]);
  });

  it.each(readers)('are all known to who reads them: %s', (reader) => {
    const example = { switch: true, text: 'tool.x.svc.cluster.local:1', number: 3868, list: [] };
    const settings = valuesFields(reader)
      .filter(({ path: [section] }) => section !== 'resources')
      .map(({ path, kind }) => ({ path: ['aspen-mesh-packet-inspector', ...path], value: example[kind] }));
    expect(valuesProblems(editValues('', settings), reader)).toEqual([]);
  });
});
