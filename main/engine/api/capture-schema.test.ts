import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { type CaptureOptions, defaultCaptureOptions } from '../../../app/mesh/capture-options.ts';
import { captureOptions } from './capture-schema.ts';

function problemOf(change: Partial<Record<keyof CaptureOptions, unknown>>): string {
  const checked = v.safeParse(captureOptions, { ...defaultCaptureOptions, ...change });
  return checked.success ? '' : checked.issues[0].message;
}

describe('what is asked to be captured', () => {
  it('is taken as the sheet begins with it', () => expect(problemOf({})).toBe(''));

  it.each(['stealthy-pod', 'dont-capture-me-.*', '(a+)+$', 'a|b'])('may exclude %s', (specifier) => {
    expect(problemOf({ excludePods: [specifier], excludeNamespaces: [specifier] })).toBe('');
  });

  it.each([
    ['stealthy-(pod', 'stealthy-(pod is neither a name nor a regular expression: This parenthesis is not closed.'],
    ['', 'An empty text names nothing.'],
    ['((a{900}){900}){900}', /neither a name nor a regular expression: This expression is too large\./],
    ['a'.repeat(501), /length/],
  ])('is refused when it excludes %j', (specifier, problem) => {
    expect(problemOf({ excludePods: [specifier] })).toMatch(problem);
    expect(problemOf({ excludeNamespaces: [specifier] })).toMatch(problem);
  });

  it.each([
    [{ area: { kind: 'namespaces', namespaces: [] } }],
    [{ area: { kind: 'namespaces', namespaces: ['Shop'] } }],
    [{ area: { kind: 'workloads', workloads: [{ namespace: 'shop', name: '' }] } }],
    [{ diameterPort: 0 }],
    [{ diameterPort: 38.68 }],
    [{ bodyLimit: -1 }],
    [{ bodyLimit: 1 << 30 }],
    [{ redact: ['set cookie'] }],
    [{ minutes: 0 }],
    [{ image: 'node; rm' }],
    [{ analysisAddress: 'no-port' }],
  ])('is refused with %j', (change) => {
    expect(problemOf(change)).not.toBe('');
  });
});
