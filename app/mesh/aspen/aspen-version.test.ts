import { describe, expect, it } from 'vitest';
import { fileNamesOf, findAspenVersion, hasDiameter, hasExclusions, schemaOf } from './aspen-version.ts';

const of = (text: string) => findAspenVersion(text)!;

describe('findAspenVersion', () => {
  it('reads versions, images and tags', () => {
    expect(of('1.11.8-am1.4')).toEqual({ text: '1.11.8-am1.4', istio: '1.11.8', am: [1, 4] });
    expect(of('registry.example:5000/aspenmesh/pilot:1.11.8-am3').text).toBe('1.11.8-am3');
    expect(of('v1.14.3-am2').text).toBe('1.14.3-am2');
    for (const built of ['-distroless', '+build.7', '_build.7', '-20230201', '@sha256:0a']) {
      expect(of(`pilot:1.11.8-am1.4${built}`).text, built).toBe('1.11.8-am1.4');
    }
  });

  it('takes nothing else for one', () => {
    for (const text of ['', '1.11.8', '1.11.8-am', '1.11.8-amx', '1.11-am1', '1.11.8-am1x', '1.28.1']) {
      expect(findAspenVersion(text), text).toBeNull();
    }
  });
});

describe('what a version has', () => {
  it.each([
    ['1.11.8-am1', 'service'],
    ['1.11.8-am1.1', 'service'],
    ['1.11.8-am1.2', 'protocols'],
    ['1.11.8-am1.3', 'exclusions'],
    ['1.11.8-am1.4', 'exclusions'],
    ['1.11.8-am1.5', 'service'],
    ['1.11.8-am2', 'service'],
    ['1.11.8-am3', 'service'],
    ['1.11.8-am4.1', 'service'],
    ['1.9.8-am4', 'service'],
    ['1.14.3-am1', 'service'],
  ] as const)('%s: %s', (text, schema) => {
    expect(schemaOf(of(text))).toBe(schema);
  });

  it.each([
    ['1.9.8-am4', 'am2'],
    ['1.11.7-am3', 'am2'],
    ['1.11.8-am1', 'am2'],
    ['1.11.8-am1.1', 'am2'],
    ['1.11.8-am2', 'am2'],
    ['1.11.8-am2.7', 'am2'],
    ['1.11.8-am1.2', 'am3'],
    ['1.11.8-am1.3', 'am3'],
    ['1.11.8-am1.4', 'am3'],
    ['1.11.8-am3', 'am3'],
    ['1.11.8-am10', 'am3'],
    ['1.14.3-am1', 'am3'],
  ] as const)('%s: files are called as in %s', (text, form) => {
    expect(fileNamesOf(of(text))).toBe(form);
  });

  it('is Diameter in three versions and exclusions in two', () => {
    expect(
      (['service', 'protocols', 'exclusions'] as const).map((one) => [hasDiameter(one), hasExclusions(one)]),
    ).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ]);
  });
});
