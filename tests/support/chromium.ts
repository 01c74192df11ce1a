import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const places = [process.env.CHROMIUM ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Path of a Chromium on this machine, or null. */
export const chromiumPath = places.find((place) => place !== '' && existsSync(place)) ?? null;

/** What a suite that needs it is named with where there is none, and it is skipped. */
export const withoutChromium = chromiumPath ? '' : ' (needs Chromium: npm run parts)';

/** A headless Chromium that makes no connections of its own. */
export function launchChromium(): Promise<Browser> {
  if (chromiumPath === null) throw new Error('Chromium is missing: npm run parts');
  return chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
}
