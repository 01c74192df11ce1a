import { u16, u32, u32be, u32le } from '../../bytes/integers.ts';
import type { Nanoseconds } from '../../model/exchange.ts';
import type { CaptureFileEvents, CaptureReader } from '../capture-events.ts';
import { createItemStream } from '../item-stream.ts';
import { type InterfaceClock, interfaceClock } from './interface-clock.ts';
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

/** What packets need to know of their interface. */
interface InterfaceState {
  readonly linkType: number;
  readonly snapLength: number;
  readonly name: string;
  readonly clock: InterfaceClock;
}

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
  let interfaces: InterfaceState[] = [];
  let lastTime: Nanoseconds = 0n;
  /** Where a search for the next consistent block began, or -1. */
  let lostAt = -1;

  const stream = createItemStream((bytes, start, end, offset) =>
    lostAt >= 0 ? search(bytes, start, end, offset) : readBlock(bytes, start, end, offset),
  );

  function readBlock(bytes: Uint8Array, start: number, end: number, offset: number): number {
    if (end - start < BLOCK_OVERHEAD) return -BLOCK_OVERHEAD;
    const length = blockLength(bytes, start);
    if (length < 0) return damaged(bytes, start, end, offset);
    if (end - start < length) return -length;
    if (u32(bytes, start + length - 4, littleEndian) !== length) return damaged(bytes, start, end, offset);
    takeBlock(bytes, start, start + length, offset);
    return length;
  }

  /** Total length of the block, or -1 when it cannot be one. A section header sets the byte order of what follows. */
  function blockLength(bytes: Uint8Array, start: number): number {
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
      const length = blockLength(bytes, at);
      if (length < 0 || length > SEARCH_WINDOW) continue;
      if (at + length > end) {
        littleEndian = order;
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

  function takeBlock(bytes: Uint8Array, start: number, end: number, offset: number): void {
    const body = start + 8;
    const bodyEnd = end - 4;
    const type = u32(bytes, start, littleEndian);
    if (bodyEnd - body < (MINIMUM_BODY.get(type) ?? 0)) {
      report('pcapng.block.short', 'A block is too short for its type.', offset, end - start);
      return;
    }
    switch (type) {
      case BLOCK.enhancedPacket:
        takePacket(bytes, u32(bytes, body, littleEndian), body + 4, bodyEnd, offset);
        break;
      case BLOCK.packet:
        takePacket(bytes, u16(bytes, body, littleEndian), body + 4, bodyEnd, offset);
        break;
      case BLOCK.simplePacket:
        takeSimplePacket(bytes, body, bodyEnd, offset);
        break;
      case BLOCK.interfaceDescription:
        takeInterface(bytes, body, bodyEnd, offset);
        break;
      case BLOCK.sectionHeader:
        takeSection(bytes, body, bodyEnd, offset);
        break;
      case BLOCK.nameResolution:
        readNameRecords(bytes, body, bodyEnd, littleEndian, (address, names) => events.names?.(address, names));
        break;
      default:
        // Statistics, secrets, journal entries, custom and unknown blocks carry no packets.
        break;
    }
  }

  function takeSection(bytes: Uint8Array, body: number, bodyEnd: number, offset: number): void {
    interfaces = [];
    const major = u16(bytes, body + 4, littleEndian);
    if (major !== 1) {
      report('pcapng.version', `The section is of version ${major}; it is read as version 1.`, offset, 16, 'warning');
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

  function takeInterface(bytes: Uint8Array, body: number, bodyEnd: number, offset: number): void {
    if (interfaces.length >= MAXIMUM_INTERFACES) {
      report(
        'pcapng.interfaces',
        `A section has more than ${MAXIMUM_INTERFACES} interfaces.`,
        offset,
        bodyEnd + 12 - body,
      );
      return;
    }
    const options = readOptions(bytes, body + 8, bodyEnd, littleEndian);
    const value = (code: number) => options.find(([each]) => each === code)?.[1];
    const offsetValue = value(OPTION.timestampOffset);
    const state: InterfaceState = {
      linkType: u16(bytes, body, littleEndian),
      snapLength: u32(bytes, body + 4, littleEndian),
      name: optionText(options, OPTION.interfaceName),
      clock: interfaceClock(value(OPTION.timestampResolution)?.[0] ?? 6, signed64(offsetValue)),
    };
    interfaces.push(state);
    events.interface?.({
      id: interfaces.length - 1,
      linkType: state.linkType,
      snapLength: state.snapLength,
      name: state.name,
      description: optionText(options, OPTION.interfaceDescription),
    });
  }

  function signed64(bytes: Uint8Array | undefined): bigint {
    if (bytes === undefined || bytes.length < 8) return 0n;
    const high = BigInt(u32(bytes, littleEndian ? 4 : 0, littleEndian));
    const low = BigInt(u32(bytes, littleEndian ? 0 : 4, littleEndian));
    return BigInt.asIntN(64, (high << 32n) | low);
  }

  /** An enhanced or an obsolete packet block: from the timestamp on they are the same. */
  function takePacket(bytes: Uint8Array, interfaceId: number, body: number, bodyEnd: number, offset: number): void {
    const state = interfaceOf(interfaceId, offset, bodyEnd + 4 - body);
    if (state === undefined) return;
    const captured = u32(bytes, body + 8, littleEndian);
    const data = body + 16;
    if (captured > bodyEnd - data) {
      report('pcapng.packet.length', 'A packet is longer than the block that holds it.', offset, bodyEnd + 12 - body);
      return;
    }
    const optionsStart = data + padded(captured);
    lastTime = state.clock(u32(bytes, body, littleEndian), u32(bytes, body + 4, littleEndian));
    const comments =
      optionsStart + 4 <= bodyEnd
        ? optionTexts(readOptions(bytes, optionsStart, bodyEnd, littleEndian), OPTION.comment)
        : NO_COMMENTS;
    const originalLength = Math.max(captured, u32(bytes, body + 12, littleEndian));
    emit(state, interfaceId, bytes.subarray(data, data + captured), originalLength, comments, offset);
  }

  /** It has no time and belongs to the first interface: it takes the time of the packet before it. */
  function takeSimplePacket(bytes: Uint8Array, body: number, bodyEnd: number, offset: number): void {
    const state = interfaceOf(0, offset, bodyEnd + 4 - body);
    if (state === undefined) return;
    const originalLength = u32(bytes, body, littleEndian);
    const limit = state.snapLength === 0 ? originalLength : Math.min(originalLength, state.snapLength);
    const captured = Math.min(limit, bodyEnd - body - 4);
    emit(state, 0, bytes.subarray(body + 4, body + 4 + captured), originalLength, NO_COMMENTS, offset);
  }

  function interfaceOf(id: number, offset: number, length: number): InterfaceState | undefined {
    const state = interfaces[id];
    if (state === undefined) {
      report(
        'pcapng.interface',
        `A packet names interface ${id}, which the section does not describe.`,
        offset,
        length,
      );
    }
    return state;
  }

  function emit(
    state: InterfaceState,
    interfaceId: number,
    data: Uint8Array,
    originalLength: number,
    comments: readonly string[],
    offset: number,
  ): void {
    events.packet(
      {
        time: lastTime,
        linkType: state.linkType,
        data,
        originalLength,
        interfaceId,
        interfaceName: state.name,
        comments,
      },
      offset,
    );
  }

  function report(
    code: string,
    text: string,
    offset: number,
    length: number,
    severity: 'warning' | 'error' = 'error',
  ): void {
    events.problem({ severity, code, text, range: [offset, length] });
  }

  return {
    push: stream.push,
    end() {
      if (lostAt >= 0) {
        const length = stream.offset + stream.held - lostAt;
        report('pcapng.block', 'A block is damaged, and no further block was found behind it.', lostAt, length);
      } else if (stream.held > 0) {
        report(
          'pcapng.truncated',
          'The file ends in the middle of its last block.',
          stream.offset,
          stream.held,
          'warning',
        );
      }
    },
  };
}
