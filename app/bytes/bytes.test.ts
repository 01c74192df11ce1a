import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from './base64.ts';
import { ByteQueue } from './byte-queue.ts';
import { Cursor } from './cursor.ts';
import { fromHex, toHex } from './hex.ts';
import { addToChecksum, internetChecksum } from './internet-checksum.ts';

describe('Cursor', () => {
  it('reads network byte order', () => {
    const cursor = new Cursor(fromHex('01 0203 040506 0708090a 0b0c0d0e0f101112 aabb')!);
    expect([cursor.u8(), cursor.u16(), cursor.u24(), cursor.u32()]).toEqual([1, 0x0203, 0x040506, 0x0708090a]);
    expect(cursor.u64()).toBe(0x0b0c0d0e0f101112n);
    expect(toHex(cursor.take(2))).toBe('aabb');
    expect([cursor.remaining, cursor.failed]).toEqual([0, false]);
  });

  it('fails once instead of throwing, and stays at the end', () => {
    const cursor = new Cursor(fromHex('ff 01')!, 1);
    expect(cursor.u16()).toBe(0);
    expect([cursor.failed, cursor.u8(), cursor.u64(), cursor.take(1).length]).toEqual([true, 0, 0n, 0]);
    expect(new Cursor(new Uint8Array(4), 2, 99).remaining).toBe(2);
  });
});

describe('ByteQueue', () => {
  it('gives every byte once and in order, however input is split and used', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 700 })),
        fc.array(fc.nat(900), { minLength: 1 }),
        (inputs, uses) => {
          const queue = new ByteQueue();
          const taken: number[] = [];
          inputs.forEach((bytes, index) => {
            const input = queue.join(bytes);
            const used = Math.min(uses[index % uses.length]!, input.length);
            taken.push(...input.subarray(0, used));
            queue.keep(input, used);
          });
          taken.push(...queue.join(new Uint8Array(0)));
          expect(taken).toEqual(inputs.flatMap((bytes) => [...bytes]));
        },
      ),
    );
  });

  it('hands input through without a copy while nothing is held', () => {
    const queue = new ByteQueue();
    const bytes = new Uint8Array([1, 2, 3]);
    expect(queue.join(bytes)).toBe(bytes);
    queue.keep(bytes, 3);
    expect(queue.length).toBe(0);
  });
});

describe('text of bytes', () => {
  it('round-trips hexadecimal and base64', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes, ':'))).toEqual(bytes);
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
      }),
    );
  });

  it('knows the vectors of RFC 4648 section 10, and refuses what is neither', () => {
    const encode = (text: string) => toBase64(new TextEncoder().encode(text));
    expect(['', 'f', 'fo', 'foo', 'foob', 'fooba', 'foobar'].map(encode)).toEqual([
      '',
      'Zg==',
      'Zm8=',
      'Zm9v',
      'Zm9vYg==',
      'Zm9vYmE=',
      'Zm9vYmFy',
    ]);
    expect(fromBase64('-_-_')).toEqual(fromBase64('+/+/'));
    expect([fromBase64('A'), fromBase64('A*BC'), fromBase64('é'), fromHex('abc'), fromHex('zz')]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('internet checksum', () => {
  it('is that of the example in RFC 1071 section 3', () => {
    expect(internetChecksum(addToChecksum(0, fromHex('0001 f203 f4f5 f6f7')!))).toBe(~0xddf2 & 0xffff);
  });

  it('verifies to zero with itself put in, split anywhere at an even offset', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 2 }), fc.nat(), (bytes, split) => {
        const at = (split % bytes.length) & ~1;
        const sum = addToChecksum(addToChecksum(0, bytes, 0, at), bytes, at);
        const checksum = internetChecksum(sum);
        const check = addToChecksum(sum, new Uint8Array([checksum >>> 8, checksum & 255]));
        expect(internetChecksum(check)).toBe(0);
      }),
    );
  });
});
