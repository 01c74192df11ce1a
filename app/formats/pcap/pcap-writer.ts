import { putU16le, putU32le } from '../../bytes/integers.ts';
import type { Nanoseconds } from '../../model/exchange.ts';
import {
  PCAP_FILE_HEADER_LENGTH,
  PCAP_MAGIC_MICROSECONDS,
  PCAP_MAGIC_NANOSECONDS,
  PCAP_RECORD_HEADER_LENGTH,
  type PcapResolution,
} from './pcap-format.ts';

/** The length up to which packets are captured, as tcpdump has it. */
const SNAP_LENGTH = 262_144;

/** File header: version 2.4, little-endian. */
export function pcapFileHeader(linkType: number, resolution: PcapResolution = 'nanoseconds'): Uint8Array {
  const bytes = new Uint8Array(PCAP_FILE_HEADER_LENGTH);
  putU32le(bytes, 0, resolution === 'nanoseconds' ? PCAP_MAGIC_NANOSECONDS : PCAP_MAGIC_MICROSECONDS);
  putU16le(bytes, 4, 2);
  putU16le(bytes, 6, 4);
  putU32le(bytes, 16, SNAP_LENGTH);
  putU32le(bytes, 20, linkType);
  return bytes;
}

/**
 * One packet with its header. `originalLength` is more than the data's when the packet was cut. What microseconds do not hold of
 * the time is left out.
 */
export function pcapRecord(
  time: Nanoseconds,
  data: Uint8Array,
  originalLength = data.length,
  resolution: PcapResolution = 'nanoseconds',
): Uint8Array {
  const bytes = new Uint8Array(PCAP_RECORD_HEADER_LENGTH + data.length);
  const fraction = time % 1_000_000_000n;
  putU32le(bytes, 0, Number((time / 1_000_000_000n) & 0xffffffffn));
  putU32le(bytes, 4, Number(resolution === 'nanoseconds' ? fraction : fraction / 1000n));
  putU32le(bytes, 8, data.length);
  putU32le(bytes, 12, originalLength);
  bytes.set(data, PCAP_RECORD_HEADER_LENGTH);
  return bytes;
}
