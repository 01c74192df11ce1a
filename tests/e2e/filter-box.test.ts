import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, withoutChromium } from '../support/chromium.ts';
import { type OpenView, openView } from '../support/view.ts';

/** Where filters are written, with an engine that takes them as plain text. */
let browser: Browser;
let view: OpenView;

const box = '#filter-box .cm-content';
const text = async () => (await view.page.locator('#filter-box .cm-line').textContent()) ?? '';
const hasFocus = () => view.page.evaluate(() => document.activeElement?.id === 'filter-box');

async function write(filter: string): Promise<void> {
  await view.page.click(box);
  await view.page.keyboard.press('Control+A');
  await view.page.keyboard.type(filter);
}

describe.skipIf(!chromiumPath)(`the filter box${withoutChromium}`, () => {
  beforeAll(async () => {
    browser = await launchChromium();
  });
  beforeEach(async () => {
    view = await openView(browser, 3_000);
  });
  afterEach(async () => {
    expect(view.complaints).toEqual([]);
    await view.close();
  });
  afterAll(() => browser?.close());

  test('what is not finished is cleared, too, and the next one can be written', async () => {
    const { page } = view;
    await write('http.resp');
    await page.waitForSelector('.filter-message:has-text("Did you mean http.response")');
    await page.click('[aria-label="Clear the filter"]');
    await page.waitForSelector('.filter-box:not(.is-invalid)');
    await page.waitForSelector('#filter-box .cm-placeholder');
    expect(await hasFocus()).toBe(true);
    await page.keyboard.type('Charge');
    await page.waitForSelector('.filter-count:has-text(" of 3,000")');
  });

  test('every change is undone and done again, also one that came from elsewhere', async () => {
    const { page } = view;
    await write('Charge');
    await page.waitForSelector('.filter-box.is-valid');
    await page.click('.side-choice:has-text("Errors")');
    await page.waitForSelector(`${box}:has-text("flow.error")`);
    await page.click(box);
    await page.keyboard.press('Control+z');
    expect(await text()).toBe('Charge');
    await page.waitForSelector('.filter-count:has-text(" of 3,000")');
    await page.keyboard.press('Control+z');
    await page.waitForSelector('#filter-box .cm-placeholder');
    await page.keyboard.press('Control+Shift+Z');
    await page.keyboard.press('Control+y');
    expect(await text()).toBe('flow.error');
    // As the application menu does it.
    await page.keyboard.type('x');
    await page.evaluate(() => document.execCommand('undo'));
    expect(await text()).toBe('flow.error');
  });

  test('what applied by itself is found again among the filters of before', async () => {
    const { page } = view;
    await write('Charge');
    await page.waitForSelector('.filter-count:has-text(" of 3,000")');
    await page.click('[aria-label="Clear the filter"]');
    await page.waitForSelector('#filter-box .cm-placeholder');
    await page.keyboard.press('ArrowUp');
    expect(await text()).toBe('Charge');
    await page.waitForSelector('.filter-count:has-text(" of 3,000")');
    await page.keyboard.press('ArrowDown');
    await page.waitForSelector('#filter-box .cm-placeholder');
  });

  /** Sets two filters, and goes back to the first of them. */
  async function recallGetCart(): Promise<void> {
    const { page } = view;
    for (const filter of ['GetCart ', 'Charge ']) {
      await write(filter);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.filter-box.is-valid');
    }
    await page.keyboard.press('ArrowUp');
    expect(await text()).toBe('GetCart');
  }

  test('the filters of before begin with the newest again after one was cleared, or changed', async () => {
    const { page } = view;
    await recallGetCart();
    await page.click('[aria-label="Clear the filter"]');
    await page.waitForSelector('#filter-box .cm-placeholder');
    await page.keyboard.press('ArrowUp');
    const newest = await text();
    expect(newest).toMatch(/^(GetCart|Charge)$/);
    await page.keyboard.type('x');
    await page.keyboard.press('Escape');
    await page.click(box);
    await page.keyboard.press('ArrowUp');
    expect(await text()).toBe(newest);
    await page.keyboard.press('ArrowDown');
    expect(await text()).toBe(`${newest}x`);
  });

  test('the first step back goes to another filter than the one that stands there', async () => {
    await recallGetCart();
  });

  test('times are dragged over in the strip, others take their place, and a double click takes them back', async () => {
    const { page } = view;
    const strip = (await page.locator('.overview-strip canvas').boundingBox())!;
    async function drag(from: number, to: number, keys: readonly string[] = []): Promise<void> {
      await page.mouse.move(strip.x + from, strip.y + 20);
      await page.mouse.down();
      await page.mouse.move(strip.x + to, strip.y + 20);
      for (const key of keys) await page.keyboard.press(key);
      await page.mouse.up();
    }
    await page.waitForFunction(() => /[1-9]/.test(document.querySelector('.overview-strip canvas')?.ariaLabel ?? ''));
    await drag(100, 300, ['Escape']);
    await page.waitForSelector('#filter-box .cm-placeholder');
    await drag(100, 300);
    await page.waitForSelector(`${box}:has-text("frame.time >=")`);
    const first = await text();
    await drag(600, 700);
    await page.waitForFunction((before) => {
      const line = document.querySelector('#filter-box')?.shadowRoot?.querySelector('.cm-line')?.textContent ?? '';
      return line !== before && /^frame\.time >= "[^"]+" && frame\.time <= "[^"]+"$/.test(line);
    }, first);
    await page.mouse.dblclick(strip.x + 400, strip.y + 20);
    await page.waitForSelector('#filter-box .cm-placeholder');
  });
});
