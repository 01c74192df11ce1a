import fc from 'fast-check';
import { expect, it } from 'vitest';
import { imageTypeOf } from './image-signature.ts';
import { imageSizeOf, isDrawable } from './image-size.ts';

/** Words of hexadecimal digits, or of text in quotes. */
function bytes(...words: readonly string[]): Uint8Array {
  return Buffer.concat(
    words.map((word) =>
      word.startsWith("'") ? Buffer.from(word.slice(1, -1)) : Buffer.from(word.replaceAll(' ', ''), 'hex'),
    ),
  );
}

const heads: readonly (readonly [string, Uint8Array])[] = [
  ['image/png', bytes('89504e470d0a1a0a 0000000d', "'IHDR'", '0000012c 00000007 08060000')],
  ['image/gif', bytes("'GIF89a'", '2c01 0700 f00000')],
  // Behind a segment of application data, a table and a fill byte.
  ['image/jpeg', bytes('ffd8 ffe0 0006 ffc2aabb ffc4 0003 00 ff ffc2 0011 08 0007 012c 03')],
  ['image/webp', bytes("'RIFF'", '40000000', "'WEBPVP8X'", '0a000000 30000000 2b0100 060000')],
  ['image/webp', bytes("'RIFF'", '40000000', "'WEBPVP8L'", '2c000000 2f 2b810110 0f1011f33f')],
  ['image/webp', bytes("'RIFF'", '40000000', "'WEBPVP8 '", '2c000000 300100 9d012a 2c01 0700')],
  ['image/avif', bytes('0000001c', "'ftypavif'", '00000000', '00000014', "'ispe'", '00000000 0000012c 00000007')],
];

it('reads how large a picture says that it is', () => {
  for (const [mediaType, head] of heads) {
    expect(imageTypeOf(head), mediaType).toBe(mediaType);
    expect(imageSizeOf(mediaType, head), mediaType).toEqual({ width: 300, height: 7 });
  }
  expect(imageSizeOf('image/x-icon', bytes('00000100 0100'))).toBeNull();
});

it('reads a BMP whatever type it is said to be, its lines in either order, with the oldest header, too', () => {
  const file = ["'BM'", '46000000 00000000 36000000'];
  for (const header of ['28000000 2c010000 07000000', '28000000 2c010000 f9ffffff', '0c000000 2c01 0700 0100 1800'])
    expect(imageSizeOf('image/x-ms-bmp', bytes(...file, header)), header).toEqual({ width: 300, height: 7 });
  const large = imageSizeOf('image/bmp', bytes(...file, '28000000 e8fd0000 1802ffff'));
  expect(large).toEqual({ width: 65_000, height: 65_000 });
  expect(imageSizeOf('image/bmp', bytes(...file, '28000000 2c01'))).toBeNull();
});

it('says nothing of what is cut before it, and never fails', () => {
  for (const [mediaType, head] of heads) expect(imageSizeOf(mediaType, head.subarray(0, 9))).toBeNull();
  const types = fc.constantFrom(...heads);
  fc.assert(
    fc.property(types, fc.uint8Array({ maxLength: 64 }), fc.nat(30), ([mediaType, head], noise, at) => {
      const size = imageSizeOf(mediaType, Buffer.concat([head.subarray(0, at), noise]));
      expect(size === null || (size.width >= 0 && size.height >= 0)).toBe(true);
    }),
  );
});

it('a picture of more pixels than a browser should find memory for is not drawn', () => {
  expect(isDrawable({ width: 8_000, height: 6_000 })).toBe(true);
  expect(isDrawable({ width: 23_000, height: 23_000 })).toBe(false);
  expect(isDrawable({ width: 0xffffffff, height: 1 })).toBe(false);
});
