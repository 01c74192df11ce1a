import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { type Served, startServed } from '../support/served.ts';
import { tsharkFields, tsharkIsInstalled } from '../support/tshark.ts';

const missing = [...(chromiumPath ? [] : ['Chromium']), ...(tsharkIsInstalled ? [] : ['tshark'])];
const reason = missing.length > 0 ? ` (needs ${missing.join(', ')}: npm run parts)` : '';

let browser: Browser;
let served: Served;
let page: Page;
let complaints: string[] = [];

async function open(args: readonly string[]): Promise<void> {
  served = await startServed(args);
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, acceptDownloads: true });
  complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(served.address);
}

async function filter(text: string): Promise<void> {
  await page.click('.cm-content');
  await page.keyboard.press('Control+A');
  await page.keyboard.type(`${text} `);
  await page.keyboard.press('Enter');
}

async function everyRow(text: string): Promise<void> {
  await page.waitForFunction((wanted) => {
    const rows = Array.from(document.querySelectorAll('.flow-row'));
    return rows.length > 0 && rows.every((row) => row.textContent?.includes(wanted));
  }, text);
}

describe.skipIf(missing.length > 0)(`the demo in a browser${reason}`, () => {
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterEach(async () => {
    await page.close();
    await served.stop();
  });
  afterAll(() => browser.close());

  test('shows flows of all four protocols within ten seconds, each with its parts', async () => {
    await open(['--demo']);
    for (const protocol of ['HTTP/1.1', 'HTTP/2', 'gRPC', 'Diameter']) {
      await page.waitForSelector(`.flow-row:has-text("${protocol}")`, { timeout: 10_000 });
    }
    await filter('http.request.uri contains "/products/"');
    await everyRow('/products/');
    await page.click('.flow-row');
    await page.waitForSelector('#flow-detail:has-text("user-agent")');
    await page.waitForSelector('#flow-detail:has-text("redacted at source")');
    await page.click('[role=tab]:has-text("Timing")');
    await page.waitForSelector('#flow-detail:has-text("producer")');
    await page.click('[role=tab]:has-text("Kubernetes")');
    await page.waitForSelector('#flow-detail:has-text("frontend-7d9f86c5b4-x2k8p")');

    await filter('http.request.uri == "/api/checkout"');
    await everyRow('/api/checkout');
    await page.click('.flow-row');
    await page.click('[role=tab]:has-text("Trace")');
    for (const service of ['frontend', 'checkout', 'payments'])
      await page.waitForSelector(`.trace-step:has-text("${service}")`);
    await page.click('.trace-step:has-text("payments")');
    await page.waitForSelector('.detail-summary:has-text("PaymentService/Charge")');

    await filter('diameter');
    await everyRow('Diameter');
    await page.click('.flow-row');
    await page.click('[role=tab]:has-text("Overview")');
    await page.waitForSelector('#flow-detail:has-text("Origin-Host")');
    expect(complaints).toEqual([]);
  });

  test('a filter narrows the list, a wrong one says where it is wrong', async () => {
    await open(['--demo']);
    await page.waitForSelector('.flow-row:has-text("gRPC")');
    await filter('grpc && k8s.dst.service == "cart"');
    await everyRow('gRPC');
    await filter('http.response.code >= ');
    await page.waitForSelector('.filter-bar [role=alert]');
    // What was shown stays until the filter is right again.
    await everyRow('gRPC');
    expect(complaints).toEqual([]);
  });

  test('what is saved is what was filtered, and opens here again', async () => {
    await open(['--demo']);
    await page.waitForSelector('.flow-row:has-text("Diameter")');
    await page.waitForTimeout(3_000);
    await filter('diameter');
    await everyRow('Diameter');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('button:has-text("Save pcapng")')]);
    const file = join(served.home, 'saved.pcapng');
    await download.saveAs(file);
    expect(tsharkFields(file, ['frame.number'], 'http').length).toBe(0);
    const requests = tsharkFields(file, ['diameter.cmd.code'], 'diameter.flags.request == 1').length;
    expect(requests).toBeGreaterThan(0);

    await page.click('[role=switch]');
    await page.waitForSelector('[role=switch][aria-checked=false]');
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.click('button:has-text("Open capture")'),
    ]);
    await chooser.setFiles(file);
    await filter('diameter');
    await everyRow('Diameter');
    expect(complaints).toEqual([]);
  });

  test('no secret of a request reaches the disk, and every file is private', async () => {
    await open(['--demo']);
    await page.waitForSelector('.flow-row:has-text("/cart")');
    await page.waitForTimeout(4_000);
    const { execFileSync } = await import('node:child_process');
    const files = execFileSync('find', [served.home, '-type', 'f'], { encoding: 'utf8' }).split('\n').filter(Boolean);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      expect(statSync(file).mode & 0o077, file).toBe(0);
      // What the demo's users send as authorization, and what the frontend sets as a cookie.
      const bytes = readFileSync(file);
      expect(bytes.includes('demo-user-token'), file).toBe(false);
      expect(bytes.includes('-7f3a; HttpOnly'), file).toBe(false);
    }
  });

  test('says so when the engine is gone', async () => {
    await open(['--demo']);
    await page.waitForSelector('.flow-row:has-text("gRPC")');
    served.crash();
    await page.waitForSelector('[role=status]:has-text("engine")');
    // What was read stays on the screen.
    expect(await page.locator('.flow-row').count()).toBeGreaterThan(0);
  });
});
