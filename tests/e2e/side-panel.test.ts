import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, withoutChromium } from '../support/chromium.ts';
import { type Served, startServed } from '../support/served.ts';

/** What stands at the left below the clusters, what a flow is related to, and the palette, with the real engine behind it. */
let browser: Browser;
let served: Served;
let page: Page;

const capture = join(import.meta.dirname, '../fixtures/captures/http/h1-pipelined.pcap');

const item = (name: string) => `.side-item:has(.side-choice:has-text("${name}"))`;
const applied = () => page.textContent('.cm-content');

describe.skipIf(!chromiumPath)(`the left side${withoutChromium}`, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    served = await startServed(['--open', capture]);
    page = await browser.newPage({ viewport: { width: 1300, height: 800 } });
    page.setDefaultTimeout(15_000);
    await page.goto(served.address);
    await page.waitForSelector('.flow-row');
  });
  afterAll(async () => {
    await page?.close();
    await served?.stop();
    await browser?.close();
  });

  test('a filter that was given a name is counted, applied by a click, removed and brought back', async () => {
    await page.click('.cm-content');
    await page.keyboard.type('http.request.method == "GET" ');
    await page.keyboard.press('Enter');
    await page.click('[aria-label="Save this filter"]');
    await page.fill('[aria-label="Name of the filter"]', 'Reads');
    await page.keyboard.press('Enter');
    await page.waitForSelector(`${item('Reads')}:has-text("${await page.locator('.flow-row').count()}")`);
    await page.click(`${item('Reads')} .side-choice`);
    await page.waitForSelector('.filter-count:not(:has-text("of"))');
    await page.click(`${item('Reads')} .side-choice`);
    expect(await applied()).toBe('http.request.method == "GET"');
    await page.hover(item('Reads'));
    await page.click('[aria-label="Remove the filter Reads"]');
    await page.waitForSelector(item('Reads'), { state: 'detached' });
    await page.click('.notice button:has-text("Undo")');
    await page.waitForSelector(item('Reads'));
  });

  test('flows of the same connection are one click away', async () => {
    await page.click('.flow-row');
    const related = page.locator('.related button:has-text("Same connection")');
    const [, count] = /([\d,]+) flows/.exec((await related.textContent())!)!;
    await related.click();
    await page.waitForSelector(`.filter-count:has-text("${count} of")`);
    expect(await applied()).toMatch(/^tcp\.stream == \d+$/);
  });

  test('a command is found by a part of its name, and the keyboard goes where it leads', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('errors');
    await page.waitForSelector('.palette-entry[aria-selected="true"]:has-text("Filter: Errors")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.cm-content:has-text("flow.error")');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('filter the');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.id === 'filter-box');
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.flow-row');
    await page.keyboard.press('Control+k');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.command-palette', { state: 'detached' });
  });

  test('what the palette opens gives the keyboard back to where it was', async () => {
    await page.focus('#flow-list');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('settings');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.settings-dialog');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement?.id === 'flow-list');
  });

  test('a dialog that takes the place of another gives the keyboard back to where the first took it from', async () => {
    await page.click('.cm-content');
    await page.focus('#flow-list');
    await page.keyboard.press('?');
    await page.waitForSelector('.keys-dialog');
    await page.keyboard.press('Control+k');
    await page.waitForSelector('.command-palette');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.command-palette', { state: 'detached' });
    await page.waitForFunction(() => document.activeElement?.id === 'flow-list');
    // Also where nothing had it.
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('Control+k');
    await page.waitForSelector('.command-palette');
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => document.activeElement?.id === 'flow-list');
  });

  test('the page has its heading for who hears it in a narrow window, too, where it is not seen', async () => {
    const heading = page.getByRole('heading', { level: 1, name: 'Packet Inspector' });
    expect((await heading.boundingBox())!.width).toBeGreaterThan(50);
    await page.setViewportSize({ width: 900, height: 800 });
    expect(await heading.count()).toBe(1);
    expect((await heading.boundingBox())!.width).toBe(1);
    await page.setViewportSize({ width: 1300, height: 800 });
  });

  test('a capture that was opened is listed after another session was begun, opened again, and forgotten', async () => {
    await page.click('[aria-label="New session"]');
    await page.waitForSelector('text=No flows here yet.');
    await page.click(`${item('h1-pipelined.pcap')} .side-choice`);
    await page.waitForSelector('.flow-row');
    expect(await page.textContent('.top-session')).toBe('h1-pipelined.pcap');
    await page.click('[aria-label="New session"]');
    await page.hover(item('h1-pipelined.pcap'));
    await page.click('[aria-label="Forget h1-pipelined.pcap"]');
    await page.waitForSelector(item('h1-pipelined.pcap'), { state: 'detached' });
  });
});
