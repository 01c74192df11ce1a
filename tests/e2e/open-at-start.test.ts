import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { LINKTYPE_RAW } from '../../app/formats/pcap/pcap-format.ts';
import { pcapFileHeader, pcapRecord } from '../../app/formats/pcap/pcap-writer.ts';
import { exitCodes } from '../../main/cli/exit-codes.ts';
import { chromiumPath, launchChromium, withoutChromium } from '../support/chromium.ts';
import { SYN, tcpPacket } from '../support/packets.ts';
import { startServed } from '../support/served.ts';

const missing = join(import.meta.dirname, 'missing.pcap');

describe.skipIf(!chromiumPath)(`a capture file that the view is started with${withoutChromium}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  test('and cannot be opened is said in the view, on standard error and by the exit code', async () => {
    const served = await startServed(['--open', missing]);
    onTestFinished(async () => void (await served.stop()));
    const page = await browser.newPage({ viewport: { width: 1300, height: 800 } });
    onTestFinished(() => page.close());
    page.setDefaultTimeout(15_000);
    await page.goto(served.address);
    await page.waitForSelector(`[role="alert"]:has-text("There is no file ${missing}.")`);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      if (process.env.SCREENSHOTS)
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/refused-${colorScheme}.png` });
    }
    await page.click('text=Begin an empty session');
    await page.waitForSelector('text=No flows here yet.');
    const { code, complaints } = await served.stop();
    expect(complaints).toBe(`packet-inspector: There is no file ${missing}.\n`);
    expect(code).toBe(exitCodes.unreadable);
  });

  test('and was made to do harm is shown, and nothing of it is obeyed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const capture = join(folder, 'hostile.pcap');
    const client = { from: '10.0.0.1', to: '10.0.0.2', fromPort: 50_000, toPort: 8080 };
    const server = { from: '10.0.0.2', to: '10.0.0.1', fromPort: 8080, toPort: 50_000 };
    const body = '<svg onload="document.title=1"><script>document.title=2</script><img src="http://127.0.0.1:9/x">';
    const request = 'GET /gpj.\u202eexe HTTP/1.1\r\nHost: a\r\nX-Note: <b>\u001b[2J\u009b31m</b>\r\n\r\n';
    const answer = `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const packets = [
      tcpPacket({ ...client, sequence: 0, flags: SYN }, 1n),
      tcpPacket({ ...client, sequence: 1, payload: Buffer.from(request) }, 2n),
      tcpPacket({ ...server, sequence: 1, payload: Buffer.from(answer) }, 3n),
    ];
    const records = packets.map(({ time, data }) => pcapRecord(time, data));
    writeFileSync(capture, Buffer.concat([pcapFileHeader(LINKTYPE_RAW), ...records]));
    const served = await startServed(['--open', capture]);
    onTestFinished(async () => void (await served.stop()));
    const page = await browser.newPage({ viewport: { width: 1300, height: 800 } });
    onTestFinished(() => page.close());
    page.setDefaultTimeout(15_000);
    const asked: string[] = [];
    page.on('request', (each) => asked.push(each.url()));
    await page.goto(served.address);
    await page.click('.flow-row:has-text("/gpj.\\\\u202eexe")');
    await page.waitForSelector('#flow-detail:has-text("<b>\\\\x1b[2J")');
    await page.click('[role=tab]:has-text("Body")');
    await page.waitForSelector('.text-view:has-text("<script>document.title=2")');
    expect(await page.title()).toBe('Packet Inspector');
    expect(await page.locator('#flow-detail svg[onload], #flow-detail img, #flow-detail b').count()).toBe(0);
    expect(asked.filter((url) => !url.startsWith(new URL(served.address).origin))).toEqual([]);
  });

  test('and holds nothing that is read here says what it does hold', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const capture = join(folder, 'encrypted.pcap');
    const ends = { from: '10.0.0.1', to: '10.0.0.2', fromPort: 50_000, toPort: 443 };
    const hello = Uint8Array.of(22, 3, 1, 0, 4, 1, 0, 0, 0);
    const packets = [
      tcpPacket({ ...ends, sequence: 0, flags: SYN }, 1n),
      tcpPacket({ ...ends, sequence: 1, payload: hello }, 2n),
    ];
    const records = packets.map(({ time, data }) => pcapRecord(time, data));
    writeFileSync(capture, Buffer.concat([pcapFileHeader(LINKTYPE_RAW), ...records, Buffer.from('cut')]));
    const served = await startServed(['--open', capture]);
    onTestFinished(async () => void (await served.stop()));
    const page = await browser.newPage({ viewport: { width: 1300, height: 800 } });
    onTestFinished(() => page.close());
    page.setDefaultTimeout(15_000);
    await page.goto(served.address);
    await page.waitForSelector('text=No HTTP, gRPC or Diameter is in encrypted.pcap.');
    await page.waitForSelector('.list-screen :text("1 conversation is encrypted by TLS")');
    await page.click('.status-bar button:has-text("+1")');
    await page.waitForSelector('.session-problems li:nth-child(2):has-text("encrypted by TLS")');
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      if (process.env.SCREENSHOTS)
        await page.screenshot({ path: `${process.env.SCREENSHOTS}/nothing-read-${colorScheme}.png` });
    }
  });
});
