import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumPath, withoutChromium } from '../support/chromium.ts';
import { card, clusterViews } from '../support/cluster-views.ts';

/** Switching off in a real Chromium: with its steps, its proof, and what is left. */
const open = clusterViews();

describe.skipIf(!chromiumPath)(`switching off${withoutChromium}`, () => {
  async function ask(page: Page): Promise<void> {
    await page.click('[aria-label="Capture in prod-eu-1"]');
    await page.waitForSelector('.slot-choice:has-text("after 45 seconds by default")');
  }

  test('is one more key press, goes step by step, and ends with what was looked up', async () => {
    const { page, complaints } = await open();
    await ask(page);
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role="dialog"]:has-text("Switching off in prod-eu-1")');
    await page.waitForSelector('.steps [data-state="running"]');
    await page.waitForSelector('.proof:has-text("Nothing of ours is left.")');
    expect(await page.textContent('.proof')).toContain('leases in analysis-emulator');
    await page.keyboard.press('Escape');
    expect(await page.getAttribute('[aria-label="Capture in prod-eu-1"]', 'aria-checked')).toBe('false');
    expect(await card(page, 'prod-eu-1').textContent()).not.toContain('Slot in place');
    expect(complaints).toEqual([]);
  });

  test('can leave the slot in place, which the proof and the card say, and which can be taken out later', async () => {
    const { page, complaints } = await open();
    await ask(page);
    await page.click('text=Leave it in place, idle');
    await page.waitForSelector('.slot-choice:has-text("No connection is closed")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.proof:has-text("Nothing captures. The slot was left in place, idle:")');
    expect(await page.textContent('.proof')).toContain('EnvoyFilter istio-system/packet-inspector-http-slot');
    expect(await page.textContent('.proof')).not.toContain('Nothing of ours is left');
    await page.keyboard.press('Escape');
    expect(await card(page, 'prod-eu-1').textContent()).toContain('Slot in place, idle');

    await page.click('[aria-label="Take the slot out of prod-eu-1"]');
    await page.waitForSelector('[role="dialog"]:has-text("Take the slot out of prod-eu-1")');
    await page.waitForSelector('.slot-choice:has-text("after 45 seconds by default")');
    expect(await page.locator('.slot-choice').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.proof:has-text("Nothing of ours is left.")');
    await page.keyboard.press('Escape');
    expect(await card(page, 'prod-eu-1').textContent()).not.toContain('Slot in place');
    expect(complaints).toEqual([]);
  });

  test('does nothing when it is cancelled', async () => {
    const { page } = await open();
    await ask(page);
    await page.click('text=Cancel');
    expect(await page.getAttribute('[aria-label="Capture in prod-eu-1"]', 'aria-checked')).toBe('true');
  });

  test('goes on when its sheet is closed, and tells its end with the way back to the proof', async () => {
    const { page } = await open();
    await ask(page);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.steps [data-state="running"]');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.cluster-step:has-text("of 4")');
    await page.click('.notice:has-text("Nothing of ours is left in prod-eu-1.") >> text=Show');
    await page.waitForSelector('.proof:has-text("envoyfilters in all namespaces")');
  });

  test('what is still there is listed, and can be tried again', async () => {
    const { page, server } = await open();
    const { engine } = server;
    const disable = engine.handlers['clusters.disable'];
    engine.replace('clusters.disable', async (params) => {
      const { cluster, remainder } = await disable(params);
      return { cluster, remainder: { ...remainder, left: ['EnvoyFilter istio-system/http-capture-filter'] } };
    });
    await ask(page);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.proof:has-text("1 object of ours still there:")');
    await page.waitForSelector('.proof:has-text("EnvoyFilter istio-system/http-capture-filter")');
    engine.replace('clusters.disable', disable);
    await page.click('text=Try again');
    await page.waitForSelector('.proof:has-text("Nothing of ours is left.")');
  });

  test('the demo has a plain switch', async () => {
    const { page } = await open();
    await page.click('[aria-label="Capture in demo"]');
    await page.waitForSelector('[aria-label="Capture in demo"][aria-checked="false"]');
    await page.click('[aria-label="Capture in demo"]');
    await page.waitForSelector('[aria-label="Capture in demo"][aria-checked="true"]');
    expect(await page.locator('[role="dialog"]').count()).toBe(0);
  });
});
