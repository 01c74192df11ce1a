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

  test('a long body is read to its end by the wheel', async () => {
    const { page } = view;
    await choose('/products?limit=20');
    await tab('Body');
    await page.waitForSelector('.body-tab .cm-line');
    await page.hover('.text-view');
    await page.mouse.wheel(0, 1_000_000);
    await page.waitForSelector('.text-view .cm-line:has-text("OLJCESPC5")');
    const lines = await page.locator('.text-view .cm-line').count();
    expect(lines).toBeLessThan(200);
  });

  test('a body is seen in every layout, also where two of them are the same', async () => {
    const { page, server } = view;
    const bytes = Buffer.from('{}').toString('base64');
    const slice = {
      form: 'decoded',
      total: 2,
      offset: 0,
      bytes,
      mediaType: 'application/json',
      charset: 'utf-8',
    } as const;
    server.engine.replace('flows.body', () => ({ ...slice, kind: 'json', stopped: '' }));
    await choose('/api/checkout');
    await tab('Body');
    for (const layout of ['Pretty', 'Text', 'Pretty']) {
      await press(layout);
      await page.waitForSelector('.text-view .cm-line:text-is("{}")');
    }
  });

  test('something is found in a body by keys, in the next body, too', async () => {
    const { page } = view;
    const found = () => page.textContent('.find-bar output');
    await choose('/products?limit=20');
    await tab('Body');
    await page.waitForSelector('.body-tab .cm-line');
    await page.keyboard.press('Control+f');
    await page.keyboard.type('olJcespc11');
    await page.waitForSelector('.text-view .found.is-current:has-text("OLJCESPC11")');
    expect(await found()).toMatch(/^1 of \d+$/);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await found()).toMatch(/^3 of /);
    expect(await page.textContent('.text-view .is-current')).toBe('OLJCESPC11');
    await page.keyboard.press('Shift+Enter');
    expect(await found()).toMatch(/^2 of /);

    await choose('/products/OLJCESPC7Z');
    await page.waitForSelector('.find-bar output:has-text("not found")');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('flow-list');
    await page.focus('.find-bar input');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.find-bar', { state: 'detached' });
    // Outside of the detail the keys are the filter's.
    await page.focus('#flow-list');
    await page.keyboard.press('Control+f');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('filter-box');
  });

  test('a header is copied, and finds the flows that have the same', async () => {
    const { page } = view;
    await choose('/api/checkout');
    await tab('Headers');
    await page.hover('.field:has-text("user-agent")');
    await page.click('[aria-label="Copy user-agent"]');
    await page.waitForSelector('.notice:has-text("user-agent copied.")');
    expect(await clipboard()).toMatch(/^grpc-node-js\/1\.14\.7 /);
    await page.click('[aria-label="Filter by server"]');
    await page.waitForSelector('.filter-box.is-valid');
    expect(await page.locator('#filter-box .cm-line').textContent()).toBe('http.response.header["server"] == "envoy"');
    // What was redacted has no value.
    expect(await page.locator('[aria-label="Filter by authorization"]').count()).toBe(0);
  });

  test('what could not be read while the engine was away is read when it is back', async () => {
    const { page, server } = view;
    await choose('/api/checkout');
    await tab('Body');
    await page.waitForSelector('.text-view .cm-line:has-text("products")');
    server.cut();
    await press('Request');
    await page.waitForSelector('.text-view .cm-line:has-text("Tokyo")');
    expect(await page.locator('.body-tab .is-error').count()).toBe(0);
  });

  test('what was loaded of a long body is there again when the engine is back', async () => {
    const { page, server } = view;
    const whole = Buffer.alloc(12 << 20, 0xfe);
    const asked: number[] = [];
    server.engine.replace('flows.body', ({ form, offset, limit }) => {
      asked.push(offset);
      const bytes = whole.subarray(offset, offset + limit).toString('base64');
      const type = { kind: 'hex', mediaType: 'application/octet-stream', charset: '', stopped: '' } as const;
      return { form, total: whole.length, offset, bytes, ...type };
    });
    await choose('/products?limit=20');
    await tab('Body');
    for (const loaded of ['4.3 MB', '8.5 MB']) {
      await press('Show more');
      await page.waitForSelector(`.tool-bar:has-text("${loaded} of 12.6 MB")`);
    }
    asked.length = 0;
    server.cut();
    await expect.poll(() => asked.length, { timeout: 15_000 }).toBe(3);
    expect(asked).toEqual([0, 4 << 20, 8 << 20]);
    await page.waitForSelector('.body-tab button:text-is("Show more"):enabled');
    expect(await page.textContent('.body-tab .tool-bar')).toContain('8.5 MB of 12.6 MB');
  });

  test('lines that are selected are copied as they are read', async () => {
    const { page } = view;
    await choose('/api/checkout');
    await tab('Headers');
    const [first, last] = ['.start-line', '.field:has-text("content-type") dd >> nth=0'];
    await page.locator(first).first().waitFor();
    const from = (await page.locator(first).first().boundingBox())!;
    const to = (await page.locator(last).first().boundingBox())!;
    await page.mouse.move(from.x + 1, from.y + 4);
    await page.mouse.down();
    await page.mouse.move(to.x + 60, to.y + 6, { steps: 4 });
    await page.mouse.up();
    await page.keyboard.press('Control+c');
    expect(await clipboard()).toBe(
      'POST /api/checkout HTTP/2\n:authority: checkout:50051\ncontent-type: application/json',
    );

    // A triple click ends at the beginning of the next line, of which it takes nothing.
    await page.locator('.field:has-text("content-type") dd >> nth=0').click({ clickCount: 3 });
    await page.keyboard.press('Control+c');
    expect((await clipboard()).trim()).toBe('application/json');

    await choose('Gy · pcef.epc;1876543210;7');
    await tab('AVPs');
    await page.locator('.avp').first().waitFor();
    await page.evaluate(() => {
      const tree = document.querySelector('.avp-tree')!;
      getSelection()!.selectAllChildren(tree);
    });
    await page.keyboard.press('Control+c');
    const lines = (await clipboard()).split('\n');
    expect(lines[0]).toMatch(/^Session-Id 263: \S+/);
    expect(lines).toContain('  Rating-Group 432: 100');
    expect(lines).toContain('    CC-Total-Octets 421: 1048576');
  });
});
