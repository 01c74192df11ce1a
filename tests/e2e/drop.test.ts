import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { type Served, startServed } from '../support/served.ts';

/** Captures dropped onto the window, with the real engine behind it. */
let browser: Browser;
let served: Served;
let page: Page;

const reason = chromiumPath ? '' : ' (needs Chromium: npm run parts)';
const capture = join(import.meta.dirname, '../fixtures/captures/http/h1-curl-node-bodies.pcap');

/** Drops files as a file manager does. */
async function drop(files: readonly { readonly name: string; readonly bytes: Buffer }[]): Promise<void> {
  const transfer = await page.evaluateHandle(
    (given) => {
      const made = new DataTransfer();
      for (const { name, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        made.items.add(new File([bytes], name));
      }
      return made;
    },
    files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') })),
  );
  await page.dispatchEvent('.app', 'dragenter', { dataTransfer: transfer });
  await page.waitForSelector('.drop-area');
  await page.dispatchEvent('.app', 'drop', { dataTransfer: transfer });
  await page.waitForSelector('.drop-area', { state: 'detached' });
}

describe.skipIf(!chromiumPath)(`a capture dropped onto the window${reason}`, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    served = await startServed([]);
    page = await browser.newPage({ viewport: { width: 1100, height: 700 } });
    page.setDefaultTimeout(15_000);
    await page.goto(served.address);
    await page.waitForSelector('text=No flows here yet.');
  });
  afterAll(async () => {
    await page?.close();
    await served?.stop();
    await browser?.close();
  });

  test('two at once are refused with the reason', async () => {
    const bytes = readFileSync(capture);
    await drop([
      { name: 'one.pcap', bytes },
      { name: 'two.pcap', bytes },
    ]);
    await page.waitForSelector('.notice:has-text("Drop one capture at a time")');
    await page.click('.notice [aria-label="Close"]');
  });

  test('what is no capture is said', async () => {
    await drop([{ name: 'letter.txt', bytes: Buffer.from('Dear Sirs,\n') }]);
    await page.waitForSelector('.notice .is-error');
    expect(await page.textContent('.notice')).toContain('letter.txt');
    await page.click('.notice [aria-label="Close"]');
  });

  test('is read, and its flows are shown', async () => {
    await drop([{ name: basename(capture), bytes: readFileSync(capture) }]);
    await page.waitForSelector('.flow-row .cell-time:not(:empty)');
    expect(await page.textContent('.flow-row .cell-protocol')).toBe('HTTP/1.1');
  });
});
