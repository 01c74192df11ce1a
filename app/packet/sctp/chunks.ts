import { u16be, u32be } from '../../bytes/integers.ts';

/** Chunk types that are looked at. RFC 9260 section 3.2. */
export const CHUNK = {
  data: 0,
  init: 1,
  initAck: 2,
  abort: 6,
  cookieEcho: 10,
  shutdownComplete: 14,
  /** RFC 8260 section 2.1. */
  iData: 64,
} as const;

/** The common header. RFC 9260 section 3.1. The checksum is not looked at: captures of the sender often lack it. */
export interface SctpHeader {
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** What the receiver chose; 0 in a packet with INIT. */
  readonly verificationTag: number;
}

/** A chunk that lies in `bytes`; its value is cut where the capture is. */
export interface SctpChunk {
  readonly type: number;
  readonly flags: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Bytes of the value that were not captured. */
  readonly missing: number;
}

/** A piece of a user message. Data are valid while the packet is. */
export interface DataChunk {
  /** Transmission Sequence Number: numbers pieces, modulo 2^32. */
  readonly tsn: number;
  /** Payload Protocol Identifier; null in a piece that does not tell it. https://www.iana.org/assignments/sctp-parameters */
  readonly payloadProtocol: number | null;
  readonly first: boolean;
  readonly last: boolean;
  readonly data: Uint8Array;
  /** Bytes behind `data` that were not captured. */
  readonly missing: number;
  /** Where pieces of several messages may lie between each other (I-DATA); null where TSNs in a row make a message. */
  readonly interleaved: InterleavedPiece | null;
}

/** Which message a piece of I-DATA is part of, and its place there. RFC 8260 section 2.1. */
export interface InterleavedPiece {
  /** Stream, unordered flag and Message Identifier: one message of this sender. */
  readonly message: string;
  /** Fragment Sequence Number: 0 in the first piece. */
  readonly fragment: number;
}

const COMMON_HEADER = 12;
const FLAG_BEGINNING = 0x02;
const FLAG_ENDING = 0x01;

/** Reads the common header at `start`; null when fewer than 12 bytes are there. */
export function readSctpHeader(bytes: Uint8Array, start: number, end: number): SctpHeader | null {
  if (end - start < COMMON_HEADER) return null;
  return {
    sourcePort: u16be(bytes, start),
    destinationPort: u16be(bytes, start + 2),
    verificationTag: u32be(bytes, start + 4),
  };
}

/** The chunks behind the common header at `start`, up to the first whose length cannot be. */
export function* readChunks(bytes: Uint8Array, start: number, end: number): Generator<SctpChunk> {
  let at = start + COMMON_HEADER;
  while (at + 4 <= end) {
    const length = u16be(bytes, at + 2);
    if (length < 4) return;
    const valueEnd = Math.min(at + length, end);
    yield { type: bytes[at]!, flags: bytes[at + 1]!, valueStart: at + 4, valueEnd, missing: at + length - valueEnd };
    at += (length + 3) & ~3;
  }
}

/** TSN, stream, sequence number in the stream, and protocol. RFC 9260 section 3.3.1. */
const DATA_FIELDS = 12;

/** TSN, stream, reserved, Message Identifier, and protocol or Fragment Sequence Number. RFC 8260 section 2.1. */
const I_DATA_FIELDS = 16;
const FLAG_UNORDERED = 0x04;

/** Reads a DATA or I-DATA chunk; null for other types, and when its fixed fields are cut. */
export function readDataChunk(bytes: Uint8Array, chunk: SctpChunk): DataChunk | null {
  const { type, flags, valueStart, valueEnd, missing } = chunk;
  if (type === CHUNK.iData) return readInterleavedChunk(bytes, chunk);
  if (type !== CHUNK.data || valueEnd - valueStart < DATA_FIELDS) return null;
  return {
    tsn: u32be(bytes, valueStart),
    payloadProtocol: u32be(bytes, valueStart + 8),
    first: (flags & FLAG_BEGINNING) !== 0,
    last: (flags & FLAG_ENDING) !== 0,
    data: bytes.subarray(valueStart + DATA_FIELDS, valueEnd),
    missing,
    interleaved: null,
  };
}

function readInterleavedChunk(bytes: Uint8Array, chunk: SctpChunk): DataChunk | null {
  const { flags, valueStart, valueEnd, missing } = chunk;
  if (valueEnd - valueStart < I_DATA_FIELDS) return null;
  const first = (flags & FLAG_BEGINNING) !== 0;
  const stream = u16be(bytes, valueStart + 4);
  const word = u32be(bytes, valueStart + 12);
  return {
    tsn: u32be(bytes, valueStart),
    // Only the first piece tells it; the word is the fragment's number in the others.
    payloadProtocol: first ? word : null,
    first,
    last: (flags & FLAG_ENDING) !== 0,
    data: bytes.subarray(valueStart + I_DATA_FIELDS, valueEnd),
    missing,
    interleaved: {
      message: `${stream} ${flags & FLAG_UNORDERED} ${u32be(bytes, valueStart + 8)}`,
      fragment: first ? 0 : word,
    },
  };
}

/** Initiate Tag of an INIT or INIT ACK: the verification tag that its sender wants to see. RFC 9260 section 3.3.2. */
export function readInitiateTag(bytes: Uint8Array, chunk: SctpChunk): number {
  return chunk.valueEnd - chunk.valueStart >= 4 ? u32be(bytes, chunk.valueStart) : 0;
}
