import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FlowDetail, FlowRow, Overview } from '../../app/api/types.ts';
import { chromiumPath, launchChromium, withoutChromium } from '../support/chromium.ts';
import { contextCards } from '../support/made-up/cluster-cards.ts';
import { type OpenView, openView } from '../support/view.ts';

/**
 * A fault in one part of the window leaves the others as they are. The faults are made by answers that break the
 * contract, which the view has to take for granted.
 */
let browser: Browser;
let view: OpenView;
let page: Page;

/** A value that is nothing which was agreed upon. */
function broken<T>(): T {
  return null as T;
}

/** In the page: from now on this number cannot be formatted. */
function failToWrite(number: number): void {
  const { prototype } = Intl.NumberFormat;
  const whole = Object.getOwnPropertyDescriptor(prototype, 'format')!.get!;
  Object.defineProperty(prototype, 'format', {
    get(this: Intl.NumberFormat) {
      const format = whole.call(this) as (value: number) => string;
      return (value: number) => {
        if (value === number) throw new RangeError(`${value} cannot be written`);
        return format(value);
      };
    },
  });
}

beforeAll(async () => {
  if (chromiumPath) browser = await launchChromium();
});
afterEach(() => view?.close());
afterAll(() => browser?.close());

async function open(): Promise<void> {
  view = await openView(browser, 200, contextCards());
  page = view.page;
}

async function otherPartsWork(): Promise<void> {
  await page.waitForSelector('.cluster-card:has-text("staging")');
  await page.waitForSelector('.top-name');
  await page.waitForSelector('.status-bar:has-text("200 flows")');
}

describe.skipIf(!chromiumPath)(`a fault in one part${withoutChromium}`, () => {
  test('the detail says so, and the next flow is shown', async () => {
    await open();
    const { engine } = view.server;
    const detail = engine.handlers['flows.detail'];
    engine.replace('flows.detail', async (params) => ({
      ...(await detail(params)),
      observations: broken<FlowDetail['observations']>(),
    }));
    await page.click('.flow-row:nth-child(4) .cell-target');
    await page.waitForSelector('[role="alert"]:has-text("The detail stopped because of a fault in this program")');
    await otherPartsWork();
    engine.replace('flows.detail', detail);
    await page.click('.flow-row:nth-child(6) .cell-target');
    await page.waitForSelector('#flow-detail [role="tab"]');
    expect(await page.locator('.part-failed').count()).toBe(0);
  });

  test('the list says so, and goes on when it is told to', async () => {
    await open();
    const { engine } = view.server;
    const window = engine.handlers['flows.window'];
    engine.replace('flows.window', async (params) => {
      const answer = await window(params);
      return { ...answer, rows: answer.rows.map((row) => ({ ...row, source: broken<FlowRow['source']>() })) };
    });
    await page.focus('#flow-list');
    await page.keyboard.press('Home');
    await page.click('[role="columnheader"] >> text=Duration');
    await page.waitForSelector('[role="alert"]:has-text("The list stopped")');
    await otherPartsWork();
    await page.waitForSelector('.filter-box');
    await page.click('.part-failed >> text=Copy details');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('The list stopped.\nTypeError');

    engine.replace('flows.window', window);
    view.server.cut();
    await page.waitForSelector('.status-bar:has-text("connected")');
    await page.waitForTimeout(500);
    await page.click('.part-failed >> text=Go on');
    await page.waitForSelector('.flow-row .cell-time:not(:empty)');
  });

  test('the filter says so, and comes back', async () => {
    await open();
    const { engine } = view.server;
    const order = { column: 'id', descending: false } as const;
    const { matching } = await engine.handlers['flows.window']({ filter: 'checkout', order, offset: 0, limit: 0 });
    await page.evaluate(failToWrite, matching);
    await page.click('.cm-content');
    await page.keyboard.type('checkout ');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role="alert"]:has-text("The filter stopped"):has-text("cannot be written")');
    await otherPartsWork();
    await page.waitForSelector('.flow-row .cell-time:not(:empty)');
    engine.append(100);
    await page.waitForTimeout(500);
    await page.click('.part-failed >> text=Go on');
    await page.waitForSelector('.filter-box .filter-count:has-text("of 300")');
  });

  test('the strip says so, and the list goes on', async () => {
    await open();
    const { engine } = view.server;
    engine.replace('flows.overview', () => ({ from: 0, to: 1, buckets: broken<Overview['buckets']>() }));
    engine.append(0);
    await page.waitForSelector('[role="alert"]:has-text("The strip stopped")');
    await otherPartsWork();
    await page.waitForSelector('.flow-row .cell-time:not(:empty)');
  });

  test('one card says so, the others can be switched', async () => {
    await open();
    view.server.engine.setCluster('edge-lab', { steps: broken() });
    view.server.engine.setCluster('edge-lab', { state: 'enabling' });
    await page.waitForSelector('[role="alert"]:has-text("The card of edge-lab stopped")');
    await page.click('[aria-label="Capture in staging"]');
    await page.waitForSelector('.plan');
  });
});
