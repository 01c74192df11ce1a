import { describe, expect, it } from 'vitest';
import { helmProblem } from './helm-problem.ts';
import { readHelmVersion, rollbackFlag } from './helm-version.ts';

describe('the version of helm', () => {
  it.each([
    ['v3.22\n', '3.22', '--atomic'],
    ['v3.13.0', '3.13.0', '--atomic'],
    ['v3.19.0-rc.1', '3.19.0-rc.1', '--atomic'],
    ['v4.0.0', '4.0.0', '--rollback-on-failure'],
    ['v4.1', '4.1', '--rollback-on-failure'],
  ])('%j says by which flag it takes back what fails', (printed, text, flag) => {
    const version = readHelmVersion(printed);
    expect(version.text).toBe(text);
    expect(rollbackFlag(version)).toBe(flag);
  });

  it.each(['v3.12.3', 'v2.17.0'])('%s is too old', (printed) => {
    expect(() => readHelmVersion(printed)).toThrow(/is too old: install helm 3\.13 or later/);
  });

  it('is said where helm 2 does not understand what it is asked for', () => {
    const complaint =
      'Error: template: version:1:2: executing "version" at <.Version>: can\'t evaluate field Version in type interface {}';
    expect(helmProblem(complaint)).toContain('It is helm 2: install helm 3.13 or later');
    expect(helmProblem('Error: could not find tiller')).toContain('It is helm 2');
  });
});
