import { describe, expect, it } from 'vitest';
import { mostFiles, readList, readPieces, readWhole, wholeCommand } from './emulator-commands.ts';

const pod = { namespace: 'analysis-emulator', pod: 'emulator-0' };
const name = 'diameter-client-6464c65b66-4c8jl-1339708294-1857878061-1675782061987009574.bson';
const file = { ...pod, name, size: 2048, changed: 1_675_782_061_000 };

describe('the list of an emulator’s files', () => {
  it('has captures of any name, and nothing that could lead elsewhere', () => {
    const odd = ['-rf.pcap', 'a b.pcap', 'shop|cart?q=%2F&(1)~é.bson', '2026-11-30T20:00:00+01:00.bson'];
    const wrong = ['../../etc/passwd.bson', 'a/b.bson', 'a\tb.bson', '\x1b[2J.bson', '\ufffd.bson'];
    const unfinished = ['.a.bson'];
    const printed = [name, ...odd, ...wrong, ...unfinished].map((one) => `2048 1675782061 ./${one}\n`);
    expect(readList(pod, `find: no\n${printed.join('')}`)).toEqual({
      files: [name, ...odd].map((one) => ({ ...file, name: one })),
      cut: false,
      odd: wrong.length - 1,
    });
  });

  it('ends at the newest, and says that there are more', () => {
    const { files, cut } = readList(pod, `1 2 ./a.bson\n`.repeat(mostFiles + 1));
    expect([files.length, cut]).toEqual([mostFiles, true]);
  });
});

describe('pieces of files', () => {
  const pieces = [3, 2, 4].map((length) => ({ file, from: 0, length }));
  const bytes = (text: string) => new TextEncoder().encode(text);

  it('are the bytes that were asked for, whatever is in them, and null for a file that has gone', () => {
    const read = readPieces(pieces, bytes('+\nab\n-\n+\n+\n-\n'));
    expect(read.map((piece) => piece && new TextDecoder().decode(piece))).toEqual(['ab\n', null, '+\n-\n']);
  });

  it('are of whole files by one program, unless one of them was written to meanwhile', () => {
    const whole = [2, 1].map((size) => ({ file: { ...file, size }, from: 0, length: size }));
    expect(wholeCommand(whole)?.slice(-2)).toEqual([`./${name}`, `./${name}`]);
    expect(wholeCommand(pieces)).toBeNull();
    const text = (printed: string) => readWhole(whole, bytes(printed))?.map((piece) => new TextDecoder().decode(piece));
    expect([text('abc'), text('ab'), text('abcd')]).toEqual([['ab', 'c'], undefined, undefined]);
  });

  it('are refused where the shell printed something else', () => {
    for (const printed of ['', 'sh: no\n', '+\nab\n-\n+\n+\n-', '+\nab\n-\n+\n+\n-\n+']) {
      expect(() => readPieces(pieces, bytes(printed))).toThrow('something else than the files');
    }
  });
});
