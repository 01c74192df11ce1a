import { execFile, execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlowRow } from '../../app/api/types.ts';
import { exitCodes } from '../../main/cli/exit-codes.ts';
import { writeMixedCapture } from '../bench/open/mixed-capture.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';

/** As root nothing is forbidden: then this user, who owns nothing, runs the program. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

let folder: string;
let engine: TestEngine;
/** What is shown before anything wrong is opened. */
let shown: string;
let rows: FlowRow[];

function path(name: string): string {
  return join(folder, name);
}

/** Opens a file and waits for its end. */
async function open(file: string): Promise<void> {
  await engine.handlers['session.open']({ path: file });
  while ((await engine.handlers['session.info']({})).reading !== null) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly errors: string[];
}

function read(file: string, uid?: number): Promise<Outcome> {
  const program = join(import.meta.dirname, '../../main/cli/main.ts');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, 'read', file],
      { encoding: 'utf8', ...(uid === undefined ? {} : { uid, gid: uid, cwd: '/' }) },
      (error, out, errors) => {
        const lines = errors.split('\n').filter((line) => line !== '');
        resolve({ code: error === null ? 0 : Number(error.code), out, errors: lines });
      },
    );
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'packet-inspector-wrong-'));
  chmodSync(folder, 0o755);
  shown = path('good.pcap');
  writeMixedCapture(shown, 1_000_000);
  const good = readFileSync(shown);
  writeFileSync(path('empty.pcap'), '');
  writeFileSync(path('empty.pcap.gz'), gzipSync(''));
  writeFileSync(path('photo.jpg'), Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 4));
  writeFileSync(path('garbage.gz'), Buffer.concat([Uint8Array.of(0x1f, 0x8b, 8, 0), Buffer.alloc(500, 0xa5)]));
  writeFileSync(path('garbage.zst'), Buffer.concat([Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd), Buffer.alloc(500, 0xa5)]));
  writeFileSync(path('photo.jpg.gz'), gzipSync(readFileSync(path('photo.jpg'))));
  writeFileSync(path('secret.pcap'), good, { mode: 0o600 });
  execFileSync('mkfifo', [path('pipe')]);
  engine = startTestEngine();
  await open(shown);
  rows = await engine.rows();
});

afterAll(async () => {
  await engine.dispose();
  rmSync(folder, { recursive: true });
});

describe('a file that is no capture', () => {
  const cases = [
    ['empty.pcap', 'file.empty', 'The file is empty.'],
    ['empty.pcap.gz', 'file.empty', 'The file is empty.'],
    ['photo.jpg', 'file.format', 'it begins with the mark of a JPEG image'],
    ['photo.jpg.gz', 'file.format', 'it begins with the mark of a JPEG image'],
    ['.', 'file.directory', 'is a folder, not a capture file.'],
    ['missing.pcap', 'file.missing', 'There is no file'],
    ['good.pcap/inside.pcap', 'file.missing', 'There is no file'],
    ['pipe', 'file.special', 'is a device or a pipe, not a capture file.'],
    ['garbage.gz', 'file.broken', 'The file could not be read to its end'],
    ['garbage.zst', 'file.broken', 'The file could not be read to its end'],
  ] as const;

  it.each(cases)('%s gives one sentence and disturbs nothing', async (name, code, text) => {
    const file = path(name);
    const failure = engine.handlers['session.open']({ path: file });
    await expect(failure).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
    expect(await engine.handlers['session.info']({})).toMatchObject({ path: shown, reading: null, problems: [] });
    expect(await engine.rows()).toEqual(rows);

    const told = await read(file);
    expect([told.code, told.out]).toEqual([exitCodes.unreadable, '']);
    expect(told.errors).toHaveLength(1);
    expect(told.errors[0]).toContain(text);
    expect(told.errors[0]).toMatch(/^packet-inspector: .*\.$/);
  });

  it.skipIf(!isRoot)('a file of somebody else', async () => {
    const { code, errors } = await read(path('secret.pcap'), nobody);
    expect([code, errors]).toEqual([
      exitCodes.unreadable,
      [`packet-inspector: You have no permission to read ${path('secret.pcap')}.`],
    ]);
  });
});

describe('a file that is not whole', () => {
  it('is read as far as it is written while somebody writes it', async () => {
    const growing = path('growing.pcap');
    const good = readFileSync(shown);
    const half = Math.floor(good.length / 2);
    writeFileSync(growing, good.subarray(0, half));
    let isRead = false;
    const opened = open(growing).then(() => {
      isRead = true;
    });
    // However long it takes: it goes on growing, and is not whole before it was read.
    let at = half;
    for (; !isRead; at++) {
      appendFileSync(growing, good.subarray(at, at + 1));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await opened;
    appendFileSync(growing, good.subarray(at));
    const { problems, flows } = await engine.handlers['session.info']({});
    expect(flows).toBeGreaterThan(0);
    expect(flows).toBeLessThan(rows.length);
    expect(problems.map(({ code, severity }) => [code, severity])).toContainEqual(['file.growing', 'note']);
    expect(problems.filter(({ code }) => code.startsWith('pcap.'))).toEqual([]);
    await open(growing);
    expect(await engine.rows()).toEqual(rows);
    expect((await engine.handlers['session.info']({})).problems).toEqual([]);
  });

  it('keeps what came before the place where compression breaks off', async () => {
    const good = readFileSync(shown);
    for (const [name, packed] of [
      ['cut.pcap.gz', gzipSync(good)],
      ['cut.pcap.zst', zstdCompressSync(good)],
    ] as const) {
      const file = path(name);
      writeFileSync(file, packed);
      await open(file);
      expect(await engine.rows()).toEqual(rows);
      truncateSync(file, Math.floor(statSync(file).size * 0.9));
      await open(file);
      const { flows, problems } = await engine.handlers['session.info']({});
      expect([name, flows > 0 && flows < rows.length]).toEqual([name, true]);
      expect(problems.map(({ code }) => code)).toContain('file.broken');
      const told = await read(file);
      expect([told.code, told.out.trimEnd().split('\n').length]).toEqual([exitCodes.damaged, flows]);
    }
  });
});
