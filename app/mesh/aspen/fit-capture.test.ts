import { expect, test } from 'vitest';
import { defaultCaptureOptions } from '../capture-options.ts';
import { findAspenVersion, schemaOf } from './aspen-version.ts';
import { fitCapture, unfitting } from './fit-capture.ts';

const chosen = {
  ...defaultCaptureOptions,
  area: { kind: 'namespaces', namespaces: ['shop'] },
  excludePods: ['stealthy-pod'],
  http: false,
  diameterPort: 3868,
  minutes: 10,
} as const;

test.each([
  ['service', { http: true, diameterPort: null, excludePods: [] }],
  ['protocols', { http: false, diameterPort: 3868, excludePods: [] }],
  ['exclusions', { http: false, diameterPort: 3868, excludePods: ['stealthy-pod'] }],
] as const)('%s keeps what it has values for', (schema, kept) => {
  expect(fitCapture(schema, chosen)).toEqual({ ...chosen, area: { kind: 'mesh' }, ...kept });
});

test.each([
  [
    '1.11.8-am2',
    ['always captures in the whole mesh', 'cannot exclude anything', 'captures no Diameter', 'captures HTTP alone'],
  ],
  ['1.11.8-am1.2', ['always captures in the whole mesh', 'cannot exclude anything']],
  ['1.11.8-am1.4', ['always captures in the whole mesh']],
])('%s says of each choice that it has no value for', (text, titles) => {
  const version = findAspenVersion(text)!;
  expect(unfitting(version, chosen).map(({ title }) => title)).toEqual(
    titles.map((title) => expect.stringMatching(new RegExp(`^Aspen Mesh( ${text})? ${title}$`))),
  );
  expect(unfitting(version, fitCapture(schemaOf(version), chosen))).toEqual([]);
});

test('where there is a switch for each protocol, one of them has to be on', () => {
  const none = { ...defaultCaptureOptions, http: false };
  expect(unfitting(findAspenVersion('1.11.8-am1.4')!, none)).toMatchObject([
    { title: 'Neither HTTP nor Diameter is chosen' },
  ]);
});
