import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../../main/cli/exit-codes.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { startServed } from '../support/served.ts';

const reason = chromiumPath ? '' : ' (needs Chromium: npm run parts)';
const missing = join(import.meta.dirname, 'missing.pcap');

describe.skipIf(!chromiumPath)(`a capture file that the view is started with${reason}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  test('and cannot be opened is said in the view, on standard error and by the exit code', async () => {
    const served = await startServed(['--open', missing]);
    const page = await browser.newPage({ viewport: { width: 1300, height: 800 } });
    page.setDefaultTimeout(15_000);
    await page.goto(served.address);
    await page.waitForSelector(`[role="alert"]:has-text("There is no file ${missing}.")`);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      if (process.env.SCREENSHOTS)
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/refused-${colorScheme}.png` });
    }
    await page.click('text=Begin an empty session');
    await page.waitForSelector('text=No flows here yet.');
    await page.close();
    const { code, complaints } = await served.stop();
    expect(complaints).toBe(`packet-inspector: There is no file ${missing}.\n`);
    expect(code).toBe(exitCodes.unreadable);
  });
});
