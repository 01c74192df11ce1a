import type { Browser, Page } from 'playwright-core';
import type { ClusterCard } from '../../app/api/types.ts';
import { type MadeUpServer, startMadeUpServer } from './made-up/server.ts';

/** The view in a page of its own, on a made-up engine. */
export interface OpenView {
  readonly server: MadeUpServer;
  readonly page: Page;
  /** What went wrong in the page, or was refused by its content security policy. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

export async function openView(
  browser: Browser,
  flows: number,
  cards: readonly ClusterCard[] = [],
  viewport = { width: 1440, height: 900 },
): Promise<OpenView> {
  const server = await startMadeUpServer(flows, 0, cards);
  const context = await browser.newContext({ viewport, permissions: ['clipboard-read', 'clipboard-write'] });
  // Shorter than a test's own, so that what was waited for in vain is named.
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(server.url);
  await page.waitForSelector(flows > 0 ? '.flow-row .cell-time:not(:empty)' : '.cluster-card');
  return {
    server,
    page,
    complaints,
    async close() {
      await context.close();
      await server.close();
    },
  };
}
