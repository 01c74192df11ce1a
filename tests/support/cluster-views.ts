import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { ClusterCard } from '../../app/api/types.ts';
import type { CaptureOptions } from '../../app/mesh/capture-options.ts';
import { chromiumPath, launchChromium } from './chromium.ts';
import { contextCards } from './made-up/cluster-cards.ts';
import type { MadeUpServer } from './made-up/server.ts';
import { type OpenView, openView } from './view.ts';

/** A browser for the tests of a file. What comes back opens the view on the contexts' cards; it is closed behind its test. */
export function clusterViews(): (
  cards?: readonly ClusterCard[],
  viewport?: { width: number; height: number },
) => Promise<OpenView> {
  let browser: Browser;
  let view: OpenView | undefined;
  beforeAll(async () => {
    if (chromiumPath) browser = await launchChromium();
  });
  afterEach(() => view?.close());
  afterAll(() => browser?.close());
  return async (cards = contextCards(), viewport) => {
    view = await openView(browser, 100, cards, viewport);
    return view;
  };
}

/** The card of a cluster at the left. */
export function card(page: Page, name: string): Locator {
  return page.locator('.cluster-card', { has: page.locator(`.cluster-name:text-is("${name}")`) });
}

/** Opens the sheet behind a cluster's switch, and waits for the plan in it. */
export async function openSheet(page: Page, name: string): Promise<void> {
  await page.click(`[aria-label="Capture in ${name}"]`);
  await page.waitForSelector('.plan');
}

/** What is chosen, as the engine is told it. */
export function enabledWith({ engine }: MadeUpServer): Promise<CaptureOptions> {
  return new Promise((resolve) => {
    const enable = engine.handlers['clusters.enable'];
    engine.replace('clusters.enable', (params) => {
      resolve(params.capture!);
      return enable(params);
    });
  });
}
