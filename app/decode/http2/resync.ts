import { FRAME_HEADER_LENGTH, FrameType, frameHeaderFault, readFrameHeader } from './frame.ts';

/** Flags that each frame type has, by type. RFC 9113 section 6. */
const FLAGS: readonly number[] = [0x09, 0x2d, 0, 0, 0x01, 0x0c, 0x01, 0, 0, 0x04];
/** SETTINGS_MAX_FRAME_SIZE may be raised to 16 MiB; few peers go beyond 1 MiB. */
const LARGEST_BELIEVED = 1_048_576;
/** Stream identifiers grow by two for each exchange of a connection. */
const LARGEST_STREAM_BELIEVED = 0x0fffffff;
/** So many frame headers in a row are no accident. */
const ENOUGH = 3;

/**
 * `sure`: this is a frame header. `maybe`: it looks like one, but its frame goes on beyond the bytes. -1: none here.
 */
export interface FoundFrame {
  readonly at: number;
  readonly sure: boolean;
}

/**
 * Finds the first frame header in bytes that begin anywhere in a connection of HTTP/2. A header is believed when the frames that
 * follow it, as far as the bytes reach, have plausible headers too.
 */
export function findFrame(bytes: Uint8Array, from: number): FoundFrame {
  let candidate = -1;
  for (let at = from; at + FRAME_HEADER_LENGTH <= bytes.length; at++) {
    if (!mayBeHeader(bytes, at)) continue;
    const frames = chainLength(bytes, at);
    if (frames >= 2) return { at, sure: true };
    if (frames === 1 && candidate < 0) candidate = at;
  }
  return { at: candidate, sure: false };
}

/** How many frames are in a row from `at`: 0 when that cannot be; at least 2 when they end exactly with the bytes. */
function chainLength(bytes: Uint8Array, at: number): number {
  let frames = 0;
  let next = at;
  while (frames < ENOUGH && next + FRAME_HEADER_LENGTH <= bytes.length) {
    if (!isPlausible(bytes, next)) return 0;
    frames++;
    next += FRAME_HEADER_LENGTH + readFrameHeader(bytes, next).length;
  }
  return next === bytes.length && frames > 0 ? frames + 1 : frames;
}

/** Nearly all frames are shorter than 64 KiB: most offsets are ruled out by one look. */
export function mayBeHeader(bytes: Uint8Array, at: number): boolean {
  return bytes[at]! <= LARGEST_BELIEVED >>> 16 && bytes[at + 3]! <= FrameType.CONTINUATION;
}

/** The nine octets at `at` are such as peers send. */
export function isPlausible(bytes: Uint8Array, at: number): boolean {
  const header = readFrameHeader(bytes, at);
  const { length, type, flags, streamId } = header;
  if (type > FrameType.CONTINUATION || length > LARGEST_BELIEVED || streamId > LARGEST_STREAM_BELIEVED) return false;
  if (bytes[at + 5]! >= 0x80 || (flags & ~FLAGS[type]!) !== 0) return false;
  if ((type === FrameType.HEADERS || type === FrameType.CONTINUATION) && length === 0) return false;
  // An empty DATA frame says nothing unless it ends the stream: runs of zeros look like one.
  if (type === FrameType.DATA && length === 0 && flags === 0) return false;
  return frameHeaderFault(header) === '';
}
