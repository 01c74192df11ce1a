/** Octets of a frame header. RFC 9113 section 4.1. */
export const FRAME_HEADER_LENGTH = 9;

/** RFC 9113 section 6. Frame types of other documents are passed over. */
export const FrameType = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

export const FLAG_END_STREAM = 0x1;
export const FLAG_END_HEADERS = 0x4;
export const FLAG_PADDED = 0x8;
export const FLAG_PRIORITY = 0x20;

/** What a client sends first. RFC 9113 section 3.4. */
export const PREFACE = new TextEncoder().encode('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export interface FrameHeader {
  readonly length: number;
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
}

/** Reads the nine octets at `at`. The reserved bit of the stream identifier is ignored. */
export function readFrameHeader(bytes: Uint8Array, at: number): FrameHeader {
  return {
    length: (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!,
    type: bytes[at + 3]!,
    flags: bytes[at + 4]!,
    streamId: ((bytes[at + 5]! & 0x7f) << 24) | (bytes[at + 6]! << 16) | (bytes[at + 7]! << 8) | bytes[at + 8]!,
  };
}

/**
 * What is wrong with a frame header by RFC 9113 section 6, '' when nothing is. A stream that has lost its place
 * shows here.
 */
export function frameHeaderFault(header: FrameHeader): string {
  const { length, type, streamId } = header;
  switch (type) {
    case FrameType.DATA:
    case FrameType.HEADERS:
    case FrameType.CONTINUATION:
      return streamId === 0 ? 'needs a stream' : '';
    case FrameType.PUSH_PROMISE:
      return streamId === 0 ? 'needs a stream' : length < 4 ? 'is too short' : '';
    case FrameType.PRIORITY:
      return streamId === 0 ? 'needs a stream' : length !== 5 ? 'must have 5 octets' : '';
    case FrameType.RST_STREAM:
      return streamId === 0 ? 'needs a stream' : length !== 4 ? 'must have 4 octets' : '';
    case FrameType.SETTINGS:
      return streamId !== 0 ? 'has a stream' : length % 6 !== 0 ? 'must be a multiple of 6 octets' : '';
    case FrameType.PING:
      return streamId !== 0 ? 'has a stream' : length !== 8 ? 'must have 8 octets' : '';
    case FrameType.GOAWAY:
      return streamId !== 0 ? 'has a stream' : length < 8 ? 'is too short' : '';
    case FrameType.WINDOW_UPDATE:
      return length !== 4 ? 'must have 4 octets' : '';
    default:
      return '';
  }
}
