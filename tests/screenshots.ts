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

const pictures = [
  { file: 'main-dark.png', colorScheme: 'dark', text: '/products/', tab: 'Overview' },
  { file: 'trace-dark.png', colorScheme: 'dark', text: '/api/checkout', tab: 'Trace' },
  { file: 'diameter-light.png', colorScheme: 'light', text: 'CCR-U', tab: 'Overview' },
] as const;

/** Selects the newest flow that has the text, with the list at rest. */
async function select(page: Page, text: string): Promise<void> {
  const row = page.locator(`.flow-row:has-text("${text}")`).last();
  await page.waitForSelector('.flow-row');
  await page.focus('#flow-list');
  await page.keyboard.press('Space');
  // It may have moved out of sight before the list stood still.
  while (!(await row.isVisible())) {
    await page.keyboard.press('Space');
    await page.keyboard.press('End');
    await page.waitForTimeout(200);
    await page.keyboard.press('Space');
  }
  await row.click();
  await page.waitForSelector('#flow-detail [role=tab]');
}

await buildWhenNeeded();
mkdirSync(folder, { recursive: true });
const browser = await launchChromium();
const served = await startServed(['--demo']);
try {
  // The strip over the list needs a while of traffic to tell something.
  await new Promise((resolve) => setTimeout(resolve, 40_000));
  for (const { file, colorScheme, text, tab } of pictures) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme });
    await page.goto(served.address);
    await select(page, text);
    await page.click(`#flow-detail [role=tab]:has-text("${tab}")`);
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: join(folder, file) });
    await page.close();
  }
} finally {
  await browser.close();
  await served.stop();
}
