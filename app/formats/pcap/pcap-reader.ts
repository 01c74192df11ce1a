import { u32, u32be, u32le } from '../../bytes/integers.ts';
import type { Packet } from '../../model/packet.ts';
import type { CaptureFileEvents, CaptureReader } from '../capture-events.ts';
import { ItemStream } from '../item-stream.ts';
import {
  MAXIMUM_PACKET_LENGTH,
  PCAP_FILE_HEADER_LENGTH,
  PCAP_MAGIC_MICROSECONDS,
  PCAP_MAGIC_MODIFIED,
  PCAP_MAGIC_NANOSECONDS,
  PCAP_MODIFIED_RECORD_HEADER_LENGTH,
  PCAP_RECORD_HEADER_LENGTH,
} from './pcap-format.ts';

const NO_COMMENTS: readonly string[] = [];
const BILLION = 1_000_000_000n;
/** How far after a damaged header the next believable one is looked for at a time. */
const SEARCH_WINDOW = 262_144;

/** True when a file that begins with these four bytes is a pcap file. */
export function isPcapMagic(head: Uint8Array): boolean {
  return [u32le(head, 0), u32be(head, 0)].some(
    (magic) => magic === PCAP_MAGIC_MICROSECONDS || magic === PCAP_MAGIC_NANOSECONDS || magic === PCAP_MAGIC_MODIFIED,
  );
}

/**
 * Reads pcap in both byte orders with micro- or nanoseconds. Packets have no marks to find them by, so after a damaged
 * length the reader looks for two headers in a row that are believable, reports what it left out and goes on there.
 * @param of the interface that the packets are said to be of; the file itself names none
 */
export function createPcapReader(
  events: CaptureFileEvents,
  of: Pick<Packet, 'interfaceId' | 'interfaceName'> = { interfaceId: 0, interfaceName: '' },
): CaptureReader {
  let littleEndian = true;
  let fractionScale = 1000;
  let headerLength = 0;
  let linkType = 0;
  let lastSeconds = -1;
  let lastSecondsTime = 0n;
  /** Offset where a search for the next packet began, or -1. */
  let lostAt = -1;

  const stream = new ItemStream((bytes, start, end, offset) => {
    if (headerLength === 0) return readFileHeader(bytes, start, end);
    if (lostAt >= 0) return search(bytes, start, end, offset);
    return readRecord(bytes, start, end, offset);
  });

  function readFileHeader(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < PCAP_FILE_HEADER_LENGTH) return -PCAP_FILE_HEADER_LENGTH;
    const magic = u32le(bytes, start);
    littleEndian =
      magic === PCAP_MAGIC_MICROSECONDS || magic === PCAP_MAGIC_NANOSECONDS || magic === PCAP_MAGIC_MODIFIED;
    const kind = u32(bytes, start, littleEndian);
    fractionScale = kind === PCAP_MAGIC_NANOSECONDS ? 1 : 1000;
    headerLength = kind === PCAP_MAGIC_MODIFIED ? PCAP_MODIFIED_RECORD_HEADER_LENGTH : PCAP_RECORD_HEADER_LENGTH;
    // The upper bits tell the length of a frame check sequence.
    linkType = u32(bytes, start + 20, littleEndian) & 0xffff;
    events.section?.({ format: 'pcap', comments: [], hardware: '', operatingSystem: '', application: '' });
    events.interface?.({
      id: 0,
      linkType,
      snapLength: u32(bytes, start + 16, littleEndian),
      name: '',
      description: '',
    });
    return PCAP_FILE_HEADER_LENGTH;
  }

  function readRecord(bytes: Uint8Array, start: number, end: number, offset: number): number {
    if (end - start < headerLength) return -headerLength;
    const captured = u32(bytes, start + 8, littleEndian);
    if (captured > MAXIMUM_PACKET_LENGTH) {
      lostAt = offset;
      return search(bytes, start, end, offset);
    }
    const length = headerLength + captured;
    if (end - start < length) return -length;
    const seconds = u32(bytes, start, littleEndian);
    if (seconds !== lastSeconds) {
      lastSeconds = seconds;
      lastSecondsTime = BigInt(seconds) * BILLION;
    }
    const packet: Packet = {
      time: lastSecondsTime + BigInt(u32(bytes, start + 4, littleEndian) * fractionScale),
      linkType,
      data: bytes.subarray(start + headerLength, start + length),
      originalLength: Math.max(captured, u32(bytes, start + 12, littleEndian)),
      interfaceId: of.interfaceId,
      interfaceName: of.interfaceName,
      comments: NO_COMMENTS,
    };
    events.packet(packet, offset);
    return length;
  }

  /** Steps over bytes until a believable header is followed by another one. */
  function search(bytes: Uint8Array, start: number, end: number, offset: number): number {
    const from = offset === lostAt ? 1 : 0;
    for (let at = start + from; at + headerLength <= end; at++) {
      if (!isBelievable(bytes, at)) continue;
      const next = at + headerLength + u32(bytes, at + 8, littleEndian);
      if (next + headerLength > end) {
        // Cannot tell yet. Wait for it, but start at this candidate.
        if (next + headerLength - at > SEARCH_WINDOW) continue;
        if (at > start) return at - start;
        return -(next + headerLength - at);
      }
      if (!isBelievable(bytes, next)) continue;
      events.problem({
        severity: 'error',
        code: 'pcap.length',
        text: `A packet's length is damaged. ${offset + at - start - lostAt} bytes were left out up to the next packet.`,
        range: [lostAt, offset + at - start - lostAt],
      });
      lostAt = -1;
      if (at > start) return at - start;
      return readRecord(bytes, start, end, offset);
    }
    const used = end - start - headerLength + 1;
    return used > 0 ? used : -headerLength;
  }

  /** Lengths that fit together, and a time within a day of the last good packet. */
  function isBelievable(bytes: Uint8Array, at: number): boolean {
    const captured = u32(bytes, at + 8, littleEndian);
    const original = u32(bytes, at + 12, littleEndian);
    const seconds = u32(bytes, at, littleEndian);
    return (
      captured > 0 &&
      captured <= 262_144 &&
      original >= captured &&
      original <= MAXIMUM_PACKET_LENGTH &&
      u32(bytes, at + 4, littleEndian) * fractionScale < 1_000_000_000 &&
      (lastSeconds < 0 || Math.abs(seconds - lastSeconds) <= 86_400)
    );
  }

  return {
    push: (chunk) => stream.push(chunk),
    end() {
      if (lostAt >= 0) {
        events.problem({
          severity: 'error',
          code: 'pcap.length',
          text: "A packet's length is damaged, and no further packet was found after it.",
          range: [lostAt, stream.offset + stream.held - lostAt],
        });
      } else if (headerLength === 0) {
        events.problem({
          severity: 'error',
          code: 'pcap.header',
          text: `The file ends inside its header, after ${stream.held} of ${PCAP_FILE_HEADER_LENGTH} bytes.`,
          range: [0, stream.held],
        });
      } else if (stream.held > 0) {
        events.problem({
          severity: 'warning',
          code: 'pcap.truncated',
          text: 'The file ends in the middle of its last packet.',
          range: [stream.offset, stream.held],
        });
      }
    },
  };
}
