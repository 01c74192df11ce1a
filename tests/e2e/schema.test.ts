import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium, withoutChromium } from '../support/chromium.ts';
import { type Served, startServed } from '../support/served.ts';
import { grpcCapture, writeShopSchema } from '../support/shop-schema.ts';

let browser: Browser;
let served: Served;
let page: Page;
let folder: string;
const complaints: string[] = [];

async function visit(): Promise<void> {
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(served.address);
}

describe.skipIf(!chromiumPath)(`protobuf schemas in the view${withoutChromium}`, () => {
  beforeAll(async () => {
    browser = await launchChromium();
    folder = mkdtempSync(join(tmpdir(), 'packet-inspector-schema-'));
    writeShopSchema(folder);
    served = await startServed(['--open', grpcCapture]);
    await visit();
  });
  afterAll(async () => {
    await browser?.close();
    await served?.stop();
    rmSync(folder, { recursive: true });
  });

  test('are offered where a message is shown by numbers, and it is read anew with them', async () => {
    await page.click('.flow-row:has-text("ServerStream")');
    await page.click('[role=tab]:has-text("Messages")');
    await page.waitForSelector('.message-head:has-text("1: \\"go\\"")');
    await page.click('button:has-text("Load schema…")');
    await page.fill('[aria-label="Path of a schema"]', folder);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.schema-source:has-text("1 message type, 4 methods")');
    await page.waitForSelector('.schema-problems:has-text("broken.proto:3:")');
    await page.click('button:has-text("Close")');
    await page.waitForSelector('.message-head:has-text("\\"words\\": \\"go\\"")');
    expect(await page.locator('button:has-text("Load schema…")').count()).toBe(0);
  });

  test('let a call be copied as a command', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.click('.flow-row:has-text("ServerStream")', { button: 'right' });
    await page.click('[role=menuitem]:has-text("Copy as grpcurl")');
    await page.waitForSelector('.notice:has-text("grpcurl command copied.")');
    const command = await page.evaluate(() => navigator.clipboard.readText());
    expect(command).toMatch(/^grpcurl -plaintext.*"words": "go".*shop\.Shop\/ServerStream$/s);
  });

  test('stay when the page is opened again, and can be taken away', async () => {
    await page.close();
    await visit();
    await page.click('[aria-label="Settings"]');
    await page.click(`[aria-label="Remove ${folder}"]`);
    await page.waitForSelector('.schema-source', { state: 'detached' });
    expect(complaints).toEqual([]);
  });
});
