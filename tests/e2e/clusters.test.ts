import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { CaptureOptions } from '../../app/mesh/capture-options.ts';
import { captureFromValues } from '../../app/mesh/values.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { contextCard, contextCards } from '../support/made-up/cluster-cards.ts';
import { type OpenView, openView } from '../support/view.ts';

/** Clusters in a real Chromium: the sheet behind the switch, the cards, off with its proof, and what is found wrong. */
let browser: Browser;
let view: OpenView;
let page: Page;

const reason = chromiumPath ? '' : ' (needs Chromium: npm run parts)';

async function open(cards = contextCards(), viewport?: { width: number; height: number }): Promise<void> {
  view = await openView(browser, 100, cards, viewport);
  page = view.page;
}

beforeAll(async () => {
  if (chromiumPath) browser = await launchChromium();
});
afterEach(() => view?.close());
afterAll(() => browser?.close());

function card(name: string) {
  return page.locator('.cluster-card', { has: page.locator(`.cluster-name:text-is("${name}")`) });
}

/** What is chosen, as the engine is told it. */
function enabledWith(): Promise<CaptureOptions> {
  return new Promise((resolve) => {
    const { engine } = view.server;
    const enable = engine.handlers['clusters.enable'];
    engine.replace('clusters.enable', (params) => {
      resolve(params.capture!);
      return enable(params);
    });
  });
}

async function openSheet(name: string): Promise<void> {
  await page.click(`[aria-label="Capture in ${name}"]`);
  await page.waitForSelector('.plan');
}

describe.skipIf(!chromiumPath)(`the sheet behind a cluster's switch${reason}`, () => {
  test('is filled in by keys alone, and captures as it says', async () => {
    await open();
    const told = enabledWith();
    await page.focus('[aria-label="Capture in staging"]');
    await page.keyboard.press('Space');
    await page.waitForSelector('.plan');
    await page.focus('[role="radio"]:has-text("Whole mesh")');
    await page.keyboard.press('ArrowRight');
    await page.waitForSelector('[role="radio"]:has-text("Namespaces"):focus');
    await page.keyboard.press('Space');
    await page.waitForSelector('text=Choose at least one namespace.');
    await page.keyboard.press('Tab');
    await page.keyboard.type('ep');
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await page.locator('.capture-form .chip').allTextContents()).toEqual(
      expect.arrayContaining(['epc', 'shop']),
    );
    await page.keyboard.press('Backspace');
    await page.keyboard.press('Tab');
    await page.focus('[aria-label="Except pods"]');
    await page.keyboard.type('ocs-1.*,ocs-2,');
    await page.waitForSelector('text=leaves 44 pods');
    await page.focus('.capture-diameter [type="checkbox"]');
    await page.keyboard.press('Space');
    await page.focus('[aria-label="Port of Diameter"]');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('3869');
    await page.waitForSelector('[aria-label="Open connections"]:has-text("3 long-lived Diameter connections")');
    await page.keyboard.press('Control+Enter');

    expect(await told).toMatchObject({
      area: { kind: 'namespaces', namespaces: ['epc'] },
      excludePods: ['ocs-1.*', 'ocs-2'],
      http: true,
      diameterPort: 3869,
      bodyLimit: 65_536,
      minutes: 30,
    });
    await page.waitForSelector('.steps [data-state="running"]');
    await page.waitForSelector('.cluster-sheet', { state: 'detached' });
    await page.waitForSelector('.notice:has-text("Capturing in staging: 44 pods.")');
    expect(await card('staging').textContent()).toContain('capturing');
    expect(view.complaints).toEqual([]);
  });

  test('a wrong expression is said where it stands, and nothing is captured while it stands there', async () => {
    await open();
    let asked = 0;
    view.server.engine.replace('clusters.enable', () => {
      asked++;
      throw new Error('must not be asked');
    });
    await openSheet('staging');
    await page.click('[aria-label="Except pods"]');
    await page.keyboard.type('stealthy-(pod');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role="alert"]:has-text("stealthy-(pod is neither a name nor a regular expression")');
    await page.click('text=Capture for 30 minutes');
    await page.keyboard.press('Control+Enter');
    await page.waitForTimeout(200);
    expect(asked).toBe(0);

    await page.fill('[aria-label="Except pods"]', 'stealthy-pod');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.chip:has-text("stealthy-pod")');
    await page.click('[role="radio"]:has-text("until off")');
    await page.waitForSelector('text=Plaintext is captured until you switch it off.');
    expect(await page.textContent('.enable-sheet [type="submit"]')).toBe('Capture until off');
    expect(view.complaints).toEqual([]);
  });

  test('what is missing is said where it is chosen, and the cluster is not asked before it is there', async () => {
    await open();
    await openSheet('staging');
    let asked = 0;
    const { engine } = view.server;
    const plan = engine.handlers['clusters.plan'];
    engine.replace('clusters.plan', (params) => {
      asked++;
      return plan(params);
    });
    await page.click('[role="radio"]:has-text("Workloads")');
    await page.waitForSelector('.capture-form .is-warning:has-text("Choose at least one workload.")');
    await page.click('[role="radio"]:has-text("Whole mesh")');
    await page.waitForSelector('.plan');
    asked = 0;
    await page.click('.capture-diameter [type="checkbox"]');
    await page.waitForSelector('[aria-label="Open connections"]');
    asked = 0;
    for (const port of ['', '0', '70000', '38.68', 'diameter']) {
      await page.fill('[aria-label="Port of Diameter"]', port);
      await page.waitForSelector('.capture-form [role="alert"]:has-text("a number from 1 to 65535")');
      expect(await page.getAttribute('[aria-label="Port of Diameter"]', 'aria-invalid')).toBe('true');
    }
    await page.waitForTimeout(500);
    expect(asked).toBe(0);
    expect(await page.isDisabled('.enable-sheet [type="submit"]')).toBe(true);
    await page.fill('[aria-label="Port of Diameter"]', '3868');
    await page.waitForSelector('.plan');
    await page.click('.capture-box label:has-text("HTTP/1.1")');
    await page.click('.capture-diameter [type="checkbox"]');
    await page.waitForSelector('.capture-form .is-warning:has-text("Choose HTTP, Diameter or both.")');
    expect(view.complaints).toEqual([]);
  });

  test('finds one of 500 namespaces by a part of its name, by keys', async () => {
    await open();
    const { engine } = view.server;
    const inventory = engine.handlers['clusters.inventory'];
    engine.replace('clusters.inventory', async (params) => {
      const found = await inventory(params);
      const namespaces = Array.from({ length: 500 }, (_, number) => ({
        name: `team-${String(number).padStart(3, '0')}`,
        pods: 2,
        sidecars: 2,
        workloads: [],
      }));
      return { ...found, inventory: { ...found.inventory, namespaces } };
    });
    const told = enabledWith();
    await openSheet('staging');
    await page.click('[role="radio"]:has-text("Namespaces")');
    await page.click('input[aria-label="Namespaces"]');
    await page.waitForSelector('.chips-more:has-text("450 more")');
    for (let down = 0; down < 30; down++) await page.keyboard.press('ArrowDown');
    const list = (await page.locator('.chips-list').boundingBox())!;
    const chosen = (await page.locator('.chips-option[aria-selected="true"]').boundingBox())!;
    expect(chosen.y + chosen.height).toBeLessThanOrEqual(list.y + list.height);
    expect(await page.textContent('.chips-option[aria-selected="true"]')).toContain('team-029');
    await page.keyboard.press('Enter');
    await page.keyboard.type('49');
    expect(await page.locator('.chips-option').count()).toBe(15);
    await page.keyboard.type('9');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.chip:has-text("team-499")');
    await page.waitForSelector('.enable-sheet [type="submit"]:not([disabled])');
    await page.keyboard.press('Control+Enter');
    expect(await told).toMatchObject({ area: { namespaces: ['team-029', 'team-499'] } });
  });

  test('what the API server would refuse is said before anything is made', async () => {
    await open();
    const { engine } = view.server;
    const plan = engine.handlers['clusters.plan'];
    engine.replace('clusters.plan', async (params) => {
      const { objects, ...rest } = await plan(params);
      const [first, ...others] = objects;
      return { ...rest, objects: [{ ...first!, problem: 'namespaces "gone" not found' }, ...others] };
    });
    await openSheet('staging');
    await page.waitForSelector('.review [role="alert"]:has-text("The API server would refuse 1 object")');
    await page.waitForSelector('.plan .is-error:has-text("namespaces \\"gone\\" not found")');
    expect(await page.isDisabled('.enable-sheet [type="submit"]')).toBe(true);
  });

  test('gives what is chosen as a values file, and leaves the slot in place when that is chosen', async () => {
    await open();
    const told = enabledWith();
    await openSheet('staging');
    await page.click('[aria-label="Except pods"]');
    await page.keyboard.type('stealthy-pod');
    await page.keyboard.press('Enter');
    await page.click('.capture-slot');
    await page.click('text=Copy values file');
    await page.waitForSelector('.notice:has-text("Values file copied.")');
    const values = await page.evaluate(() => navigator.clipboard.readText());
    expect(captureFromValues(parse(values))).toMatchObject({ excludePods: ['stealthy-pod'], http: true });
    await page.waitForSelector('text=leaves 198 pods');
    await page.click('text=Capture for 30 minutes');
    expect(await told).toMatchObject({ slot: 'keep', excludePods: ['stealthy-pod'] });
  });

  test('what a click beside the box has in it is added, and the focus goes where it was clicked', async () => {
    await open();
    await openSheet('staging');
    await page.click('[role="radio"]:has-text("Namespaces")');
    await page.click('input[aria-label="Namespaces"]');
    await page.keyboard.type('shop');
    await page.keyboard.press('Enter');
    await page.click('[aria-label="Except pods"]');
    await page.keyboard.type('cart-0');
    await page.click('[aria-label="Redacted header fields"]');
    await page.waitForSelector('.chip:has-text("cart-0")');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Redacted header fields',
    );
    await page.waitForSelector('text=leaves 141 pods');
  });

  test('says what would be made, changed and closed, and gives it as YAML', async () => {
    await open();
    await openSheet('staging');
    expect(await page.textContent('.plan')).toContain('daemonset/aspen-mesh-packet-inspector');
    expect(await page.textContent('.plan')).toContain('node:22-slim -> node:24-slim');
    await page.click('.checks button:has-text("Details")');
    await page.waitForSelector('.checks .item-list:has-text("create namespaces: yes")');
    await page.click('[aria-label^="Copy kubectl label namespace"]');
    await page.waitForSelector('.notice:has-text("Command copied.")');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      'kubectl label namespace shop istio-injection=enabled',
    );
    await page.click('text=Copy YAML');
    await page.waitForSelector('.notice:has-text("YAML copied.")');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('kind: EnvoyFilter');
    await page.click('text=View YAML');
    await page.waitForSelector('.plan-yaml:has-text("name: http-capture-filter")');
  });

  test('what is not allowed is said with the way out, and cannot be pressed', async () => {
    await open();
    await openSheet('staging');
    await page.click('text=Image and analysis service');
    await page.fill('[placeholder="our own"]', 'collector.example.org:21000');
    await page.waitForSelector('.checks:has-text("You may not create envoyfilters")');
    await page.waitForSelector('.checks .remedy:has-text("kubectl create rolebinding")');
    expect(await page.isDisabled('.enable-sheet [type="submit"]')).toBe(true);
  });

  test('what failed is said in a sentence, and what was chosen stays', async () => {
    await open();
    const { engine } = view.server;
    engine.replace('clusters.enable', ({ id }) => {
      engine.setCluster(id, {
        steps: [
          { name: 'Receiver', state: 'undone', detail: '', milliseconds: 400 },
          { name: 'Aggregator on every node', state: 'failed', detail: 'node-3', milliseconds: 9_000 },
        ],
      });
      throw new Error('You may not create daemonsets.apps in istio-system. What was made was removed again.');
    });
    await openSheet('staging');
    await page.click('[role="radio"]:has-text("2 h")');
    await page.click('text=Capture for 2 hours');
    await page.waitForSelector('[role="alert"]:has-text("You may not create daemonsets.apps in istio-system.")');
    await page.waitForSelector('.steps [data-state="failed"]:has-text("node-3")');
    await page.click('text=Back to the plan');
    await page.waitForSelector('.plan');
    expect(await page.textContent('.enable-sheet [type="submit"]')).toBe('Capture for 2 hours');
  });

  test('opens the next time with what was chosen, for each cluster', async () => {
    await open();
    await openSheet('staging');
    await page.click('[role="radio"]:has-text("10 min")');
    await page.keyboard.press('Escape');
    await page.reload();
    await openSheet('staging');
    expect(await page.textContent('.enable-sheet [type="submit"]')).toBe('Capture for 10 minutes');
    await page.keyboard.press('Escape');
    await page.click('[aria-label="Capture in old-lab"]');
    await page.waitForSelector('text=Capture for 30 minutes');
  });

  test('a cluster that cannot be reached says so in the sheet, and can be asked again', async () => {
    await open();
    const { engine } = view.server;
    const inventory = engine.handlers['clusters.inventory'];
    engine.replace('clusters.inventory', () => {
      throw new Error('The API server at 10.1.2.3:6443 did not answer within 10 seconds.');
    });
    await page.click('[aria-label="Capture in old-lab"]');
    await page.waitForSelector('[role="alert"]:has-text("did not answer within 10 seconds")');
    engine.replace('clusters.inventory', inventory);
    await page.click('text=Try again');
    await page.waitForSelector('.plan');
  });

  test('is whole in a small window', async () => {
    await open(contextCards(), { width: 1100, height: 700 });
    await openSheet('staging');
    const sheet = (await page.locator('.cluster-sheet').boundingBox())!;
    expect(sheet.x).toBeGreaterThanOrEqual(0);
    expect(sheet.y).toBeGreaterThanOrEqual(0);
    expect(sheet.y + sheet.height).toBeLessThanOrEqual(700);
    const button = (await page.locator('.enable-sheet [type="submit"]').boundingBox())!;
    expect(button.x + button.width).toBeLessThanOrEqual(sheet.x + sheet.width);
  });
});

describe.skipIf(!chromiumPath)(`switching off${reason}`, () => {
  async function ask(): Promise<void> {
    await page.click('[aria-label="Capture in prod-eu-1"]');
    await page.waitForSelector('.slot-choice:has-text("after 45 seconds by default")');
  }

  test('is one more key press, goes step by step, and ends with what was looked up', async () => {
    await open();
    await ask();
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role="dialog"]:has-text("Switching off in prod-eu-1")');
    await page.waitForSelector('.steps [data-state="running"]');
    await page.waitForSelector('.proof:has-text("Nothing of ours is left.")');
    expect(await page.textContent('.proof')).toContain('leases in analysis-emulator');
    await page.keyboard.press('Escape');
    expect(await page.getAttribute('[aria-label="Capture in prod-eu-1"]', 'aria-checked')).toBe('false');
    expect(await card('prod-eu-1').textContent()).not.toContain('Slot in place');
    expect(view.complaints).toEqual([]);
  });

  test('can leave the slot in place, which the proof and the card say, and which can be taken out later', async () => {
    await open();
    await ask();
    await page.click('text=Leave it in place, idle');
    await page.waitForSelector('.slot-choice:has-text("No connection is closed")');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.proof:has-text("Nothing captures. The slot was left in place, idle:")');
    expect(await page.textContent('.proof')).toContain('EnvoyFilter istio-system/packet-inspector-http-slot');
    expect(await page.textContent('.proof')).not.toContain('Nothing of ours is left');
    await page.keyboard.press('Escape');
    expect(await card('prod-eu-1').textContent()).toContain('Slot in place, idle');

    await page.click('[aria-label="Take the slot out of prod-eu-1"]');
    await page.waitForSelector('[role="dialog"]:has-text("Take the slot out of prod-eu-1")');
    await page.waitForSelector('.slot-choice:has-text("after 45 seconds by default")');
    expect(await page.locator('.slot-choice').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.proof:has-text("Nothing of ours is left.")');
    await page.keyboard.press('Escape');
    expect(await card('prod-eu-1').textContent()).not.toContain('Slot in place');
    expect(view.complaints).toEqual([]);
  });

  test('does nothing when it is cancelled', async () => {
    await open();
    await ask();
    await page.click('text=Cancel');
    expect(await page.getAttribute('[aria-label="Capture in prod-eu-1"]', 'aria-checked')).toBe('true');
  });

  test('goes on when its sheet is closed, and tells its end with the way back to the proof', async () => {
    await open();
    await ask();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.steps [data-state="running"]');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.cluster-step:has-text("of 4")');
    await page.click('.notice:has-text("Nothing of ours is left in prod-eu-1.") >> text=Show');
    await page.waitForSelector('.proof:has-text("envoyfilters in all namespaces")');
  });

  test('what is still there is listed, and can be tried again', async () => {
    await open();
    const { engine } = view.server;
    const disable = engine.handlers['clusters.disable'];
    engine.replace('clusters.disable', async (params) => {
      const { cluster, remainder } = await disable(params);
      return { cluster, remainder: { ...remainder, left: ['EnvoyFilter istio-system/http-capture-filter'] } };
    });
    await ask();
    await page.keyboard.press('Enter');
    await page.waitForSelector('.proof:has-text("1 object of ours still there:")');
    await page.waitForSelector('.proof:has-text("EnvoyFilter istio-system/http-capture-filter")');
    engine.replace('clusters.disable', disable);
    await page.click('text=Try again');
    await page.waitForSelector('.proof:has-text("Nothing of ours is left.")');
  });

  test('the demo has a plain switch', async () => {
    await open();
    await page.click('[aria-label="Capture in demo"]');
    await page.waitForSelector('[aria-label="Capture in demo"][aria-checked="false"]');
    await page.click('[aria-label="Capture in demo"]');
    await page.waitForSelector('[aria-label="Capture in demo"][aria-checked="true"]');
    expect(await page.locator('[role="dialog"]').count()).toBe(0);
  });
});

describe.skipIf(!chromiumPath)(`the cards${reason}`, () => {
  test('say what comes, what is lost, who captures, and for how long', async () => {
    await open();
    const text = (await card('prod-eu-1').textContent())!;
    expect(text).toContain('Istio 1.28.1 · shop, epc · HTTP + Diameter 3868 · capturing');
    expect(text).toContain('flows/s1,284');
    expect(text).toContain('byanna@example.org on laptop-7');
    expect(text).toMatch(/lease24:[23]\d/);
    await card('prod-eu-1').locator('.loss-button').click();
    await page.waitForSelector('.loss:has-text("shop/catalog-5c44"):has-text("queue full"):has-text("300")');

    await page.click('[aria-label="Extend the capture in prod-eu-1"]');
    await page.click('[role="menuitem"]:has-text("2 hours from now")');
    await page.waitForFunction(() => /lease(2:00:00|1:59:5\d)/.test(document.body.textContent ?? ''));
    expect(view.complaints).toEqual([]);
  });

  test('say since when the receiver cannot be heard, when it is tried again, and go on counting', async () => {
    const now = Date.now();
    await open([
      contextCard('prod-eu-1', 'Istio 1.28.1 · 142 sidecars in epc, shop · HTTP', {
        state: 'unreachable',
        problem: 'The API server https://10.1.2.3:6443 cannot be reached: connect EHOSTUNREACH. Is the VPN on?',
        connection: { state: 'reconnecting', since: now - 72_000, nextTry: now + 3_600_000 },
        pods: 142,
        lost: 17,
        losses: [{ namespace: 'shop', pod: 'cart-0', stage: 'live tail', kind: 'exchange', reason: 'gone', count: 17 }],
        until: now + 600_000,
        holder: 'anna@example.org on laptop-7',
      }),
    ]);
    const text = (await card('prod-eu-1').textContent())!;
    expect(text).toContain('cannot be reached');
    expect(text).toMatch(/reconnecting01:1\d · again in 3\d\d\d s/);
    expect(text).toMatch(/lost17/);
    expect(text).toMatch(/lease(10:00|09:5\d)/);
    expect(await page.getAttribute('[aria-label="Capture in prod-eu-1"]', 'aria-checked')).toBe('true');
    await page.waitForSelector('.capturing:has-text("prod-eu-1")');
    expect(view.complaints).toEqual([]);
  });

  test('the line at the top counts the lease that ends first, and extends that one', async () => {
    await open();
    const line = page.locator('.capturing');
    expect(await line.textContent()).toMatch(/plaintext in 3 clusters · 164 pods · 0[89]:\d\d left/);
    await line.locator('button').click();
    await page.click('[role="menuitem"]:has-text("30 minutes from now")');
    await page.waitForSelector('.capturing:has-text("24:")');
  });

  test('a broken context says why, and harms no other', async () => {
    await open();
    expect(await card('old-lab').textContent()).toContain('cannot be reached');
    expect(await card('old-lab').textContent()).toContain('ran out on 2026-03-01');
    await openSheet('staging');
  });

  test('"Why?" shows each finding with its evidence and what to do', async () => {
    await open();
    await card('edge-lab').locator('text=Why?').click();
    await page.waitForSelector('.findings h3:has-text("The aggregator of node-3 does not start")');
    expect(await page.textContent('.findings [aria-label="Evidence"]')).toContain('429 Too Many Requests');
    await page.waitForSelector('.findings .remedy code:has-text("kubectl debug node/node-3")');
    await page.click('text=Copy findings');
    const copied = await page.waitForFunction(() => navigator.clipboard.readText());
    expect(await copied.jsonValue()).toContain('error: The aggregator of node-3 does not start');
    view.server.engine.replace('clusters.doctor', () => ({ findings: [] }));
    await page.click('text=Look again');
    await page.waitForSelector('text=Nothing wrong was found.');
  });

  test('many contexts scroll, and the way to open a capture stays', async () => {
    await open(Array.from({ length: 30 }, (_, number) => contextCard(`cluster-${number}`, 'Istio 1.28.1 · ready')));
    const button = (await page.locator('.side-open').boundingBox())!;
    expect(button.y + button.height).toBeLessThanOrEqual(900);
    await card('cluster-29').scrollIntoViewIfNeeded();
    await openSheet('cluster-29');
  });
});
