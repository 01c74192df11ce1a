import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, withoutChromium } from '../support/chromium.ts';
import { type MadeUpServer, startMadeUpServer } from '../support/made-up/server.ts';

/** The list in a real Chromium, with an engine whose flows are made up: a million of them, and some more while it is read. */
let browser: Browser;
let server: MadeUpServer;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  if (chromiumPath) browser = await launchChromium();
});

afterAll(() => browser?.close());

async function open(flows: number): Promise<void> {
  server = await startMadeUpServer(flows);
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(server.url);
  if (flows > 0) await page.waitForSelector('.flow-row .cell-time:not(:empty)');
}

beforeEach(() => {
  complaints = [];
});

afterEach(async () => {
  await page?.close();
  await server?.close();
});

/** Numbers of the rows that are seen, first and last, and whether one of them is not drawn yet. */
function seen(): Promise<{ first: number; last: number; blank: number }> {
  return page.evaluate(() => {
    const rows = Array.from(document.querySelectorAll<HTMLElement>('.flow-row'));
    const numbers = rows.map((row) => Number(row.dataset.index));
    const blank = rows.filter((row) => !row.querySelector('.cell-time')?.textContent).length;
    return { first: Math.min(...numbers), last: Math.max(...numbers), blank };
  });
}

/** What is read at the top of the list, and how far its row stands from the frame. */
function readAtTop(): Promise<string> {
  return page.evaluate(() => {
    const rows = Array.from(document.querySelectorAll<HTMLElement>('.flow-row'));
    const row = rows.reduce((a, b) => (Number(a.dataset.index) < Number(b.dataset.index) ? a : b));
    return `${row.textContent} at ${Math.round(row.getBoundingClientRect().top)}`;
  });
}

/** All that is seen is drawn, and has had time to move where it should not. */
async function settled(): Promise<void> {
  await page.waitForTimeout(300);
  await page.waitForFunction(() =>
    Array.from(document.querySelectorAll('.flow-row')).every((row) => row.querySelector('.cell-time')?.textContent),
  );
}

async function told(count: string): Promise<void> {
  await expect.poll(() => page.textContent('.new-flows'), { timeout: 15_000 }).toBe(` ${count} new`);
}

describe.skipIf(!chromiumPath)(`a million flows${withoutChromium}`, () => {
  test('every row is reached, by keys, scroll bar and wheel', async () => {
    await open(1_000_000);
    expect((await seen()).last).toBe(999_999);

    await page.focus('#flow-list');
    await page.keyboard.press('Home');
    await settled();
    expect(await seen()).toMatchObject({ first: 0, blank: 0 });
    expect(await page.getAttribute('#flow-list', 'aria-activedescendant')).toBe('flow-0');
    expect(await page.getAttribute('#flow-list', 'aria-rowcount')).toBe('1000001');

    await page.keyboard.press('Escape');
    await page.$eval('#flow-list', (list) => {
      list.scrollTop = (list.scrollHeight - list.clientHeight) / 2;
    });
    await settled();
    const middle = await seen();
    expect(middle.first).toBeGreaterThan(499_900);
    expect(middle.first).toBeLessThan(500_100);
    expect(middle.blank).toBe(0);

    await page.mouse.move(700, 400);
    await page.mouse.wheel(0, 230);
    await settled();
    expect((await seen()).first).toBe(middle.first + 10);
    expect(complaints).toEqual([]);
  });
});

describe.skipIf(!chromiumPath)(`the live tail${withoutChromium}`, () => {
  test('follows at the bottom only, and counts what comes while something else is read', async () => {
    await open(5_000);
    server.engine.append(500);
    await settled();
    expect((await seen()).last).toBe(5_499);

    await page.mouse.move(700, 400);
    await page.mouse.wheel(0, -2_000);
    await settled();
    const reading = await readAtTop();
    server.engine.append(214);
    await settled();
    expect(await readAtTop()).toBe(reading);
    await told('214');

    await page.click('.new-flows');
    await settled();
    expect((await seen()).last).toBe(5_713);
    expect(await page.locator('.new-flows').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('flows that come in above what is read move nothing', async () => {
    await open(5_000);
    await page.click('[role="columnheader"] >> text=Time');
    await settled();
    await page.mouse.move(700, 400);
    await page.mouse.wheel(0, 3_000);
    await settled();
    const reading = await readAtTop();
    // Few, so that what was read is found in the next window, and many, so that it must be located.
    for (const count of [7, 300]) {
      server.engine.append(count);
      await settled();
      expect(await readAtTop()).toBe(reading);
    }
    await told('307');
    await page.waitForSelector('.status-bar:has-text("307 new · Home follows again")');
    await page.focus('#flow-list');
    await page.keyboard.press('Home');
    await page.waitForSelector('.new-flows', { state: 'detached' });
    server.engine.append(5);
    await page.waitForSelector('.status-bar:has-text("5,312 flows")');
    await settled();
    expect(await seen()).toMatchObject({ first: 0, blank: 0 });
    expect(await page.locator('.new-flows').count()).toBe(0);
  });

  test('what comes of a file is not new, though a cluster captures that is not shown here', async () => {
    await open(5_000);
    server.engine.setCluster('demo', { connection: { state: 'none', since: 0, nextTry: null } });
    await page.mouse.move(700, 400);
    await page.mouse.wheel(0, -2_000);
    server.engine.append(300);
    await page.waitForSelector('.status-bar:has-text("5,300 flows")');
    await page.waitForSelector('.status-bar:has-text("What is captured is not shown in this session")');
    await settled();
    expect(await page.locator('.new-flows').count()).toBe(0);
  });

  test('Space stops the drawing until it is pressed again', async () => {
    await open(5_000);
    await page.focus('#flow-list');
    await page.keyboard.press('Space');
    const before = await readAtTop();
    server.engine.append(100);
    await settled();
    expect(await readAtTop()).toBe(before);
    await page.keyboard.press('Space');
    await page.keyboard.press('End');
    await settled();
    expect((await seen()).last).toBe(5_099);
  });
});

describe.skipIf(!chromiumPath)(`a selected flow${withoutChromium}`, () => {
  test('stays selected and in its place while others come, under every order', async () => {
    await open(3_000);
    await page.click('.flow-row:nth-child(6) .cell-target');
    await page.waitForSelector('#flow-detail [role="tab"]');
    const selected = await page.textContent('.flow-row.is-selected');
    for (const title of ['Duration', 'Status', 'Source']) {
      await page.click(`[role="columnheader"] >> text=${title}`);
      await page.waitForFunction(
        (text) => document.querySelector('.flow-row.is-selected')?.textContent === text,
        selected,
      );
      server.engine.append(40);
      await settled();
      expect(await page.textContent('.flow-row.is-selected')).toBe(selected);
    }
    expect(complaints).toEqual([]);
  });

  test('is left and reached by keys alone', async () => {
    await open(3_000);
    await page.focus('#flow-list');
    await page.keyboard.press('Home');
    for (const key of ['j', 'j', 'ArrowDown', 'k']) {
      await page.keyboard.press(key);
      await page.waitForTimeout(60);
    }
    expect(await page.getAttribute('#flow-list', 'aria-activedescendant')).toBe('flow-2');
    await page.waitForSelector('#flow-detail [role="tab"]');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('tab');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('flow-list');
    await page.keyboard.press('Escape');
    expect(await page.locator('#flow-detail').count()).toBe(0);
  });
});

describe.skipIf(!chromiumPath)(`the connection${withoutChromium}`, () => {
  test('is made again by itself, and what was read stays', async () => {
    await open(3_000);
    await page.focus('#flow-list');
    await page.keyboard.press('Home');
    await settled();
    const reading = await readAtTop();
    server.cut();
    await page.waitForSelector('text=The connection to the engine was lost.');
    await page.waitForSelector('text=The connection to the engine was lost.', { state: 'detached' });
    await settled();
    expect(await readAtTop()).toBe(reading);
  });
});

describe.skipIf(!chromiumPath)(`menus and the sheet of keys${withoutChromium}`, () => {
  test('open by mouse and keys under the strictest content security policy', async () => {
    await open(3_000);
    await page.click('.flow-row:nth-child(6) .cell-status', { button: 'right' });
    await page.click('[role="menuitem"] >> text=Only this');
    await page.waitForSelector('.filter-box.is-valid');
    // Over the names of the columns there is no cell to speak of, though a flow is selected.
    await page.click('[role="columnheader"] >> text=Target', { button: 'right' });
    expect(await page.locator('[role="menu"]').count()).toBe(0);
    await page.focus('#flow-list');
    await page.keyboard.press('Control+c');
    await page.waitForSelector('.notice:has-text("Flow copied.")');
    await page.keyboard.press('?');
    await page.waitForSelector('[role="dialog"] >> text=Pause drawing, never recording');
    await page.keyboard.press('Escape');
    await page.focus('[aria-label="Columns and order"]');
    await page.keyboard.press('Enter');
    await page.click('[role="menuitemcheckbox"] >> text=Protocol');
    await page.waitForFunction(() => document.querySelectorAll('[role="columnheader"]').length === 8);
    expect(complaints).toEqual([]);
  });
});

describe.skipIf(!chromiumPath)(`columns${withoutChromium}`, () => {
  test('are dragged to a width that is kept, and fitted by a double click', async () => {
    await open(3_000);
    const handle = page.locator('[role="columnheader"]:has-text("Source") .resize-handle');
    const width = () => page.$eval('.flow-row .cell-source', (cell) => Math.round(cell.getBoundingClientRect().width));
    const before = await width();
    const box = (await handle.boundingBox())!;
    await page.mouse.move(box.x + 4, box.y + 8);
    await page.mouse.down();
    await page.mouse.move(box.x + 64, box.y + 8, { steps: 4 });
    await page.mouse.up();
    expect(await width()).toBe(before + 60);
    await page.reload();
    await page.waitForSelector('.flow-row .cell-time:not(:empty)');
    expect(await width()).toBe(before + 60);
    await handle.dblclick();
    const fitted = await width();
    expect(fitted).toBeLessThan(before + 60);
    const cut = await page.$$eval(
      '.flow-row .cell-source',
      (cells) => cells.filter((c) => c.scrollWidth > c.clientWidth).length,
    );
    expect(cut).toBe(0);
  });

  test('times are told with their date, or in UTC, and stay so', async () => {
    await open(3_000);
    const cell = '.flow-row:nth-child(6) .cell-time';
    const first = () => page.textContent(cell);
    expect(await first()).toMatch(/^\d\d:\d\d:\d\d\.\d{3}$/);
    await page.hover(cell);
    expect(await page.getAttribute(cell, 'title')).toMatch(/^2026-11-2\d .*\d{6}\n2026-11-22T14:0/);
    await page.click('[aria-label="Columns and order"]');
    await page.click('[role="menuitemradio"]:has-text("UTC")');
    await page.waitForFunction(() =>
      /Z$/.test(document.querySelector('.cell-time[role="gridcell"]')?.textContent ?? ''),
    );
    expect(await first()).toMatch(/^2026-11-22T14:0\d:\d\d\.\d{3}Z$/);
    const cut = await page.$eval(cell, (element) => element.scrollWidth > element.clientWidth);
    expect(cut).toBe(false);
    await page.reload();
    await page.waitForSelector('.flow-row .cell-time:not(:empty)');
    expect(await first()).toMatch(/Z$/);
  });

  test('the overview takes the colours of a theme that the system changes to', async () => {
    await open(1000);
    await page.emulateMedia({ colorScheme: 'dark' });
    const bar = () =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('.overview-strip canvas')!;
        const { data } = canvas.getContext('2d')!.getImageData(4, canvas.height - 2, 1, 1);
        return `rgb(${data[0]}, ${data[1]}, ${data[2]})`;
      });
    await expect.poll(bar).toBe('rgb(60, 97, 158)');
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(bar).toBe('rgb(141, 181, 242)');
  });
});
