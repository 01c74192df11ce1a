import { u16be, u16le, u32be, u32le } from '../../bytes/integers.ts';

/** In pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** A few hundred bytes can say that they are a picture of a billion pixels, which a browser then finds memory for. */
const maximumPixels = 100_000_000;

/** Bytes that are looked through for where a format has its size behind other things. */
const longestHead = 1 << 20;

/** Whether a picture is small enough to be drawn. */
export function isDrawable({ width, height }: ImageSize): boolean {
  return width * height <= maximumPixels;
}

/**
 * How large a picture says that it is, by its head: what a decoder will make room for. Null where that is not told.
 *
 * @param mediaType as `imageTypeOf` tells it
 */
export function imageSizeOf(mediaType: string, image: Uint8Array): ImageSize | null {
  const bytes = image.subarray(0, longestHead);
  switch (mediaType) {
    case 'image/png':
      // https://www.w3.org/TR/png-3/#11IHDR
      return bytes.length < 24 ? null : { width: u32be(bytes, 16), height: u32be(bytes, 20) };
    case 'image/gif':
      return bytes.length < 10 ? null : { width: u16le(bytes, 6), height: u16le(bytes, 8) };
    case 'image/jpeg':
      return jpegSize(bytes);
    case 'image/webp':
      return webpSize(bytes);
    case 'image/avif':
      return avifSize(bytes);
    default:
      // Of several types, and drawn by its mark whatever type it is said to be.
      return bytes[0] === 0x42 && bytes[1] === 0x4d ? bmpSize(bytes) : null;
  }
}

/**
 * Of the header behind the file's, whose first field is its own length; a negative height is of lines from the top down.
 * https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapinfoheader
 */
function bmpSize(bytes: Uint8Array): ImageSize | null {
  if (bytes.length < 26) return null;
  // The oldest one, BITMAPCOREHEADER.
  if (u32le(bytes, 14) === 12) return { width: u16le(bytes, 18), height: u16le(bytes, 20) };
  return { width: Math.abs(u32le(bytes, 18) | 0), height: Math.abs(u32le(bytes, 22) | 0) };
}

function u24le(bytes: Uint8Array, at: number): number {
  return u16le(bytes, at) | (bytes[at + 2]! << 16);
}

/** In the frame header, behind segments of any other kind. ITU-T T.81 B.1.1 and B.2.2. */
function jpegSize(bytes: Uint8Array): ImageSize | null {
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1]!;
    // Fill bytes, and markers without a segment.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2;
    else if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return { height: u16be(bytes, at + 5), width: u16be(bytes, at + 7) };
    else at += 2 + Math.max(2, u16be(bytes, at + 2));
  }
  return null;
}

/** Of the canvas, or of the only frame. RFC 9649 sections 2.5 to 2.7. */
function webpSize(bytes: Uint8Array): ImageSize | null {
  if (bytes.length < 30) return null;
  switch (String.fromCharCode(...bytes.subarray(12, 16))) {
    case 'VP8X':
      return { width: u24le(bytes, 24) + 1, height: u24le(bytes, 27) + 1 };
    case 'VP8L': {
      const bits = u24le(bytes, 21) + bytes[24]! * 0x1000000;
      return { width: (bits % 0x4000) + 1, height: (Math.floor(bits / 0x4000) % 0x4000) + 1 };
    }
    case 'VP8 ':
      return { width: u16le(bytes, 26) & 0x3fff, height: u16le(bytes, 28) & 0x3fff };
    default:
      return null;
  }
}

/** The largest of its image spatial extents (ISO/IEC 23008-12 section 6.5.3), wherever among its boxes they stand. */
function avifSize(bytes: Uint8Array): ImageSize | null {
  let largest: ImageSize | null = null;
  for (let at = 4; at + 16 <= bytes.length; at++) {
    if (bytes[at] !== 0x69 || bytes[at + 1] !== 0x73 || bytes[at + 2] !== 0x70 || bytes[at + 3] !== 0x65) continue;
    const size = { width: u32be(bytes, at + 8), height: u32be(bytes, at + 12) };
    if (largest === null || size.width * size.height > largest.width * largest.height) largest = size;
  }
  return largest;
}
