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
const NAMELESS: PacketOrigin = { interfaceId: 0, interfaceName: '', comments: NO_COMMENTS };
const BILLION = 1_000_000_000n;
/** How far after a damaged header the next believable one is looked for at a time. */
const SEARCH_WINDOW = 262_144;
/** What tools capture of a packet at most; whoever writes more has to be believed for other reasons, too. */
const USUAL_SNAP_LENGTH = 262_144;

/** What a pcap file says nothing of. */
export interface PacketOrigin {
  /** The interface that the packets are of. */
  readonly interfaceId: number;
  readonly interfaceName: string;
  /** Of the first packet. */
  readonly comments: readonly string[];
}

/** True when a file that begins with these four bytes is a pcap file. */
export function isPcapMagic(head: Uint8Array): boolean {
  return [u32le(head, 0), u32be(head, 0)].some(
    (magic) => magic === PCAP_MAGIC_MICROSECONDS || magic === PCAP_MAGIC_NANOSECONDS || magic === PCAP_MAGIC_MODIFIED,
  );
}

/**
 * Reads pcap in both byte orders with micro- or nanoseconds. Packets have no marks to find them by, so after a damaged
 * length the reader looks for two headers in a row that are believable, reports what it left out and goes on there.
 */
export function createPcapReader(events: CaptureFileEvents, of: PacketOrigin = NAMELESS): CaptureReader {
  let { comments } = of;
  let littleEndian = true;
  let fractionScale = 1000;
  let headerLength = 0;
  let linkType = 0;
  let lastSeconds = -1;
  let lastSecondsTime = 0n;
  /** The first packet's header is as headers should be: then one that is not is looked at twice. */
  let isOrderly = false;
  /** Offset where a search for the next packet began, or -1. */
  let lostAt = -1;
  /** Nothing follows: a packet that reaches past what is there is none. */
  let ended = false;

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
    if (captured > MAXIMUM_PACKET_LENGTH) return lose(bytes, start, end, offset);
    const length = headerLength + captured;
    if (end - start < length) return -length;
    const seconds = u32(bytes, start, littleEndian);
    if (lastSeconds < 0) isOrderly = isPossible(bytes, start);
    else if (isOrderly && !isPossible(bytes, start)) {
      // An odd packet, or the packet before had a wrong length and this is no header: the one behind it tells.
      const next = start + length;
      if (next + headerLength <= end ? !isPossible(bytes, next) : next < end && ended) {
        return lose(bytes, start, end, offset);
      }
      if (next + headerLength > end && !ended) return -(length + headerLength);
    }
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
      comments,
    };
    comments = NO_COMMENTS;
    events.packet(packet, offset);
    return length;
  }

  function lose(bytes: Uint8Array, start: number, end: number, offset: number): number {
    lostAt = offset;
    return search(bytes, start, end, offset);
  }

  /** Steps over bytes until a believable header is followed by another one. */
  function search(bytes: Uint8Array, start: number, end: number, offset: number): number {
    const from = offset === lostAt ? 1 : 0;
    for (let at = start + from; at + headerLength <= end; at++) {
      if (!isBelievable(bytes, at)) continue;
      const next = at + headerLength + u32(bytes, at + 8, littleEndian);
      const isLast = ended && next === end;
      if (next + headerLength > end && !isLast) {
        // Cannot tell yet. Wait for it, but start at this candidate.
        if (ended || next + headerLength - at > SEARCH_WINDOW) continue;
        if (at > start) return at - start;
        return -(next + headerLength - at);
      }
      if (!isLast && !isBelievable(bytes, next)) continue;
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

  /** Lengths that fit together, or a time that fits, and a fraction of a second below one. A header of zeros is none. */
  function isPossible(bytes: Uint8Array, at: number): boolean {
    const seconds = u32(bytes, at, littleEndian);
    const fraction = u32(bytes, at + 4, littleEndian);
    const captured = u32(bytes, at + 8, littleEndian);
    const original = u32(bytes, at + 12, littleEndian);
    const fitsTogether = original >= captured && original <= MAXIMUM_PACKET_LENGTH;
    return (
      (captured <= USUAL_SNAP_LENGTH ? fitsTogether || isNear(seconds) : fitsTogether && isNear(seconds)) &&
      fraction * fractionScale < 1_000_000_000 &&
      (original > 0 || fraction > 0 || seconds > 0)
    );
  }

  /** Within a day of the last good packet. */
  function isNear(seconds: number): boolean {
    return lastSeconds >= 0 && Math.abs(seconds - lastSeconds) <= 86_400;
  }

  /** The header of a packet with bytes, within a day of the last good one. */
  function isBelievable(bytes: Uint8Array, at: number): boolean {
    const captured = u32(bytes, at + 8, littleEndian);
    const original = u32(bytes, at + 12, littleEndian);
    const isWhole = captured > 0 && original >= captured && original <= MAXIMUM_PACKET_LENGTH;
    const seconds = u32(bytes, at, littleEndian);
    return isWhole && captured <= USUAL_SNAP_LENGTH && (lastSeconds < 0 || isNear(seconds)) && isPossible(bytes, at);
  }

  return {
    push: (chunk) => stream.push(chunk),
    end() {
      ended = true;
      stream.flush();
      while (headerLength > 0 && lostAt < 0 && stream.held > 0) {
        const { offset, held } = stream;
        // The file is cut there, or the length is damaged: then there are packets within what it seems to hold.
        lostAt = offset;
        stream.flush();
        if (lostAt !== offset) continue;
        const text = 'The file ends in the middle of its last packet.';
        events.problem({ severity: 'warning', code: 'pcap.truncated', text, range: [offset, held] });
        return;
      }
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
      }
    },
  };
}
