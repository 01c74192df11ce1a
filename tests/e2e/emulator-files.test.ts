import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { EmulatorSelection } from '../../app/api/emulator-types.ts';
import { emulatorKey } from '../../app/mesh/aspen/emulator-files.ts';
import { RequestError } from '../../main/engine/api/request-error.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { contextCards } from '../support/made-up/cluster-cards.ts';
import { emulatorCaptures } from '../support/made-up/emulator-answers.ts';
import { type OpenView, openView } from '../support/view.ts';

/** Captures that an analysis emulator has in files: found, chosen, read and saved, by mouse and by keyboard. */
let browser: Browser;
let view: OpenView;
let page: Page;

const reason = chromiumPath ? '' : ' (needs Chromium: npm run parts)';
const folder = process.env.SCREENSHOTS;
const option = '.capture-option';
const chosen = `${option}[aria-selected="true"]`;

beforeAll(async () => {
  if (chromiumPath) browser = await launchChromium();
});
afterEach(() => view?.close());
afterAll(() => browser?.close());

async function open(): Promise<void> {
  view = await openView(browser, 100, contextCards());
  page = view.page;
}

async function openSheet(): Promise<void> {
  await page.click('[aria-label="More actions for staging"]');
  await page.click('text=Emulator files…');
}

/** What is asked of the engine when captures are to be read. */
function readRequests(): (EmulatorSelection & { follow: boolean })[] {
  const asked: (EmulatorSelection & { follow: boolean })[] = [];
  const { engine } = view.server;
  const read = engine.handlers['emulator.read'];
  engine.replace('emulator.read', (params) => {
    asked.push(params);
    return read(params);
  });
  return asked;
}

/** For who wants to look at it: in both themes. */
async function look(name: string): Promise<void> {
  if (!folder) return;
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `${folder}/emulator-${name}-${colorScheme}.png` });
  }
}

describe.skipIf(!chromiumPath)(`emulator files in the window${reason}`, () => {
  test('are listed, filtered, chosen by clicks, and opened as a session', async () => {
    await open();
    const asked = readRequests();
    await openSheet();
    await page.waitForSelector(option);
    expect(await page.locator(option).count()).toBe(emulatorCaptures.length);
    expect(await page.textContent(`${option} >> nth=1`)).toContain('Diameter');
    await look('list');
    await page.fill('[aria-label="Filter captures by name"]', '^diameter');
    await page.waitForSelector('text=All 16 that match');
    await page.click(`${option} >> nth=0`);
    await page.click(`${option} >> nth=2`, { modifiers: ['Shift'] });
    expect(await page.locator(chosen).count()).toBe(3);
    await page.fill('[aria-label="Filter captures by name"]', 'cart');
    await page.waitForSelector(`${option}:has-text("consumer")`);
    await page.click(`${option} >> nth=0`);
    await page.waitForSelector('text=4 chosen');
    await look('chosen');
    await page.click('text=Open as session');
    await page.waitForSelector('.cluster-sheet', { state: 'detached' });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ id: 'staging', name: '', follow: false });
    const diameter = emulatorCaptures.filter(({ kind }) => kind === 'Diameter').slice(0, 3);
    expect(asked[0]!.captures).toEqual([...diameter, emulatorCaptures[0]!].map(emulatorKey));
    expect(view.complaints).toEqual([]);
  });

  test('are followed live from the keyboard alone, told of in the top line, and stopped', async () => {
    await open();
    const asked = readRequests();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('emulator files of staging');
    await page.keyboard.press('Enter');
    await page.waitForSelector(option);
    await page.keyboard.type('producer');
    await page.waitForSelector('text=All 16 that match');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+End');
    await page.waitForSelector('text=16 chosen');
    await page.keyboard.press('Home');
    await page.keyboard.press('Space');
    await page.waitForSelector('text=15 chosen');
    await page.click('text=Choose none');
    await page.focus('text=Follow live');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.reading:has-text("Following, 15 files read, 1 failed")');
    expect(asked).toEqual([{ id: 'staging', name: 'producer', captures: null, follow: true }]);
    expect(await page.textContent('.status-bar')).toContain('Live tail on');
    await look('following');
    await page.click('.reading-text');
    await page.click('text=1 file could not be read');
    await page.waitForSelector('.reading-report:has-text("It is damaged from byte 2912 on.")');
    await look('report');
    await page.click('.reading-report >> text=Stop');
    await page.waitForSelector('.reading-report:has-text("15 files read, 1 failed") >> text=Stop', {
      state: 'detached',
    });
    expect(view.complaints).toEqual([]);
  });

  test('say why there are none: no emulator, nothing of that name, no shell, no way to it', async () => {
    await open();
    const { engine } = view.server;
    const none = { captures: [], total: 0, bytes: 0 };
    engine.replace('emulator.list', () => ({ ...none, pods: [] }));
    await openSheet();
    await page.waitForSelector('text=No analysis emulator was found');
    expect(await page.isDisabled('.sheet-foot >> text=Follow live')).toBe(true);
    await look('none');
    const pod = { namespace: 'analysis-emulator', pod: 'other-0' };
    engine.replace('emulator.list', () => ({ ...none, pods: [{ ...pod, isListed: true, problem: '' }] }));
    await page.waitForSelector('text=The emulator has written nothing yet.');
    expect(await page.isDisabled('.sheet-foot >> text=Open as session')).toBe(true);
    await page.fill('[aria-label="Filter captures by name"]', 'nothing');
    await page.waitForSelector('text=No capture has a name like that.');
    const problem = 'The image of analysis-emulator/other-0 lacks a shell (sh), which reading its files needs.';
    engine.replace('emulator.list', () => ({ ...none, pods: [{ ...pod, isListed: false, problem }] }));
    await page.waitForSelector(`text=${problem}`);
    expect(await page.isDisabled('.sheet-foot >> text=Follow live')).toBe(true);
    engine.replace('emulator.list', () => {
      throw new RequestError('emulator.name', 'This is not a regular expression: a bracket is not closed');
    });
    await page.fill('[aria-label="Filter captures by name"]', '[');
    await page.waitForSelector('[role="alert"]:has-text("This is not a regular expression")');
    await look('wrong');
    expect(view.complaints).toEqual([]);
  });

  test('are saved as one capture', async () => {
    await open();
    await openSheet();
    await page.waitForSelector(option);
    const download = page.waitForEvent('download').catch(() => null);
    await page.click('text=Save…');
    await page.waitForSelector('.notice:has-text("48 files saved, 192.0 kB.")');
    await download;
  });
});
