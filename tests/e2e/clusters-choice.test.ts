import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { captureFromValues } from '../../app/mesh/values.ts';
import { chromiumPath, withoutChromium } from '../support/chromium.ts';
import { card, clusterViews, enabledWith, openSheet } from '../support/cluster-views.ts';

/** What is captured, chosen in the sheet behind a cluster's switch, in a real Chromium. */
const open = clusterViews();

describe.skipIf(!chromiumPath)(`the choice in the sheet behind a cluster's switch${withoutChromium}`, () => {
  test('is filled in by keys alone, and captures as it says', async () => {
    const { page, server, complaints } = await open();
    const told = enabledWith(server);
    await page.focus('[aria-label="Capture in staging"]');
    await page.keyboard.press('Space');
    await page.waitForSelector('.plan');
    await page.focus('[role="radio"]:has-text("Whole mesh")');
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('[role="radio"]:has-text("Namespaces"):focus');
    await page.keyboard.press('Space');
    await page.waitForSelector('text=Choose at least one namespace.');
    await page.keyboard.press('Tab');
    await page.keyboard.type('ep');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.locator('.capture-form .chip').allTextContents()).toEqual(
      expect.arrayContaining(['epc', 'shop']),
    );
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Tab');
    await page.focus('[aria-label="Except pods"]');
    await page.keyboard.type('ocs-1.*,ocs-2,');
    await page.waitForSelector('text=leaves 44 pods');
    await page.focus('.capture-diameter [type="checkbox"]');
    await page.keyboard.press('Space');
    await page.focus('[aria-label="Port of Diameter"]');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('3869');
    await page.waitForSelector('[aria-label="Open connections"]:has-text("3 long-lived Diameter connections")');
    await page.keyboard.press('Control+Enter');

    expect(await told).toMatchObject({
      area: { kind: 'namespaces', namespaces: ['epc'] },
      excludePods: ['ocs-1.*', 'ocs-2'],
      http: true,
      diameterPort: 3869,
      bodyLimit: 65_536,
      minutes: 30,
    });
    await page.waitForSelector('.steps [data-state="running"]');
    await page.waitForSelector('.cluster-sheet', { state: 'detached' });
    await page.waitForSelector('.notice:has-text("Capturing in staging: 44 pods.")');
    expect(await card(page, 'staging').textContent()).toContain('capturing');
    expect(complaints).toEqual([]);
  });

  test('a wrong expression is said where it stands, and nothing is captured while it stands there', async () => {
    const { page, server, complaints } = await open();
    let asked = 0;
    server.engine.replace('clusters.enable', () => {
      asked++;
      throw new Error('must not be asked');
    });
    await openSheet(page, 'staging');
    await page.click('[aria-label="Except pods"]');
    await page.keyboard.type('stealthy-(pod');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role="alert"]:has-text("stealthy-(pod is neither a name nor a regular expression")');
    await page.click('text=Capture for 30 minutes');
    await page.keyboard.press('Control+Enter');
    await page.waitForTimeout(200);
    expect(asked).toBe(0);

    await page.fill('[aria-label="Except pods"]', 'stealthy-pod');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.chip:has-text("stealthy-pod")');
    await page.click('[role="radio"]:has-text("until off")');
    await page.waitForSelector('text=Plaintext is captured until you switch it off.');
    expect(await page.textContent('.enable-sheet [type="submit"]')).toBe('Capture until off');
    expect(complaints).toEqual([]);
  });

  test('what is missing is said where it is chosen, and the cluster is not asked before it is there', async () => {
    const { page, server, complaints } = await open();
    await openSheet(page, 'staging');
    let asked = 0;
    const { engine } = server;
    const plan = engine.handlers['clusters.plan'];
    engine.replace('clusters.plan', (params) => {
      asked++;
      return plan(params);
    });
    await page.click('[role="radio"]:has-text("Workloads")');
    await page.waitForSelector('.capture-form .is-warning:has-text("Choose at least one workload.")');
    await page.click('[role="radio"]:has-text("Whole mesh")');
    await page.waitForSelector('.plan');
    asked = 0;
    await page.click('.capture-diameter [type="checkbox"]');
    await page.waitForSelector('[aria-label="Open connections"]');
    asked = 0;
    for (const port of ['', '0', '70000', '38.68', 'diameter']) {
      await page.fill('[aria-label="Port of Diameter"]', port);
      await page.waitForSelector('.capture-form [role="alert"]:has-text("a number from 1 to 65535")');
      expect(await page.getAttribute('[aria-label="Port of Diameter"]', 'aria-invalid')).toBe('true');
    }
    await page.waitForTimeout(500);
    expect(asked).toBe(0);
    expect(await page.isDisabled('.enable-sheet [type="submit"]')).toBe(true);
    await page.fill('[aria-label="Port of Diameter"]', '3868');
    await page.waitForSelector('.plan');
    await page.click('.capture-box label:has-text("HTTP/1.1")');
    await page.click('.capture-diameter [type="checkbox"]');
    await page.waitForSelector('.capture-form .is-warning:has-text("Choose HTTP, Diameter or both.")');
    expect(complaints).toEqual([]);
  });

  test('finds one of 500 namespaces by a part of its name, by keys', async () => {
    const { page, server } = await open();
    const { engine } = server;
    const inventory = engine.handlers['clusters.inventory'];
    engine.replace('clusters.inventory', async (params) => {
      const found = await inventory(params);
      const namespaces = Array.from({ length: 500 }, (_, number) => ({
        name: `team-${String(number).padStart(3, '0')}`,
        pods: 2,
        sidecars: 2,
        workloads: [],
      }));
      return { ...found, inventory: { ...found.inventory, namespaces } };
    });
    const told = enabledWith(server);
    await openSheet(page, 'staging');
    await page.click('[role="radio"]:has-text("Namespaces")');
    await page.click('input[aria-label="Namespaces"]');
    await page.waitForSelector('.chips-more:has-text("450 more")');
    for (let down = 0; down < 30; down++) await page.keyboard.press('ArrowDown');
    const list = (await page.locator('.chips-list').boundingBox())!;
    const chosen = (await page.locator('.chips-option[aria-selected="true"]').boundingBox())!;
    expect(chosen.y + chosen.height).toBeLessThanOrEqual(list.y + list.height);
    expect(await page.textContent('.chips-option[aria-selected="true"]')).toContain('team-029');
    await page.keyboard.press('Enter');
    await page.keyboard.type('49');
    expect(await page.locator('.chips-option').count()).toBe(15);
    await page.keyboard.type('9');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.chip:has-text("team-499")');
    await page.waitForSelector('.enable-sheet [type="submit"]:not([disabled])');
    await page.keyboard.press('Control+Enter');
    expect(await told).toMatchObject({ area: { namespaces: ['team-029', 'team-499'] } });
  });

  test('gives what is chosen as a values file, and leaves the slot in place when that is chosen', async () => {
    const { page, server } = await open();
    const told = enabledWith(server);
    await openSheet(page, 'staging');
    await page.click('[aria-label="Except pods"]');
    await page.keyboard.type('stealthy-pod');
    await page.keyboard.press('Enter');
    await page.click('.capture-slot');
    await page.click('text=Copy values file');
    await page.waitForSelector('.notice:has-text("Values file copied.")');
    const values = await page.evaluate(() => navigator.clipboard.readText());
    expect(captureFromValues(parse(values))).toMatchObject({ excludePods: ['stealthy-pod'], http: true });
    await page.waitForSelector('text=leaves 198 pods');
    await page.click('text=Capture for 30 minutes');
    expect(await told).toMatchObject({ slot: 'keep', excludePods: ['stealthy-pod'] });
  });

  test('what a click beside the box has in it is added, and the focus goes where it was clicked', async () => {
    const { page } = await open();
    await openSheet(page, 'staging');
    await page.click('[role="radio"]:has-text("Namespaces")');
    await page.click('input[aria-label="Namespaces"]');
    await page.keyboard.type('shop');
    await page.keyboard.press('Enter');
    await page.click('[aria-label="Except pods"]');
    await page.keyboard.type('cart-0');
    await page.click('[aria-label="Redacted header fields"]');
    await page.waitForSelector('.chip:has-text("cart-0")');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Redacted header fields',
    );
    await page.waitForSelector('text=leaves 141 pods');
  });

  test('opens the next time with what was chosen, for each cluster', async () => {
    const { page } = await open();
    await openSheet(page, 'staging');
    await page.click('[role="radio"]:has-text("10 min")');
    await page.keyboard.press('Escape');
    await page.reload();
    await openSheet(page, 'staging');
    expect(await page.textContent('.enable-sheet [type="submit"]')).toBe('Capture for 10 minutes');
    await page.keyboard.press('Escape');
    await page.click('[aria-label="Capture in old-lab"]');
    await page.waitForSelector('text=Capture for 30 minutes');
  });
});
