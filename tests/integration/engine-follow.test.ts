import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionInfo } from '../../app/api/session-types.ts';
import type { FlowRow } from '../../app/api/types.ts';
import { joinBytes } from '../../app/bytes/join.ts';
import { pcapFileHeader, pcapRecord } from '../../app/formats/pcap/pcap-writer.ts';
import { exitCodes } from '../../main/cli/exit-codes.ts';
import { latin1 } from '../support/bytes.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { ipPacket, tcpSegment } from '../support/packets.ts';

const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-follow-'));
const captures = join(import.meta.dirname, '../fixtures/captures/http');
const whole = readFileSync(join(captures, 'h1-h2load.pcap'));
let engine: TestEngine;
let growing: string;
let number = 0;

beforeEach(() => {
  engine = startTestEngine();
  growing = join(folder, `growing-${number++}.pcap`);
});
afterEach(() => engine.dispose());
afterAll(() => rmSync(folder, { recursive: true }));

const info = (): Promise<SessionInfo> => Promise.resolve(engine.handlers['session.info']({}));

/** Waits until all that the file has was read. */
async function caughtUp(size: number): Promise<void> {
  await expect
    .poll(async () => (await info()).reading, { timeout: 20_000 })
    .toEqual({ done: size, total: size, follows: true });
}

async function over(): Promise<SessionInfo> {
  await expect.poll(async () => (await info()).reading, { timeout: 20_000 }).toBeNull();
  return info();
}

async function rowsOf(path: string): Promise<FlowRow[]> {
  const other = startTestEngine();
  try {
    await other.handlers['session.open']({ path });
    while ((await other.handlers['session.info']({})).reading !== null)
      await new Promise((done) => setTimeout(done, 5));
    return await other.rows();
  } finally {
    await other.dispose();
  }
}

describe('a file that is followed', () => {
  it('shows what comes as it is written, ends when it is stopped, and has the flows of the whole file', async () => {
    writeFileSync(growing, '');
    await engine.handlers['session.open']({ path: growing, follow: true });
    await caughtUp(0);
    const counts: number[] = [];
    const step = Math.ceil(whole.length / 5);
    for (let at = 0; at < whole.length; at += step) {
      appendFileSync(growing, whole.subarray(at, at + step));
      await caughtUp(Math.min(whole.length, at + step));
      counts.push((await info()).flows);
    }
    expect(counts.toSorted((a, b) => a - b)).toEqual(counts);
    expect(new Set(counts).size).toBe(5);
    await engine.handlers['session.cancelOpen']({});
    const { problems, canFollow } = await over();
    expect(problems.map(({ text }) => text)).toEqual([`Following was stopped after ${whole.length} bytes.`]);
    expect(canFollow).toBe(true);
    expect(await engine.rows()).toEqual(await rowsOf(growing));
  });

  it('takes a packet that is not whole as one that is being written, also when it is stopped', async () => {
    writeFileSync(growing, whole.subarray(0, 5000));
    await engine.handlers['session.open']({ path: growing, follow: true });
    await caughtUp(5000);
    expect((await info()).problems).toEqual([]);
    await engine.handlers['session.cancelOpen']({});
    expect((await over()).problems.map(({ code }) => code)).toEqual(['file.cancelled']);
    await engine.handlers['session.open']({ path: growing });
    expect((await over()).problems.map(({ severity }) => severity)).toEqual(['warning']);
  });

  it.each([
    ['truncated', () => truncateSync(growing, 100), /was truncated: the 5000 bytes that it had are shown/],
    [
      'replaced',
      () => {
        renameSync(growing, `${growing}.1`);
        writeFileSync(growing, whole);
      },
      /was moved or replaced after 5000 bytes, which are shown\. Open it again/,
    ],
    ['removed', () => rmSync(growing), /was moved or replaced after 5000 bytes/],
  ])('and is %s ends with a sentence, and what was read stays', async (_name, change, sentence) => {
    writeFileSync(growing, whole.subarray(0, 5000));
    await engine.handlers['session.open']({ path: growing, follow: true });
    await caughtUp(5000);
    const rows = await engine.rows();
    expect(rows.length).toBeGreaterThan(0);
    change();
    const { problems } = await over();
    expect(problems).toMatchObject([{ severity: 'note', text: expect.stringMatching(sentence) }]);
    // The connections are closed now; no flow was lost.
    expect((await engine.rows()).map(({ target }) => target)).toEqual(rows.map(({ target }) => target));
  });

  it('and is rotated is read to what was written under its old name first', async () => {
    writeFileSync(growing, whole.subarray(0, 5000));
    await engine.handlers['session.open']({ path: growing, follow: true });
    await caughtUp(5000);
    renameSync(growing, `${growing}.1`);
    appendFileSync(`${growing}.1`, whole.subarray(5000));
    const { problems } = await over();
    expect(problems[0]?.text).toContain(`after ${whole.length} bytes`);
    expect(await engine.rows()).toEqual(await rowsOf(`${growing}.1`));
  });

  it('is refused where it is no capture', async () => {
    writeFileSync(growing, Buffer.alloc(5000, 'no capture '));
    await expect(engine.handlers['session.open']({ path: growing, follow: true })).rejects.toMatchObject({
      code: 'file.format',
    });
  });
});

describe('packet-inspector read --follow', () => {
  const program = join(import.meta.dirname, '../../main/cli/main.ts');

  function start(args: readonly string[]) {
    const child = spawn(process.execPath, [program, 'read', '--follow', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '', errors: '' };
    child.stdout.on('data', (text) => {
      said.out += text;
    });
    child.stderr.on('data', (text) => {
      said.errors += text;
    });
    return { child, said, ended: once(child, 'exit') };
  }

  it('prints what is over while the file grows, and the rest with Ctrl-C', async () => {
    const half = Math.floor(whole.length / 2);
    writeFileSync(growing, whole.subarray(0, half));
    const { child, said, ended } = start([growing, '-T', 'fields', '-e', 'http.request.uri']);
    await expect.poll(() => said.out.split('\n').length, { timeout: 20_000 }).toBeGreaterThan(2);
    const before = said.out;
    appendFileSync(growing, whole.subarray(half));
    await expect.poll(() => said.out.length, { timeout: 20_000 }).toBeGreaterThan(before.length);
    child.kill('SIGINT');
    expect(await ended).toEqual([exitCodes.success, null]);
    expect(said.out.trimEnd().split('\n')).toHaveLength((await rowsOf(growing)).length);
    expect(said.errors).toBe('');
  });

  it('does not keep back what is over because of a call that goes on, which comes when it is over', async () => {
    const call = (clientPort: number, time: bigint) => {
      const client = { from: '10.0.0.1', to: '10.0.0.2', fromPort: clientPort, toPort: 8080 };
      const server = { from: client.to, to: client.from, fromPort: client.toPort, toPort: client.fromPort };
      const segment = (fields: Parameters<typeof tcpSegment>[0], after: bigint) =>
        pcapRecord(time + after, ipPacket(fields.from, fields.to, 6, tcpSegment(fields)));
      const payload = latin1(`GET /${clientPort} HTTP/1.1\r\nhost: shop\r\n\r\n`);
      const answer = latin1('HTTP/1.1 204 No Content\r\n\r\n');
      return {
        request: segment({ ...client, sequence: 1, acknowledgement: 1, payload }, 0n),
        answer: segment({ ...server, sequence: 1, acknowledgement: 1 + payload.length, payload: answer }, 1_000_000n),
      };
    };
    const [long, short] = [call(50_001, 1_000_000_000n), call(50_002, 2_000_000_000n)];
    writeFileSync(growing, joinBytes([pcapFileHeader(101), long.request, short.request, short.answer]));
    const { child, said, ended } = start([growing, '-T', 'fields', '-e', 'http.request.uri']);
    await expect.poll(() => said.out, { timeout: 20_000 }).toBe('/50002\n');
    appendFileSync(growing, long.answer);
    await expect.poll(() => said.out, { timeout: 20_000 }).toBe('/50002\n/50001\n');
    child.kill('SIGINT');
    expect(await ended).toEqual([exitCodes.success, null]);
    expect(said).toEqual({ out: '/50002\n/50001\n', errors: '' });
  });

  it('ends where the file is no capture', async () => {
    const { said, ended } = start([join(import.meta.dirname, '../../README.md')]);
    expect(await ended).toEqual([exitCodes.unreadable, null]);
    expect(said.errors).not.toBe('');
  });
});
