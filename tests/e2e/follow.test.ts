import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, withoutChromium } from '../support/chromium.ts';
import { startServed } from '../support/served.ts';

const whole = readFileSync(join(import.meta.dirname, '../fixtures/captures/http/h1-h2load.pcap'));
const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-follow-'));
const growing = join(folder, 'growing.pcap');

describe.skipIf(!chromiumPath)(`a capture file that is being written${withoutChromium}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  test('is followed from the status bar: flows come as it grows, until it is stopped', async () => {
    const half = Math.floor(whole.length / 2);
    writeFileSync(growing, whole.subarray(0, half));
    const served = await startServed(['--open', growing]);
    const page = await browser.newPage({ viewport: { width: 1300, height: 800 } });
    page.setDefaultTimeout(15_000);
    const flows = async () => Number(/(\d+) flows/.exec((await page.textContent('.status-bar'))!)?.[1]);
    await page.goto(served.address);
    await page.waitForSelector('.flow-row .cell-time:not(:empty)');
    const before = await flows();
    await page.click('text=Follow the file');
    await page.waitForSelector('.status-bar:has-text("Following growing.pcap")');
    await page.waitForSelector('.flow-row .cell-time:not(:empty)');
    appendFileSync(growing, whole.subarray(half));
    await expect.poll(flows, { timeout: 15_000 }).toBeGreaterThan(before);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      if (process.env.SCREENSHOTS)
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/follow-${colorScheme}.png` });
    }
    await page.click('.status-bar button:has-text("Stop")');
    await page.waitForSelector('.status-bar:has-text("Following was stopped")');
    await page.waitForSelector('text=Follow the file');
    await page.close();
    await served.stop();
  });
});
