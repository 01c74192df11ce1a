/** `npm run screenshots`: takes the pictures of the README from the demo, in a real Chromium, dark and light. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { root } from '../main/tasks/paths.ts';
import { buildWhenNeeded } from '../main/tasks/up-to-date.ts';
import { launchChromium } from './support/chromium.ts';
import { startServed } from './support/served.ts';

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(
    'usage: npm run screenshots\n\nTakes the pictures of the README from the demo into docs/images. Needs Chromium: npm run parts',
  );
  process.exit(0);
}
const folder = join(root, 'docs', 'images');

/** Waits until enough has happened, stops following, and selects the newest flow that has the text. */
async function select(page: Page, text: string): Promise<void> {
  const row = page.locator(`.flow-row:has-text("${text}")`).last();
  await row.waitFor();
  await page.focus('#flow-list');
  await page.keyboard.press('Space');
  await row.click();
  await page.waitForSelector('#flow-detail [role=tab]');
  await page.waitForTimeout(800);
}

await buildWhenNeeded();
mkdirSync(folder, { recursive: true });
const browser = await launchChromium();
const served = await startServed(['--demo']);
try {
  for (const colorScheme of ['dark', 'light'] as const) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme });
    await page.goto(served.address);
    await page.waitForTimeout(colorScheme === 'dark' ? 40_000 : 1_000);
    if (colorScheme === 'dark') {
      await select(page, '/products/');
      await page.screenshot({ path: join(folder, 'main-dark.png') });
    } else {
      await select(page, 'CCR-U');
      await page.screenshot({ path: join(folder, 'diameter-light.png') });
    }
    await page.close();
  }
} finally {
  await browser.close();
  await served.stop();
}
