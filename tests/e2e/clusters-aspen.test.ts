import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chartErrorCode } from '../../app/api/contract.ts';
import { type CaptureOptions, defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { RequestError } from '../../main/engine/api/request-error.ts';
import { chromiumPath, launchChromium, withoutChromium } from '../support/chromium.ts';
import { aspen, planOff, uninstallSteps, unprepared } from '../support/made-up/aspen-answers.ts';
import { contextCards } from '../support/made-up/cluster-cards.ts';
import { type OpenView, openView } from '../support/view.ts';

/** A cluster of Aspen Mesh in the window: the values of its version, what is to be prepared, off and uninstalled. */
let browser: Browser;
let view: OpenView;
let page: Page;

const folder = process.env.SCREENSHOTS;

beforeAll(async () => {
  if (chromiumPath) browser = await launchChromium();
});
afterEach(() => view?.close());
afterAll(() => browser?.close());

async function open(summary = aspen, capture: CaptureOptions = defaultCaptureOptions): Promise<void> {
  view = await openView(browser, 100, contextCards());
  page = view.page;
  unprepared(view.server.engine, summary, capture);
}

async function openSheet(): Promise<void> {
  await page.click('[aria-label="Capture in carrier"]');
  await page.waitForSelector('.checks');
}

/** For who wants to look at it: in both themes. */
async function look(name: string): Promise<void> {
  if (!folder) return;
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
  }
}

describe.skipIf(!chromiumPath)(`Aspen Mesh in the window${withoutChromium}`, () => {
  test('what is not prepared is shown with its ways out, the label is set by a button, and then it is switched on', async () => {
    await open();
    let told: CaptureOptions | undefined;
    const enable = view.server.engine.handlers['clusters.enable'];
    view.server.engine.replace('clusters.enable', (params) => {
      told = params.capture;
      return enable(params);
    });
    await openSheet();
    await page.waitForSelector('.plan-values:has-text("aspen-mesh-packet-inspector")');
    await look('unprepared');
    expect(await page.textContent('.check-values pre')).toBe('global:\n  certificateCustomFields: true\n');
    await page.click('.check-values button');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('certificateCustomFields: true');
    expect(await page.isDisabled('.enable-sheet [type="submit"]')).toBe(true);
    await page.click('text=Set the label on istio-system');
    await page.waitForSelector('.enable-sheet [type="submit"]:enabled');
    await page.fill('[aria-label="Except pods"]', 'stealthy-pod');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.plan-values:has-text("stealthy-pod")');
    await page.waitForSelector('.enable-sheet [type="submit"]:enabled');
    await page.click('.enable-sheet [type="submit"]');
    await page.waitForSelector('.cluster-sheet', { state: 'detached' });
    expect(told).toMatchObject({ area: { kind: 'mesh' }, excludePods: ['stealthy-pod'], analysisAddress: '' });
    expect(view.complaints).toEqual([]);
  });

  test.each([
    ['service', { protocols: 0, excludes: 0 }],
    ['protocols', { protocols: 1, excludes: 0 }],
    ['exclusions', { protocols: 1, excludes: 1 }],
  ] as const)('a version with the schema %s shows the values that it has, and no others', async (schema, shown) => {
    await open({ ...aspen, schema }, { ...defaultCaptureOptions, area: { kind: 'namespaces', namespaces: ['shop'] } });
    await openSheet();
    expect(await page.locator('.capture-diameter').count()).toBe(shown.protocols);
    expect(await page.locator('[aria-label="Except pods"]').count()).toBe(shown.excludes);
    expect(await page.locator('[role="radio"]:has-text("Namespaces")').count()).toBe(0);
    expect(await page.textContent('.capture-form')).toContain('Aspen Mesh 1.11.8-am1.4');
  });

  test('an address is checked where it is written, by the sentence of the command line', async () => {
    await open({ ...aspen, emulators: ['release analysisemulator'] });
    await openSheet();
    expect(await page.textContent('.capture-form')).toContain('Found: release analysisemulator');
    await page.click('[role="radio"]:has-text("Another, by address")');
    await page.fill('[aria-label="Address of the analysis service"]', 'tool.analysis.svc.cluster.local');
    await page.waitForSelector('.capture-form [role="alert"]:has-text("has no port: write <service>")');
    expect(await page.isDisabled('.enable-sheet [type="submit"]')).toBe(true);
    await page.fill('[aria-label="Address of the analysis service"]', 'tool.analysis.svc.cluster.local:21000');
    await page.waitForSelector('.plan-values:has-text("tool.analysis.svc.cluster.local:21000")');
    expect(view.complaints).toEqual([]);
  });

  test('the chart is asked for where the driver says that it is needed', async () => {
    await open();
    const { engine } = view.server;
    const plan = engine.handlers['clusters.plan'];
    let named = '';
    engine.replace('clusters.plan', (params) => {
      if (named === '') throw new RequestError(chartErrorCode, 'helm keeps no subcharts in a release.');
      return plan(params);
    });
    engine.replace('clusters.nameChart', ({ path }) => {
      if (!path.startsWith('/releases')) throw new RequestError(chartErrorCode, `There is no file or folder ${path}.`);
      named = path;
      return {};
    });
    await openSheet();
    await page.waitForSelector('.capture-form [role="alert"]:has-text("helm keeps no subcharts")');
    await look('chart');
    await page.fill('[aria-label="Path of the chart"]', '/none');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.capture-form [role="alert"]:has-text("There is no file or folder /none.")');
    await page.fill('[aria-label="Path of the chart"]', '/releases/1.11.8-am1.4');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.plan-values');
    expect(named).toBe('/releases/1.11.8-am1.4');
    expect(view.complaints).toEqual([]);
  });

  test('switching off shows the values, asks for the chart where it is needed, and uninstalls with proof', async () => {
    await open();
    const { engine } = view.server;
    engine.setCluster('carrier', { state: 'capturing' });
    let named = '';
    const disablePlan = engine.handlers['clusters.disablePlan'];
    engine.replace('clusters.disablePlan', async (params) => {
      const plan = await disablePlan(params);
      const chartProblem = named === '' ? 'helm keeps no subcharts in a release: name the release folder.' : '';
      return { ...plan, release: { ...plan.release!, chartProblem, chartPath: named } };
    });
    engine.replace('clusters.nameChart', ({ path }) => {
      named = path;
      return {};
    });
    await page.click('[aria-label="Capture in carrier"]');
    await page.waitForSelector('.cluster-sheet:has-text("enabled: true -> false")');
    await page.waitForSelector('.cluster-sheet [role="alert"]:has-text("helm keeps no subcharts")');
    await look('disable-chart');
    expect(await page.isDisabled('.cluster-sheet [type="submit"]')).toBe(true);
    await page.fill('[aria-label="Path of the chart"]', '/releases/1.11.8-am1.4');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.cluster-sheet [type="submit"]:enabled');
    expect(named).toBe('/releases/1.11.8-am1.4');
    await look('disable');
    await page.click('text=Uninstall all of it');
    await page.waitForSelector('.steps');
    await page.waitForSelector('.proof:has-text("Nothing of ours is left.")');
    expect(await page.locator('.steps > li').count()).toBe(uninstallSteps.length);
    await look('uninstalled');
    expect(view.complaints).toEqual([]);
  });

  test('what an earlier version left is found and uninstalled while it is off', async () => {
    await open();
    const { engine } = view.server;
    engine.replace('clusters.disablePlan', () => {
      const plan = planOff(false);
      return { ...plan, release: { ...plan.release!, found: ['release analysisemulator'] } };
    });
    await page.click('[aria-label="More actions for carrier"]');
    await page.click('text=Uninstall…');
    await page.waitForSelector('.cluster-sheet:has-text("Uninstall from carrier")');
    await page.waitForSelector('.item-list:has-text("release analysisemulator")');
    await look('uninstall-off');
    await page.click('.cluster-sheet [type="submit"]');
    await page.waitForSelector('.proof:has-text("Nothing of ours is left.")');
    expect(view.complaints).toEqual([]);
  });

  test('the symptoms of the troubleshooting guide have their evidence and the limits to set, to be copied', async () => {
    await open();
    view.server.engine.setCluster('carrier', { state: 'degraded', problem: 'An aggregator does not start.' });
    await page.click('[aria-label="Why? What is wrong in carrier"]');
    await page.waitForSelector('.findings:has-text("was killed because it ran out of memory")');
    await look('doctor');
    expect(await page.textContent('.findings')).toContain('There is no service tool in analysis');
    await page.click('.findings .check-values button');
    await page.waitForSelector('.notice:has-text("Values copied")');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('      memory: 512Mi\n');
    expect(view.complaints).toEqual([]);
  });

  test('the path of helm is a setting, refused with a reason', async () => {
    await open();
    view.server.engine.replace('settings.set', () => {
      throw new RequestError('settings.program', 'There is no file /none/helm.');
    });
    await page.click('[aria-label="Settings"]');
    await page.fill('[aria-label="Path of the helm program"]', '/none/helm');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.settings-dialog [role="alert"]:has-text("There is no file /none/helm.")');
    await look('settings');
  });
});
