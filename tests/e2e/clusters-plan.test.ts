import { describe, expect, test } from 'vitest';
import { chromiumPath, withoutChromium } from '../support/chromium.ts';
import { clusterViews, openSheet } from '../support/cluster-views.ts';
import { contextCards } from '../support/made-up/cluster-cards.ts';

/** What the sheet behind a cluster's switch says of the cluster and of what would be done, in a real Chromium. */
const open = clusterViews();

describe.skipIf(!chromiumPath)(`the plan in the sheet behind a cluster's switch${withoutChromium}`, () => {
  test('what the API server would refuse is said before anything is made', async () => {
    const { page, server } = await open();
    const { engine } = server;
    const plan = engine.handlers['clusters.plan'];
    engine.replace('clusters.plan', async (params) => {
      const { objects, ...rest } = await plan(params);
      const [first, ...others] = objects;
      return { ...rest, objects: [{ ...first!, problem: 'namespaces "gone" not found' }, ...others] };
    });
    await openSheet(page, 'staging');
    await page.waitForSelector('.review [role="alert"]:has-text("The API server would refuse 1 object")');
    await page.waitForSelector('.plan .is-error:has-text("namespaces \\"gone\\" not found")');
    expect(await page.isDisabled('.enable-sheet [type="submit"]')).toBe(true);
  });

  test('says what would be made, changed and closed, and gives it as YAML', async () => {
    const { page } = await open();
    await openSheet(page, 'staging');
    expect(await page.textContent('.plan')).toContain('daemonset/aspen-mesh-packet-inspector');
    expect(await page.textContent('.plan')).toContain('node:22-slim -> node:24-slim');
    await page.click('.checks button:has-text("Details")');
    await page.waitForSelector('.checks .item-list:has-text("create namespaces: yes")');
    await page.click('[aria-label^="Copy kubectl label namespace"]');
    await page.waitForSelector('.notice:has-text("Command copied.")');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      'kubectl label namespace shop istio-injection=enabled',
    );
    await page.click('text=Copy YAML');
    await page.waitForSelector('.notice:has-text("YAML copied.")');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('kind: EnvoyFilter');
    await page.click('text=View YAML');
    await page.waitForSelector('.plan-yaml:has-text("name: http-capture-filter")');
  });

  test('what is not allowed is said with the way out, and cannot be pressed', async () => {
    const { page } = await open();
    await openSheet(page, 'staging');
    await page.click('text=Image and analysis service');
    await page.fill('[placeholder="our own"]', 'collector.example.org:21000');
    await page.waitForSelector('.checks:has-text("You may not create envoyfilters")');
    await page.waitForSelector('.checks .remedy:has-text("kubectl create rolebinding")');
    expect(await page.isDisabled('.enable-sheet [type="submit"]')).toBe(true);
  });

  test('what failed is said in a sentence, and what was chosen stays', async () => {
    const { page, server } = await open();
    const { engine } = server;
    engine.replace('clusters.enable', ({ id }) => {
      engine.setCluster(id, {
        steps: [
          { name: 'Receiver', state: 'undone', detail: '', milliseconds: 400 },
          { name: 'Aggregator on every node', state: 'failed', detail: 'node-3', milliseconds: 9_000 },
        ],
      });
      throw new Error(
        'You may not create daemonsets.apps in istio-system. Everything created so far was removed again.',
      );
    });
    await openSheet(page, 'staging');
    await page.click('[role="radio"]:has-text("2 h")');
    await page.click('text=Capture for 2 hours');
    await page.waitForSelector('[role="alert"]:has-text("You may not create daemonsets.apps in istio-system.")');
    await page.waitForSelector('.steps [data-state="failed"]:has-text("node-3")');
    await page.click('text=Back to the plan');
    await page.waitForSelector('.plan');
    expect(await page.textContent('.enable-sheet [type="submit"]')).toBe('Capture for 2 hours');
  });

  test('a cluster that cannot be reached says so in the sheet, and can be asked again', async () => {
    const { page, server } = await open();
    const { engine } = server;
    const inventory = engine.handlers['clusters.inventory'];
    engine.replace('clusters.inventory', () => {
      throw new Error('The API server at 10.1.2.3:6443 did not answer within 10 seconds.');
    });
    await page.click('[aria-label="Capture in old-lab"]');
    await page.waitForSelector('[role="alert"]:has-text("did not answer within 10 seconds")');
    engine.replace('clusters.inventory', inventory);
    await page.click('text=Try again');
    await page.waitForSelector('.plan');
  });

  test('is whole in a small window', async () => {
    const { page } = await open(contextCards(), { width: 1100, height: 700 });
    await openSheet(page, 'staging');
    const sheet = (await page.locator('.cluster-sheet').boundingBox())!;
    expect(sheet.x).toBeGreaterThanOrEqual(0);
    expect(sheet.y).toBeGreaterThanOrEqual(0);
    expect(sheet.y + sheet.height).toBeLessThanOrEqual(700);
    const button = (await page.locator('.enable-sheet [type="submit"]').boundingBox())!;
    expect(button.x + button.width).toBeLessThanOrEqual(sheet.x + sheet.width);
  });
});
