import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { chromiumPath, launchChromium, withoutChromium } from '../support/chromium.ts';
import { aspen, unprepared } from '../support/made-up/aspen-answers.ts';
import { contextCards } from '../support/made-up/cluster-cards.ts';
import { type OpenView, openView } from '../support/view.ts';

/** An override values file of the user in the window: as a form and as text, opened, corrected, taken away and used. */
let browser: Browser;
let view: OpenView;
let page: Page;

const folder = process.env.SCREENSHOTS;

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
    excludePods:
      - stealthy-pod # asked for by ops
  diameterCapture:
    enabled: false
    port:
`;

beforeAll(async () => {
  if (chromiumPath) browser = await launchChromium();
});
beforeEach(async () => {
  if (!chromiumPath) return;
  view = await openView(browser, 100, contextCards());
  page = view.page;
});
afterEach(() => view?.close());
afterAll(() => browser?.close());

/** For who wants to look at it: in both themes. */
async function look(name: string): Promise<void> {
  if (!folder) return;
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png` });
  }
}

async function fromPalette(): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('override values');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.values-dialog');
}

async function openFile(text: string | Buffer, name = 'aspen-mesh-override-values.yaml'): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('text=Open…')]);
  await chooser.setFiles({ name, mimeType: 'application/yaml', buffer: Buffer.from(text) });
}

/** The text as it would be saved. */
async function copied(): Promise<string> {
  await page.click('.values-dialog button:text-is("Copy")');
  await page.waitForSelector('.notice:has-text("Values file copied")');
  return page.evaluate(() => navigator.clipboard.readText());
}

const problems = () => page.locator('.values-problems li').allTextContents();

describe.skipIf(!chromiumPath)(`a values file in the window${withoutChromium}`, () => {
  test('is opened from a cluster’s sheet, edited as a form and as text, downloaded, and drives the sheet', async () => {
    unprepared(view.server.engine, aspen, defaultCaptureOptions);
    await page.click('[aria-label="Capture in carrier"]');
    await page.waitForSelector('.checks');
    await page.click('text=Values file…');
    await page.waitForSelector('.values-dialog :text("There is no")');
    await look('values-empty');
    await openFile(file);
    await page.waitForSelector('.values-field');
    await page.check('text=Packet Inspector is enabled');
    expect(await problems()).toEqual([
      expect.stringMatching(/^line 8.*analysis\.address is missing, and Packet Inspector is enabled/),
    ]);
    await page.fill('text=Address of the analysis service', 'tool.analysis.svc.cluster.local');
    await page.waitForSelector('.values-field.is-wrong :text("has no port")');
    await look('values-wrong-address');
    await page.keyboard.type(':21000');
    await page.fill('[aria-label="Except pods"]', 'under-the-radar-app.*');
    await page.keyboard.press('Enter');
    await page.click('[aria-label="Except namespaces"]');
    await page.keyboard.type('bad(');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.chips-field [role="alert"]:has-text("neither a name nor a regular expression")');
    await page.fill('[aria-label="Except namespaces"]', '');
    await page.check('text=Diameter is captured');
    await page.fill('text=Port of Diameter', '3868');
    await page.waitForSelector('.values-problems:has-text("Nothing is wrong")');
    await look('values');
    const wanted = file
      .replace('enabled: false # on', 'enabled: true # on')
      .replace('address:\n', 'address: tool.analysis.svc.cluster.local:21000\n')
      .replace('by ops\n', 'by ops\n      - "under-the-radar-app.*"\n')
      .replace(
        'diameterCapture:\n    enabled: false\n    port:',
        'diameterCapture:\n    enabled: true\n    port: 3868',
      );
    expect(await copied()).toBe(wanted);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Download')]);
    expect(download.suggestedFilename()).toBe('aspen-mesh-override-values.yaml');
    expect(readFileSync(await download.path(), 'utf8')).toBe(wanted);
    await page.waitForSelector('.values-state:not(:has-text("not saved"))');
    await page.click('text=Use in carrier');
    await page.waitForSelector('.enable-sheet');
    expect(await page.locator('.enable-sheet .chip').allTextContents()).toEqual([
      'stealthy-pod',
      'under-the-radar-app.*',
    ]);
    await page.waitForSelector('.plan-values:has-text("tool.analysis.svc.cluster.local:21000")');
    await page.click('text=Copy values file');
    await page.waitForSelector('.notice:has-text("Values file copied") >> nth=1');
    const ofSheet = await page.evaluate(() => navigator.clipboard.readText());
    expect(ofSheet).toContain('excludePods:\n      - stealthy-pod');
    expect(ofSheet).not.toMatch(/capture:|bodyLimit|image/);
    expect(view.complaints).toEqual([]);
  });

  test('as text: what is wrong is marked at its line, corrected, undone and done again by keys', async () => {
    await fromPalette();
    await openFile(file.replace('  enabled: false # on', '\tenabled: false # on'));
    await page.waitForSelector('.values-form:has-text("The form shows the file again")');
    await page.waitForSelector('.values-text .is-wrong');
    await look('values-tabs');
    await page.click('text=Go to line 6');
    await page.keyboard.press('Delete');
    await page.keyboard.type('  ');
    await page.waitForSelector('.values-field');
    expect(await copied()).toBe(file);
    await page.click('.values-text .cm-line:has-text("stealthy-pod")');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type("- 'quiet('");
    await page.waitForSelector('.values-field.is-wrong:has-text("Except pods")');
    expect(await problems()).toEqual([expect.stringMatching(/^line 14.*quiet\( is neither a name nor/)]);
    expect(await page.locator('.values-text .is-wrong').count()).toBe(1);
    await look('values-wrong-expression');
    // What was typed into the line, and the line.
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await page.waitForSelector('.values-problems:has-text("Nothing is wrong")');
    expect(await copied()).toBe(file);
    await page.click('[aria-label="Redo"]');
    await page.click('[aria-label="Redo"]');
    await page.waitForSelector('.values-problems li');
    await page.click('[aria-label="Undo"]');
    await page.click('[aria-label="Undo"]');
    await page.click('text=Put in what preparing asks for');
    expect(await copied()).toContain('  certificateCustomFields: true\n');
    // The Tab key goes on, also out of the text.
    await page.click('.values-text .cm-content');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Open…');
    expect(view.complaints).toEqual([]);
  });

  test('is judged by the version that it is for, and by our own parts', async () => {
    await fromPalette();
    await page.click('text=Put it in, switched off');
    await page.waitForSelector('.values-field');
    expect(await copied()).toMatch(
      /^aspen-mesh-packet-inspector:\n {2}enabled: false\n {2}analysis:\n {4}address:\n {2}http/,
    );
    const fields = () => page.locator('.values-field code').allTextContents();
    expect(await fields()).toContain('httpCapture.excludePods');
    await page.selectOption('.values-reader select', 'protocols');
    expect(await fields()).not.toContain('httpCapture.excludePods');
    expect(await problems()).toHaveLength(2);
    await page.selectOption('.values-reader select', 'service');
    expect(await problems()).toHaveLength(2);
    expect((await problems())[0]).toContain('httpCapture is not known to this version');
    await page.selectOption('.values-reader select', 'own');
    expect(await problems()).toEqual([]);
    await page.fill('text=Bytes kept of each body', 'many');
    await page.waitForSelector('.values-field.is-wrong:has-text("is not a number")');
    await look('values-own');
    expect(view.complaints).toEqual([]);
  });

  test('is for the values of the cluster that it was asked for at, from its card’s menu', async () => {
    unprepared(view.server.engine, { ...aspen, schema: 'protocols' }, defaultCaptureOptions);
    await page.click('[aria-label="More actions for carrier"]');
    await page.click('[role="menuitem"]:has-text("Values file…")');
    await page.waitForFunction(
      () => document.querySelector<HTMLSelectElement>('.values-reader select')?.value === 'protocols',
    );
    await page.waitForSelector('text=Use in carrier');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.values-dialog', { state: 'detached' });
    expect(view.complaints).toEqual([]);
  });

  test('drives our own parts on plain Istio, and takes over what their sheet has chosen', async () => {
    await page.click('[aria-label="More actions for staging"]');
    await page.click('[role="menuitem"]:has-text("Values file…")');
    await page.waitForFunction(
      () => document.querySelector<HTMLSelectElement>('.values-reader select')?.value === 'own',
    );
    await openFile(`${file}  capture:\n    namespaces: [epc] # theirs\n    bodyLimit: 4096\n`);
    await page.waitForSelector('.values-field');
    await page.click('text=Use in staging');
    await page.waitForSelector('.enable-sheet .chip:has-text("epc")');
    expect(await page.inputValue('.enable-sheet select')).toBe('4096');
    await page.fill('[aria-label="Except pods"]', 'legacy-.*');
    await page.keyboard.press('Enter');
    await page.click('text=Values file…');
    await page.click('text=Put in what the sheet has chosen');
    const text = await copied();
    expect(text).toContain('      - stealthy-pod # asked for by ops\n      - "legacy-.*"\n');
    expect(text).toMatch(/httpCapture:\n {4}enabled: true\n/);
    expect(view.complaints).toEqual([]);
  });

  test('nothing is lost: what is not saved is asked about, and stays when the dialog is closed', async () => {
    await fromPalette();
    await openFile(file);
    await page.waitForSelector('.values-field');
    await page.check('text=HTTP is captured');
    await page.waitForSelector('.values-state:has-text("not saved")');
    await page.click('.values-dialog button:text-is("New")');
    await page.waitForSelector('.values-note:has-text("They would be lost")');
    await look('values-asked');
    await page.click('text=Keep editing');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.values-dialog', { state: 'detached' });
    await page.click('.notice:has-text("not saved") >> [aria-label="Close"]');
    await fromPalette();
    // Another dialog that takes its place says so, too.
    await page.keyboard.press('Control+,');
    await page.waitForSelector('.settings-dialog');
    await page.waitForSelector('.notice:has-text("not saved")');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.settings-dialog', { state: 'detached' });
    await page.click('.notice:has-text("not saved") >> text=Show');
    await page.waitForSelector('.values-dialog');
    expect(await page.isChecked('text=HTTP is captured')).toBe(true);
    await page.click('.values-dialog button:text-is("New")');
    await page.click('text=Start a new file');
    await page.waitForSelector('.values-form:has-text("There is no")');
  });

  test.each([
    ['an archive', Buffer.from([0x1f, 0x8b, 8, 0, 0]), 'chart.tgz is not UTF-8 text'],
    ['what is too large', Buffer.alloc(300_000, 32), 'chart.tgz has 293 KiB, more than any values file'],
  ])('refuses %s with a sentence, and keeps what is there', async (_, bytes, sentence) => {
    await fromPalette();
    await openFile(file);
    await page.waitForSelector('.values-field');
    await openFile(bytes, 'chart.tgz');
    await page.waitForSelector(`.values-note:has-text("${sentence}")`);
    expect(await copied()).toBe(file);
    expect(view.complaints).toEqual([]);
  });
});
