import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, withoutChromium } from '../support/chromium.ts';
import { type OpenView, openView } from '../support/view.ts';

/** What is done with one flow. */
let browser: Browser;
let view: OpenView;

/** A flow with this target, from the beginning of the list. */
async function choose(target: string): Promise<void> {
  await view.page.click(`.flow-row:has-text("${target}")`);
  await view.page.waitForSelector(`.detail-summary:has-text("${target}")`);
}

const tab = (title: string) => view.page.click(`#flow-detail [role="tab"]:has-text("${title}")`);
const press = (title: string) => view.page.click(`.body-tab button:text-is("${title}")`);
const chosen = (label: string) => view.page.textContent(`[aria-label="${label}"] [data-state="on"]`);
const clipboard = () => view.page.evaluate(() => navigator.clipboard.readText());

async function copied(): Promise<string> {
  const before = await view.page.locator('.notice:has-text("copied")').count();
  await press('Copy');
  await view.page.locator('.notice:has-text("copied")').nth(before).waitFor();
  return clipboard();
}

describe.skipIf(!chromiumPath)(`the detail of a flow${withoutChromium}`, () => {
  beforeAll(async () => {
    browser = await launchChromium();
  });
  beforeEach(async () => {
    view = await openView(browser, 3_000);
    await view.page.focus('#flow-list');
    await view.page.keyboard.press('Home');
  });
  afterEach(async () => {
    expect(view.complaints).toEqual([]);
    await view.close();
  });
  afterAll(() => browser?.close());

  test('opens at the part that was looked at last, and gives the keyboard back to the list', async () => {
    const { page } = view;
    await choose('/api/checkout');
    await tab('Timing');
    await page.click('[aria-label="Close detail"]');
    await page.waitForSelector('#flow-detail', { state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('flow-list');
    await page.keyboard.press('j');
    await page.waitForSelector('[role="tab"][aria-selected="true"]:has-text("Timing")');
  });

  test('a body is copied as it is seen, and how much of it', async () => {
    const { page } = view;
    await choose('/products/OLJCESPC7Z');
    await tab('Body');
    await page.waitForSelector('.body-tab .cm-line');
    expect(await copied()).toMatch(/^\{\n {2}"products": \[\n/);
    await press('Text');
    expect(await copied()).toMatch(/^\{"products":\[\{/);
    await press('Hex');
    expect(await copied()).toMatch(
      /^00000000 7b 22 70 72 6f 64 75 63 {2}74 73 22 3a 5b 7b 22 69 {2}\{"products":\[\{"i\n00000010 /,
    );
    await choose('/products?limit=20');
    await press('Copy');
    await page.waitForSelector('.notice:has-text("The first 65.5 kB of the body copied.")');
  });

  test('all of a body is saved as a file, named by its target', async () => {
    const { page } = view;
    await choose('/products?limit=20');
    await tab('Body');
    await page.waitForSelector('.tool-bar:has-text("65.5 kB of")');
    const [download] = await Promise.all([page.waitForEvent('download'), press('Save…')]);
    expect(download.suggestedFilename()).toBe('products.json');
    const { products } = JSON.parse(readFileSync(await download.path(), 'utf8')) as { products: unknown[] };
    expect(products).toHaveLength(4_000);
  });

  test('side and layout of bodies stay from flow to flow', async () => {
    const { page } = view;
    await choose('/api/checkout');
    await tab('Body');
    await page.waitForSelector('.body-tab .cm-line');
    expect(await chosen('Side')).toBe('Answer');
    await press('Request');
    await press('Text');
    await choose('/v1/confirmations');
    await page.waitForSelector('.body-tab .cm-line:has-text("Tokyo")');
    expect([await chosen('Side'), await chosen('View')]).toEqual(['Request', 'Text']);
  });
});
