import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  listCommand,
  readCommand,
  readList,
  readPieces,
  readWhole,
  wholeCommand,
} from '../../app/mesh/aspen/emulator-commands.ts';

const where = spawnSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).stdout.trim();
const missing = where === '' ? ' (skipped: busybox is not installed; see npm run parts)' : '';
const pod = { namespace: 'analysis-emulator', pod: 'emulator-0' };
const name = (index: number) => `commands-${process.pid}-${index}.bson`;
const count = 20;

/** The programs that an image has: those of the machine, and those of busybox alone, as small images have them. */
describe.each(['gnu', 'busybox'] as const)('what is asked of an emulator’s container, by %s', (kind) => {
  describe.skipIf(kind === 'busybox' && where === '')(`its programs${kind === 'busybox' ? missing : ''}`, () => {
    let programs: string;

    beforeAll(() => {
      programs = mkdtempSync(join(tmpdir(), 'programs-'));
      if (kind === 'busybox')
        for (const applet of ['sh', 'find', 'stat', 'sort', 'head', 'tail', 'cat'])
          symlinkSync(where, join(programs, applet));
      for (let index = 0; index < count; index++) {
        writeFileSync(join('/tmp', name(index)), 'x'.repeat(index + 2));
        utimesSync(join('/tmp', name(index)), 4_000_000_000, 4_000_000_000 + index);
      }
    });

    afterAll(() => {
      rmSync(programs, { recursive: true });
      for (let index = 0; index < count; index++) rmSync(join('/tmp', name(index)));
    });

    function run([program, ...args]: readonly string[]) {
      const path = kind === 'busybox' ? programs : process.env.PATH;
      const { status, stdout } = spawnSync(kind === 'busybox' ? join(programs, program!) : program!, args, {
        env: { PATH: path },
        maxBuffer: 1 << 27,
      });
      expect(status).toBe(0);
      return stdout;
    }
    const listed = () =>
      readList(pod, run(listCommand).toString()).files.filter((file) =>
        file.name.startsWith(`commands-${process.pid}-`),
      );

    it('list files, the newest first', () => {
      expect(listed().map((file) => file.name)).toEqual(Array.from({ length: count }, (_, at) => name(count - 1 - at)));
      expect(listed()[0]).toMatchObject({ size: count + 1, changed: (4_000_000_000 + count - 1) * 1000 });
    });

    it('give pieces, and say which file has gone', () => {
      const [file] = listed();
      const gone = { ...file!, name: name(999) };
      const pieces = [
        { file: file!, from: 3, length: 4 },
        { file: gone, from: 0, length: 9 },
        { file: file!, from: 0, length: 2 },
      ];
      expect(readPieces(pieces, run(readCommand(pieces))).map((bytes) => bytes?.length ?? null)).toEqual([4, null, 2]);
    });

    it('give files whatever their names are', () => {
      const names = [`-rf ${process.pid}.bson`, `$(id) "q" '; é ${process.pid}|*?[a].pcap`, `\\ ${process.pid}.bson`];
      try {
        for (const odd of names) writeFileSync(join('/tmp', odd), odd);
        const { files } = readList(pod, run(listCommand).toString());
        const found = names.map((odd) => files.find((file) => file.name === odd)!);
        const read = readWhole(
          found.map((file) => ({ file, from: 0, length: file.size })),
          run(wholeCommand(found.map((file) => ({ file, from: 0, length: file.size })))!),
        );
        expect(read?.map((bytes) => Buffer.from(bytes).toString())).toEqual(names);
        const pieces = found.map((file) => ({ file, from: 1, length: 2 }));
        const begins = readPieces(pieces, run(readCommand(pieces)));
        expect(begins.map((bytes) => Buffer.from(bytes!).toString())).toEqual(names.map((odd) => odd.slice(1, 3)));
      } finally {
        for (const odd of names) rmSync(join('/tmp', odd), { force: true });
      }
    });

    it('give whole files behind one another', () => {
      const pieces = listed().map((file) => ({ file, from: 0, length: file.size }));
      const whole = readWhole(pieces, run(wholeCommand(pieces)!));
      expect(whole?.map((bytes) => bytes.length)).toEqual(pieces.map(({ length }) => length));
    });
  });
});
