import { describe, expect, test } from 'vitest';
import { chromiumPath, withoutChromium } from '../support/chromium.ts';
import { card, clusterViews, openSheet } from '../support/cluster-views.ts';
import { contextCard } from '../support/made-up/cluster-cards.ts';

/** The clusters' cards in a real Chromium: what comes, what is lost, who captures, and what is found wrong. */
const open = clusterViews();

describe.skipIf(!chromiumPath)(`the cards${withoutChromium}`, () => {
  test('say what comes, what is lost, who captures, and for how long', async () => {
    const { page, complaints } = await open();
    const text = (await card(page, 'prod-eu-1').textContent())!;
    expect(text).toContain('Istio 1.28.1 · shop, epc · HTTP + Diameter 3868 · capturing');
    expect(text).toContain('flows/s1,284');
    expect(text).toContain('byanna@example.org on laptop-7');
    expect(text).toMatch(/lease24:[23]\d/);
    await card(page, 'prod-eu-1').locator('.loss-button').click();
    await page.waitForSelector('.loss:has-text("shop/catalog-5c44"):has-text("queue full"):has-text("300")');

    await page.click('[aria-label="Extend the capture in prod-eu-1"]');
    await page.click('[role="menuitem"]:has-text("2 hours from now")');
    await page.waitForFunction(() => /lease(2:00:00|1:59:5\d)/.test(document.body.textContent ?? ''));
    expect(complaints).toEqual([]);
  });

  test('say since when the receiver cannot be heard, when it is tried again, and go on counting', async () => {
    const now = Date.now();
    const { page, complaints } = await open([
      contextCard('prod-eu-1', 'Istio 1.28.1 · 142 sidecars in epc, shop · HTTP', {
        state: 'unreachable',
        problem: 'The API server https://10.1.2.3:6443 cannot be reached: connect EHOSTUNREACH. Is the VPN up?',
        connection: { state: 'reconnecting', since: now - 72_000, nextTry: now + 3_600_000 },
        pods: 142,
        lost: 17,
        losses: [{ namespace: 'shop', pod: 'cart-0', stage: 'live tail', kind: 'exchange', reason: 'gone', count: 17 }],
        until: now + 600_000,
        holder: 'anna@example.org on laptop-7',
      }),
    ]);
    const text = (await card(page, 'prod-eu-1').textContent())!;
    expect(text).toContain('cannot be reached');
    expect(text).toMatch(/reconnecting01:1\d · again in 3\d\d\d s/);
    expect(text).toMatch(/lost17/);
    expect(text).toMatch(/lease(10:00|09:5\d)/);
    expect(await page.getAttribute('[aria-label="Capture in prod-eu-1"]', 'aria-checked')).toBe('true');
    await page.waitForSelector('.capturing:has-text("prod-eu-1")');
    expect(complaints).toEqual([]);
  });

  test('the line at the top counts the lease that ends first, and extends that one', async () => {
    const { page } = await open();
    const line = page.locator('.capturing');
    expect(await line.textContent()).toMatch(/plaintext in 3 clusters · 164 pods · 0[89]:\d\d left/);
    await line.locator('button').click();
    await page.click('[role="menuitem"]:has-text("30 minutes from now")');
    await page.waitForSelector('.capturing:has-text("24:")');
  });

  test('a broken context says why, and harms no other', async () => {
    const { page } = await open();
    expect(await card(page, 'old-lab').textContent()).toContain('cannot be reached');
    expect(await card(page, 'old-lab').textContent()).toContain('expired on 2026-03-01');
    await openSheet(page, 'staging');
  });

  test('"Why?" shows each finding with its evidence and what to do', async () => {
    const { page, server } = await open();
    await card(page, 'edge-lab').locator('text=Why?').click();
    await page.waitForSelector('.findings h3:has-text("The aggregator of node-3 does not start")');
    expect(await page.textContent('.findings [aria-label="Evidence"]')).toContain('429 Too Many Requests');
    await page.waitForSelector('.findings .remedy code:has-text("kubectl debug node/node-3")');
    await page.click('text=Copy findings');
    const copied = await page.waitForFunction(() => navigator.clipboard.readText());
    expect(await copied.jsonValue()).toContain('error: The aggregator of node-3 does not start');
    server.engine.replace('clusters.doctor', () => ({ findings: [] }));
    await page.click('text=Look again');
    await page.waitForSelector('text=Nothing wrong was found.');
  });

  test('many contexts scroll, and the way to open a capture stays', async () => {
    const { page } = await open(
      Array.from({ length: 30 }, (_, number) => contextCard(`cluster-${number}`, 'Istio 1.28.1 · ready')),
    );
    const button = (await page.locator('.side-open').boundingBox())!;
    expect(button.y + button.height).toBeLessThanOrEqual(900);
    await card(page, 'cluster-29').scrollIntoViewIfNeeded();
    await openSheet(page, 'cluster-29');
  });
});
