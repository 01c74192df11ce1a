import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core-electron9';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildFolder } from '../../main/tasks/paths.ts';
import { type Display, displayIsInstalled, startDisplay } from '../support/display.ts';
import {
  type ApplicationFolder,
  electronIsThere,
  launch,
  layApplication,
  packageApplication,
} from '../support/electron.ts';
import { filesOfArchive, fusesOf } from '../support/packaged.ts';
import { tsharkFields, tsharkIsInstalled } from '../support/tshark.ts';

const missing = [
  ...(electronIsThere ? [] : ['Electron']),
  ...(displayIsInstalled ? [] : ['Xvfb']),
  ...(tsharkIsInstalled ? [] : ['tshark']),
];
const reason = missing.length > 0 ? ` (needs ${missing.join(', ')}: npm run parts)` : '';

let display: Display;
let folder: ApplicationFolder;
let application: ElectronApplication | null = null;

/** Ports on which a process of the application's tree listens. */
function listeningSockets(pid: number): string[] {
  const children = (parent: number): number[] => {
    const direct = execFileSync('sh', ['-c', `cat /proc/${parent}/task/*/children 2>/dev/null || true`], {
      encoding: 'utf8',
    });
    const pids = direct.split(/\s+/).filter(Boolean).map(Number);
    return [parent, ...pids.flatMap(children)];
  };
  const inodes = children(pid).flatMap((process) =>
    execFileSync(
      'sh',
      ['-c', `ls -l /proc/${process}/fd 2>/dev/null | grep -o 'socket:\\[[0-9]*' | grep -o '[0-9]*$' || true`],
      {
        encoding: 'utf8',
      },
    )
      .split('\n')
      .filter(Boolean),
  );
  const mine = new Set(inodes);
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    execFileSync('cat', [table], { encoding: 'utf8' })
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      // State 0A is LISTEN; the tenth column is the socket's inode.
      .filter((columns) => columns[3] === '0A' && mine.has(columns[9] ?? ''))
      .map((columns) => columns[1]!),
  );
}

/** Switches the demo on, selects a flow, filters, saves and hands over to Wireshark, as a person would. */
/** Where a step got stuck is easier to see than to guess. */
async function shown(page: Page, step: (failures: string[]) => Promise<void>): Promise<void> {
  const failures: string[] = [];
  try {
    await step(failures);
  } catch (error) {
    await page.screenshot({ path: join(buildFolder, 'electron-smoke.png') });
    throw new Error(failures.join('\n') || 'no exception in the page', { cause: error });
  }
}

async function walkThrough(app: ElectronApplication, page: Page, failures: string[]): Promise<void> {
  page.on('pageerror', (error) => failures.push(String(error.stack)));
  // React tells an exception while drawing to the console where the page has no reportError.
  page.on('console', (message) => {
    if (message.type() === 'error') failures.push(message.text());
  });
  await page.waitForSelector('[role=switch]');
  expect(await page.evaluate(() => [location.origin, typeof process, typeof require].join())).toBe(
    'app://packet-inspector,undefined,undefined',
  );

  // Whatever text comes into the page, it becomes no markup.
  const insert = () => {
    try {
      document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=alert(1)>');
    } catch (error) {
      return String(error);
    }
    return 'inserted';
  };
  expect(await page.evaluate(insert)).toContain("requires 'TrustedHTML'");
  expect(failures.splice(0)).toHaveLength(1);

  const sockets = listeningSockets(app.process().pid!);
  await page.click('[role=switch]');
  for (const protocol of ['HTTP/1.1', 'HTTP/2', 'gRPC', 'Diameter']) {
    await page.waitForSelector(`.flow-row:has-text("${protocol}")`, { timeout: 15_000 });
  }
  // What playwright itself listens on for driving the window was there before; nothing was added.
  expect(listeningSockets(app.process().pid!)).toEqual(sockets);

  await page.click('.cm-content');
  await page.keyboard.type('diameter ');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => {
    const rows = Array.from(document.querySelectorAll('.flow-row'));
    return rows.length > 0 && rows.every((row) => row.textContent?.includes('Diameter'));
  });

  // Whichever row has come to where the pointer is: each is one of these.
  await page.click('.flow-row');
  await page.waitForSelector('#flow-detail:has-text("Origin-Host")');

  const saved = join(folder.path, '..', `saved-${Date.now()}.pcapng`);
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, saved);
  await page.click('button:has-text("Save pcapng")');
  await expect.poll(() => existsSync(saved) && statSync(saved).size > 0, { timeout: 10_000 }).toBe(true);
  expect(statSync(saved).mode & 0o777).toBe(0o600);
  const commands = tsharkFields(saved, ['diameter.cmd.code'], 'diameter');
  expect(commands.length).toBeGreaterThan(0);
  expect(tsharkFields(saved, ['http.request.method'], 'http.request')).toEqual([]);

  await page.click('button:has-text("Open in Wireshark")');
  await expect.poll(() => folder.wiresharkArguments(), { timeout: 10_000 }).not.toBeNull();
  const args = folder.wiresharkArguments()!;
  const file = args[args.indexOf('-r') + 1]!;
  expect(args).toContain('-r');

  // What a second start, or the file manager, asks to open is opened in this window.
  await app.evaluate(({ BrowserWindow }, path) => {
    BrowserWindow.getAllWindows()[0]!.webContents.send('file.open', path);
  }, saved);
  await page.waitForSelector('.top-bar:has-text("saved-")');
  expect(failures).toEqual([]);
  expect(tsharkFields(file, ['diameter.cmd.code'], 'diameter').length).toBeGreaterThan(0);
}

describe.skipIf(missing.length > 0)(`the window of Electron${reason}`, () => {
  beforeAll(async () => {
    display = await startDisplay();
    folder = layApplication();
  });

  afterEach(async () => {
    await application?.close();
    application = null;
  });

  afterAll(() => {
    display.stop();
    folder.remove();
  });

  test('works from the build', async () => {
    application = await launch(folder, display.name, null);
    const page = await application.firstWindow();
    await shown(page, (failures) => walkThrough(application!, page, failures));
  });

  test('gives its page nothing of the machine, and lets it lead nowhere else', async () => {
    application = await launch(folder, display.name, null);
    const page = await application.firstWindow();
    await page.waitForSelector('[role=switch]');
    const preferences = await application.evaluate(({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!;
      // Not in the types: what the window was really made with.
      return (webContents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences();
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    });
    for (const loosened of ['allowRunningInsecureContent', 'experimentalFeatures', 'enableBlinkFeatures'])
      expect(Boolean((preferences as Record<string, unknown>)[loosened]), loosened).toBe(false);

    // It would let itself be read, if it were asked.
    const requests: string[] = [];
    const elsewhere = createServer((request, response) => {
      requests.push(request.url ?? '');
      response.writeHead(200, { 'access-control-allow-origin': '*' }).end('elsewhere');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      elsewhere.closeAllConnections();
      elsewhere.close();
    });
    const address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    expect(await (await fetch(`${address}own`)).text()).toBe('elsewhere');

    const tried = await page.evaluate(async (address) => {
      const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'no answer'));
      const outcome = (work: Promise<unknown>) => Promise.race([work.then(String, () => 'refused'), late]);
      const frame = document.createElement('iframe');
      frame.src = 'app://packet-inspector/';
      document.body.append(frame);
      return {
        file: await outcome(fetch('file:///etc/passwd')),
        elsewhere: await outcome(fetch(address)),
        above: await outcome(fetch('/%2e%2e/%2e%2e/package.json').then(({ status }) => status)),
        notifications: await outcome(Notification.requestPermission()),
        frames: Array.from({ length: frames.length }, (_, index) => {
          try {
            return frames[index]!.document.body.childElementCount;
          } catch {
            return 0;
          }
        }),
      };
    }, address);
    expect(tried).toEqual({
      file: 'refused',
      elsewhere: 'refused',
      above: '404',
      notifications: 'denied',
      frames: [0],
    });
    await page.evaluate((address) => void setTimeout(() => location.assign(address)), address);
    await page.waitForTimeout(500);
    expect(page.url()).toBe('app://packet-inspector/');
    expect(requests).toEqual(['/own']);
    expect(await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  test('says what is wrong with a file that it is started with, and with one that is dropped', async () => {
    const picture = join(folder.path, '..', 'picture.pcap');
    writeFileSync(picture, Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16));
    application = await launch(folder, display.name, null, [picture]);
    const page = await application.firstWindow();
    await shown(page, async () => {
      await page.waitForSelector('.notice:has-text("it begins with the mark of a JPEG image")');
      await page.click('.notice [aria-label="Close"]');
      // A file of the page itself has no path.
      const transfer = await page.evaluateHandle(() => {
        const made = new DataTransfer();
        made.items.add(new File(['x'], 'attachment.pcap'));
        return made;
      });
      await page.dispatchEvent('.app', 'dragenter', { dataTransfer: transfer });
      await page.dispatchEvent('.drop-area', 'drop', { dataTransfer: transfer });
      await page.waitForSelector('.notice:has-text("attachment.pcap is not a file on this machine")');
    });
  });

  test('reads and writes a values file where a dialog said, and not over what others wrote', async () => {
    const file = join(folder.path, '..', 'aspen-mesh-override-values.yaml');
    writeFileSync(file, '# ours\r\naspen-mesh-packet-inspector:\r\n  enabled: false # for now\r\n');
    application = await launch(folder, display.name, null);
    const page = await application.firstWindow();
    await application.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] });
    }, file);
    await shown(page, async () => {
      await page.waitForSelector('[role=switch]');
      await page.keyboard.press('Control+k');
      await page.keyboard.type('override values');
      await page.keyboard.press('Enter');
      await page.click('.values-dialog >> text=Open…');
      await page.fill('.values-field >> css=input[inputmode=text]', 'tool.analysis.svc.cluster.local:21000');
      await page.click('.values-dialog button:text-is("Save")');
      await page.waitForSelector('.values-state:text-is("saved")');
      const saved =
        '# ours\r\naspen-mesh-packet-inspector:\r\n  enabled: false # for now\r\n  analysis:\r\n    address: tool.analysis.svc.cluster.local:21000\r\n';
      expect(readFileSync(file, 'utf8')).toBe(saved);

      writeFileSync(file, 'theirs: true\n');
      await page.check('.values-field >> css=input[type=checkbox]');
      await page.keyboard.press('Control+s');
      await page.waitForSelector('.values-note:has-text("has changed on disk since it was opened here")');
      expect(readFileSync(file, 'utf8')).toBe('theirs: true\n');
      await page.click('.values-note button:text-is("Replace it")');
      await page.waitForSelector('.values-state:text-is("saved")');
      expect(readFileSync(file, 'utf8')).toBe(saved.replace('enabled: false', 'enabled: true'));

      // A window with changes that are not saved asks before it closes: Electron does, so playwright is not to answer.
      page.on('dialog', () => {});
      await page.uncheck('.values-field >> css=input[type=checkbox]');
      await page.waitForSelector('.values-state:text-is("not saved")');
      const asked = await application!.evaluate(
        ({ BrowserWindow, dialog }) =>
          new Promise<string>((resolve) => {
            dialog.showMessageBoxSync = (...given: readonly unknown[]) => {
              resolve((given[1] as { message: string }).message);
              return 0;
            };
            BrowserWindow.getAllWindows()[0]!.close();
          }),
      );
      expect(asked).toBe('The values file has changes that are not saved.');
      await page.check('.values-field >> css=input[type=checkbox]');
      await page.waitForSelector('.values-state:text-is("saved")');
    });
  });

  test('comes back with the size that it was left with', async () => {
    application = await launch(folder, display.name, null);
    await application.firstWindow();
    const size = () =>
      application!.evaluate(({ BrowserWindow }) => {
        const { width, height } = BrowserWindow.getAllWindows()[0]!.getBounds();
        return [width, height];
      });
    expect(await size()).not.toEqual([1_000, 700]);
    await application.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]!.setSize(1_000, 700);
    });
    await expect.poll(size).toEqual([1_000, 700]);
    await application.close();
    application = await launch(folder, display.name, null);
    await application.firstWindow();
    expect(await size()).toEqual([1_000, 700]);
  });

  test('works packaged, with its fuses set and nothing in the package that does not belong there', async () => {
    const packaged = packageApplication(folder);
    // In the order of @electron/fuses: no plain Node, encrypted cookies, no NODE_OPTIONS, no inspector, checked archive, no other code,
    // the usual snapshot, no privileges of file:.
    expect(fusesOf(join(packaged, 'packet-inspector'))).toBe('01001100');
    const files = filesOfArchive(join(packaged, 'resources', 'app.asar'));
    for (const name of ['package.json', 'LICENSE', 'build/shell/preload.cjs', 'build/renderer/third-party-licenses.md'])
      expect(files).toContain(name);
    expect(files.filter((name) => !/^(package\.json|LICENSE|build\/|resources\/)/.test(name))).toEqual([]);
    expect(files.filter((name) => /\.(map|ts|tsx)$|node_modules|packaging|(^|\/)\./.test(name))).toEqual([]);
    application = await launch(folder, display.name, packaged);
    const page = await application.firstWindow();
    await shown(page, (failures) => walkThrough(application!, page, failures));
  });
});
