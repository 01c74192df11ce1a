import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Coding, decodeContent } from '../../app/decode/content/content-codings.ts';
import { nodeContentCodings } from './content-codings.ts';

const limit = 1 << 20;
const text = Buffer.from(Array.from({ length: 20_000 }, (_, line) => `line ${(line * 7919) % 1000}\n`).join(''));

const compressors: readonly (readonly [name: string, coding: Coding, compress: (bytes: Uint8Array) => Buffer])[] = [
  ['gzip', 'gzip', gzipSync],
  ['deflate with zlib header', 'deflate', deflateSync],
  ['bare deflate', 'deflate', deflateRawSync],
  ['brotli', 'br', brotliCompressSync],
  ['zstd', 'zstd', zstdCompressSync],
];

describe.each(compressors)('%s', (_name, coding, compress) => {
  test('what was compressed comes out again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (bytes) => {
        const { bytes: inflated, end } = await nodeContentCodings.inflate(coding, compress(bytes), limit);
        expect([Buffer.from(inflated), end]).toEqual([Buffer.from(bytes), 'whole']);
      }),
      { numRuns: 40 },
    );
  });

  test('a bomb is stopped at the limit', async () => {
    const bomb = compress(Buffer.alloc(64 << 20));
    const before = process.memoryUsage().arrayBuffers;
    const { bytes, end } = await nodeContentCodings.inflate(coding, bomb, limit);
    expect([bytes.length, end]).toEqual([limit, 'limit']);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
  });

  test('exactly the limit is whole', async () => {
    const { bytes, end } = await nodeContentCodings.inflate(coding, compress(text), text.length);
    expect([bytes.length, end]).toEqual([text.length, 'whole']);
  });

  test('a stream cut at any place gives a beginning of the content', async () => {
    const whole = compress(text);
    for (let length = 0; length < whole.length; length += Math.ceil(whole.length / 50)) {
      const { bytes, end } = await nodeContentCodings.inflate(coding, whole.subarray(0, length), limit);
      expect(end).toBe('truncated');
      expect(Buffer.from(bytes).equals(text.subarray(0, bytes.length))).toBe(true);
    }
  });

  test('damage anywhere costs no exception and no time', async () => {
    const whole = compress(text.subarray(0, 20_000));
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = Uint8Array.from(whole);
        damaged[at]! ^= change;
        const { bytes } = await nodeContentCodings.inflate(coding, damaged, limit);
        expect(bytes.length).toBeLessThanOrEqual(limit);
      }),
      { numRuns: 60 },
    );
  });
});

test('what comes before the damage is kept', async () => {
  const whole = gzipSync(text);
  const intact = Math.floor(whole.length * 0.8);
  const cut = await nodeContentCodings.inflate('gzip', whole.subarray(0, intact), limit);
  const broken = await nodeContentCodings.inflate('gzip', whole.fill(0xff, intact), limit);
  expect(broken.end).toBe('broken');
  expect(broken.bytes.length).toBeGreaterThan(cut.bytes.length * 0.9);
  expect(text.subarray(0, cut.bytes.length * 0.9)).toEqual(
    Buffer.from(broken.bytes.subarray(0, cut.bytes.length * 0.9)),
  );
});

test('gzip members and zstd frames in a row are one content', async () => {
  for (const [coding, compress] of [
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    const row = Buffer.concat([compress('one '), compress('two '), compress('three')]);
    const { bytes, end } = await nodeContentCodings.inflate(coding, row, limit);
    expect([Buffer.from(bytes).toString(), end]).toEqual(['one two three', 'whole']);
  }
});

describe('Content-Encoding', () => {
  const decode = (bytes: Uint8Array, field: string, bound = limit) =>
    decodeContent(bytes, field, nodeContentCodings, bound);

  test('several codings are undone from the last to the first', async () => {
    const { bytes, stopped } = await decode(brotliCompressSync(gzipSync(text)), 'identity, X-GZip , br');
    expect([Buffer.from(bytes).equals(text), stopped]).toEqual([true, '']);
  });

  test('an unknown coding is said, and what is outside of it is undone', async () => {
    const { bytes, stopped } = await decode(gzipSync('abc'), 'sdch, gzip');
    expect([Buffer.from(bytes).toString(), stopped]).toEqual(['abc', 'The content coding sdch is not known.']);
  });

  test('a bomb in a bomb is stopped', async () => {
    const { bytes, stopped } = await decode(gzipSync(gzipSync(Buffer.alloc(50 << 20))), 'gzip, gzip', 4096);
    expect(bytes.length).toBe(4096);
    expect(stopped).toBe('Decoding stopped at 4 KiB: the gzip content is longer than what is decoded for viewing.');
  });

  test('why it stopped is told', async () => {
    expect((await decode(Buffer.from('{"plain":true}'), 'gzip')).stopped).toBe('The content is not gzip.');
    const cut = gzipSync(text);
    expect((await decode(cut.subarray(0, cut.length - 20), 'gzip')).stopped).toMatch(
      /^The gzip content ends in the middle; /,
    );
    expect((await decode(new Uint8Array(0), 'gzip')).stopped).toBe('');
  });
});
