import { describe, expect, it } from 'vitest';
import { defaultCaptureOptions } from '../capture-options.ts';
import type { AspenMesh } from './aspen-mesh.ts';
import { captureOf, settingsOff, settingsOn, unreadableValues, valueChanges } from './capture-values.ts';
import type { HelmRelease } from './helm-release.ts';

const key = 'aspen-mesh-packet-inspector';
const release = (section: object | undefined, defaults: object = {}): HelmRelease =>
  ({ chart: { values: { [key]: defaults } }, config: section ? { [key]: section } : {} }) as unknown as HelmRelease;
const mesh = (section: object) => ({ release: release(section) }) as AspenMesh;

describe('what changes of a release', () => {
  it('is a line for each value, where its section is new as well', () => {
    const settings = settingsOn('exclusions', { ...defaultCaptureOptions, excludePods: ['stealthy-pod'] });
    expect(valueChanges(release(undefined), settings)).toEqual([
      `${key}.analysis.address: nothing -> aspen-mesh-analysis-emulator.analysis-emulator.svc.cluster.local:21000`,
      `${key}.httpCapture.enabled: nothing -> true`,
      `${key}.httpCapture.excludeNamespaces: nothing -> []`,
      `${key}.httpCapture.excludePods: nothing -> ["stealthy-pod"]`,
      `${key}.diameterCapture.enabled: nothing -> false`,
      `${key}.enabled: nothing -> true`,
    ]);
  });

  it('is seen as the chart sees it: its defaults are no change', () => {
    const off = { enabled: false, httpCapture: { enabled: false } };
    expect(valueChanges(release(undefined, off), settingsOff(off))).toEqual([]);
    expect(valueChanges(release({ enabled: true, httpCapture: null }, off), settingsOff(off))).toEqual([
      `${key}.enabled: true -> false`,
      `${key}.httpCapture.enabled: nothing -> false`,
    ]);
  });
});

describe('what a release captures', () => {
  it('is read of values of any type, and what cannot be is said', () => {
    const odd = mesh({
      httpCapture: { enabled: 'on', excludePods: 'stealthy' },
      diameterCapture: { enabled: true, port: '3869' },
    });
    expect(captureOf(odd)).toMatchObject({ http: false, diameterPort: 3869, excludePods: [] });
    expect(unreadableValues(odd)).toEqual([
      `${key}.httpCapture.enabled is neither true nor false: "on"`,
      `${key}.httpCapture.excludePods is not a list`,
    ]);
    expect(unreadableValues(mesh({ analysis: { address: null }, diameterCapture: { port: null } }))).toEqual([]);
  });
});
