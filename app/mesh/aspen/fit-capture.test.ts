import { expect, test } from 'vitest';
import { defaultCaptureOptions } from '../capture-options.ts';
import { fitCapture } from './fit-capture.ts';

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
