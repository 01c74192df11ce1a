import { u16, u32, u32be, u32le } from '../../bytes/integers.ts';
import type { Nanoseconds } from '../../model/exchange.ts';
import type { Severity } from '../../model/problem.ts';
import type { CaptureFileEvents, CaptureReader } from '../capture-events.ts';
import { ItemStream } from '../item-stream.ts';
import { type InterfaceDescription, readInterface } from './interface-description.ts';
import { readNameRecords } from './name-records.ts';
import { optionText, optionTexts, readOptions } from './options.ts';
import {
  BLOCK,
  BLOCK_OVERHEAD,
  BYTE_ORDER_MAGIC,
  isKnownBlock,
  MAXIMUM_BLOCK_LENGTH,
  OPTION,
  padded,
} from './pcapng-format.ts';

const NO_COMMENTS: readonly string[] = [];
/** A candidate for the next good block behind a damaged one is checked to its end only up to this length. */
const SEARCH_WINDOW = 262_144;
/** Bytes of the fixed fields, by type of block. */
const MINIMUM_BODY: ReadonlyMap<number, number> = new Map([
  [BLOCK.sectionHeader, 16],
  [BLOCK.interfaceDescription, 8],
  [BLOCK.packet, 20],
  [BLOCK.simplePacket, 4],
  [BLOCK.enhancedPacket, 20],
]);
/** More interfaces than any capture has; a file with more is damaged or hostile. */
const MAXIMUM_INTERFACES = 65_536;

/** True when a file that begins with these four bytes is a pcapng file; the mark reads the same in both byte orders. */
export function isPcapngMagic(head: Uint8Array): boolean {
  return u32be(head, 0) === BLOCK.sectionHeader;
}

/**
 * Reads pcapng: any number of sections in either byte order. A block that is not whole or whose two lengths differ
 * costs only itself: it is reported, and reading goes on at the next block that is consistent.
 */
export function createPcapngReader(events: CaptureFileEvents): CaptureReader {
  let littleEndian = true;
  let interfaces: InterfaceDescription[] = [];
  let lastTime: Nanoseconds = 0n;
  /** Where a search for the next consistent block began, or -1. */
  let lostAt = -1;
  /** Nothing follows: a block that reaches past what is there is none. */
  let ended = false;
  /** The block that is being taken. */
  let blockOffset = 0;
  let blockLength = 0;

  const stream = new ItemStream((bytes, start, end, offset) =>
    lostAt >= 0 ? search(bytes, start, end, offset) : readBlock(bytes, start, end, offset),
  );

  function readBlock(bytes: Uint8Array, start: number, end: number, offset: number): number {
    if (end - start < BLOCK_OVERHEAD) return -BLOCK_OVERHEAD;
    const length = lengthOf(bytes, start);
    if (length < 0) return damaged(bytes, start, end, offset);
    if (end - start < length) return -length;
    if (u32(bytes, start + length - 4, littleEndian) !== length) return damaged(bytes, start, end, offset);
    blockOffset = offset;
    blockLength = length;
    takeBlock(bytes, start, start + length);
    return length;
  }

  /** Total length of the block, or -1 when it cannot be one. A section header sets the byte order of what follows. */
  function lengthOf(bytes: Uint8Array, start: number): number {
    if (u32be(bytes, start) === BLOCK.sectionHeader) {
      if (u32le(bytes, start + 8) === BYTE_ORDER_MAGIC) littleEndian = true;
      else if (u32be(bytes, start + 8) === BYTE_ORDER_MAGIC) littleEndian = false;
      else return -1;
    }
    const length = u32(bytes, start + 4, littleEndian);
    return length < BLOCK_OVERHEAD || length % 4 !== 0 || length > MAXIMUM_BLOCK_LENGTH ? -1 : length;
  }

  function damaged(bytes: Uint8Array, start: number, end: number, offset: number): number {
    lostAt = offset;
    return search(bytes, start, end, offset);
  }

  /** Steps over bytes up to a block of a known type whose lengths agree. */
  function search(bytes: Uint8Array, start: number, end: number, offset: number): number {
    const from = offset === lostAt ? 1 : 0;
    const order = littleEndian;
    for (let at = start + from; at + BLOCK_OVERHEAD <= end; at++) {
      littleEndian = order;
      const type = u32be(bytes, at);
      if (!isKnownBlock(order ? u32le(bytes, at) : type)) continue;
      const length = lengthOf(bytes, at);
      if (length < 0 || length > SEARCH_WINDOW) continue;
      if (at + length > end) {
        littleEndian = order;
        if (ended) continue;
        return at > start ? at - start : -length;
      }
      if (u32(bytes, at + length - 4, littleEndian) !== length) continue;
      const skipped = offset + at - start - lostAt;
      report('pcapng.block', `A block is damaged. ${skipped} bytes were left out up to the next one.`, lostAt, skipped);
      lostAt = -1;
      return at > start ? at - start : readBlock(bytes, start, end, offset);
    }
    littleEndian = order;
    const used = end - start - BLOCK_OVERHEAD + 1;
    return used > 0 ? used : -BLOCK_OVERHEAD;
  }

  /** Takes a consistent block out: it is `blockLength` bytes long and begins at `blockOffset` of the file. */
  function takeBlock(bytes: Uint8Array, start: number, end: number): void {
    const body = start + 8;
    const bodyEnd = end - 4;
    const type = u32(bytes, start, littleEndian);
    if (bodyEnd - body < (MINIMUM_BODY.get(type) ?? 0)) {
      complain('pcapng.block.short', 'A block is too short for its type.');
      return;
    }
    switch (type) {
      case BLOCK.enhancedPacket:
        takePacket(bytes, u32(bytes, body, littleEndian), body + 4, bodyEnd);
        break;
      case BLOCK.packet:
        takePacket(bytes, u16(bytes, body, littleEndian), body + 4, bodyEnd);
        break;
      case BLOCK.simplePacket:
        takeSimplePacket(bytes, body, bodyEnd);
        break;
      case BLOCK.interfaceDescription:
        takeInterface(bytes, body, bodyEnd);
        break;
      case BLOCK.sectionHeader:
        takeSection(bytes, body, bodyEnd);
        break;
      case BLOCK.nameResolution:
        readNameRecords(bytes, body, bodyEnd, littleEndian, (address, names) => events.names?.(address, names));
        break;
      default:
        // Statistics, secrets, journal entries, custom and unknown blocks carry no packets.
        break;
    }
  }

  function takeSection(bytes: Uint8Array, body: number, bodyEnd: number): void {
    interfaces = [];
    const major = u16(bytes, body + 4, littleEndian);
    if (major !== 1) {
      complain('pcapng.version', `The section is of version ${major}; it is read as version 1.`, 'warning');
    }
    const options = readOptions(bytes, body + 16, bodyEnd, littleEndian);
    events.section?.({
      format: 'pcapng',
      comments: optionTexts(options, OPTION.comment),
      hardware: optionText(options, OPTION.hardware),
      operatingSystem: optionText(options, OPTION.operatingSystem),
      application: optionText(options, OPTION.application),
    });
  }

  function takeInterface(bytes: Uint8Array, body: number, bodyEnd: number): void {
    if (interfaces.length >= MAXIMUM_INTERFACES) {
      complain('pcapng.interfaces', `A section has more than ${MAXIMUM_INTERFACES} interfaces.`);
      return;
    }
    const description = readInterface(bytes, body, bodyEnd, littleEndian);
    interfaces.push(description);
    const { linkType, snapLength, name } = description;
    events.interface?.({
      id: interfaces.length - 1,
      linkType,
      snapLength,
      name,
      description: description.description,
    });
  }

  /** An enhanced or an obsolete packet block: from the timestamp on they are the same. */
  function takePacket(bytes: Uint8Array, interfaceId: number, body: number, bodyEnd: number): void {
    const description = interfaceOf(interfaceId);
    if (description === undefined) return;
    const captured = u32(bytes, body + 8, littleEndian);
    const data = body + 16;
    if (captured > bodyEnd - data) {
      complain('pcapng.packet.length', 'A packet is longer than the block that holds it.');
      return;
    }
    const optionsStart = data + padded(captured);
    lastTime = description.clock(u32(bytes, body, littleEndian), u32(bytes, body + 4, littleEndian));
    const comments =
      optionsStart + 4 <= bodyEnd
        ? optionTexts(readOptions(bytes, optionsStart, bodyEnd, littleEndian), OPTION.comment)
        : NO_COMMENTS;
    const originalLength = Math.max(captured, u32(bytes, body + 12, littleEndian));
    emit(description, interfaceId, bytes.subarray(data, data + captured), originalLength, comments);
  }

  /** It has no time and belongs to the first interface: it takes the time of the packet before it. */
  function takeSimplePacket(bytes: Uint8Array, body: number, bodyEnd: number): void {
    const description = interfaceOf(0);
    if (description === undefined) return;
    const originalLength = u32(bytes, body, littleEndian);
    const limit = description.snapLength === 0 ? originalLength : Math.min(originalLength, description.snapLength);
    const captured = Math.min(limit, bodyEnd - body - 4);
    emit(description, 0, bytes.subarray(body + 4, body + 4 + captured), originalLength, NO_COMMENTS);
  }

  function interfaceOf(id: number): InterfaceDescription | undefined {
    const description = interfaces[id];
    if (description === undefined) {
      complain('pcapng.interface', `A packet names interface ${id}, which the section does not describe.`);
    }
    return description;
  }

  function emit(
    { linkType, name }: InterfaceDescription,
    interfaceId: number,
    data: Uint8Array,
    originalLength: number,
    comments: readonly string[],
  ): void {
    const packet = { time: lastTime, linkType, data, originalLength, interfaceId, interfaceName: name, comments };
    events.packet(packet, blockOffset);
  }

  /** Reports a problem of the block that is being taken. */
  function complain(code: string, text: string, severity: Severity = 'error'): void {
    report(code, text, blockOffset, blockLength, severity);
  }

  function report(code: string, text: string, offset: number, length: number, severity: Severity = 'error'): void {
    events.problem({ severity, code, text, range: [offset, length] });
  }

  return {
    push: (chunk) => stream.push(chunk),
    end() {
      ended = true;
      stream.flush();
      while (lostAt < 0 && stream.held > 0) {
        const { offset, held } = stream;
        // The file is cut there, or the length is damaged: then there are blocks within what it seems to hold.
        lostAt = offset;
        stream.flush();
        if (lostAt !== offset) continue;
        report('pcapng.truncated', 'The file ends in the middle of its last block.', offset, held, 'warning');
        return;
      }
      if (lostAt >= 0) {
        const length = stream.offset + stream.held - lostAt;
        report('pcapng.block', 'A block is damaged, and no further block was found after it.', lostAt, length);
      }
    },
  };
}
