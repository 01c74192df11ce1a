import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, withoutChromium } from '../support/chromium.ts';
import { type Served, startServed } from '../support/served.ts';

/** Captures dropped onto the window, with the real engine behind it. */
let browser: Browser;
let served: Served;
let page: Page;

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

describe.skipIf(!chromiumPath)(`a capture dropped onto the window${withoutChromium}`, () => {
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

  test('shows how far it is on its way, and stays away when it is cancelled', async () => {
    const session = await page.context().newCDPSession(page);
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 400_000 };
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', slow);
    await drop([{ name: 'slow.pcap', bytes: Buffer.alloc(4_000_000) }]);
    await page.waitForFunction(() => {
      const bar = document.querySelector<HTMLProgressElement>('.notice:has(button) progress');
      return bar !== null && bar.value > 0 && bar.value < 1;
    });
    expect(await page.textContent('.notice')).toContain('Passing slow.pcap to the engine');
    await page.click('.notice button:has-text("Cancel")');
    await page.waitForSelector('.notice', { state: 'detached' });
    await session.send('Network.emulateNetworkConditions', { ...slow, uploadThroughput: -1 });
    expect(await page.textContent('.top-session')).toBe(basename(capture));
  });

  test('is saved as HAR as far as the filter shows it, which opens here again', async () => {
    await page.click('.cm-content');
    await page.keyboard.type('http.response.code == 404 ');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.querySelectorAll('.flow-row').length === 1);
    await page.click('[aria-label="Other formats to save in"]');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.click('[role=menuitem]:has-text("HAR:")'),
    ]);
    expect(download.suggestedFilename()).toBe('h1-curl-node-bodies.har');
    const har = readFileSync(await download.path());
    expect(JSON.parse(har.toString()).log.entries).toMatchObject([{ response: { status: 404 } }]);
    await drop([{ name: 'again.har', bytes: har }]);
    await page.waitForSelector('.top-session:has-text("again.har")');
    await page.waitForSelector('.flow-row .cell-time:not(:empty)');
    expect(await page.locator('.flow-row').count()).toBe(1);
  });
});
