import { putU16le, putU32le } from '../../bytes/integers.ts';
import type { Nanoseconds } from '../../model/exchange.ts';
import { PCAP_FILE_HEADER_LENGTH, PCAP_MAGIC_NANOSECONDS, PCAP_RECORD_HEADER_LENGTH } from './pcap-format.ts';

/** File header: version 2.4, little-endian, nanoseconds. */
export function pcapFileHeader(linkType: number, snapLength = 262_144): Uint8Array {
  const bytes = new Uint8Array(PCAP_FILE_HEADER_LENGTH);
  putU32le(bytes, 0, PCAP_MAGIC_NANOSECONDS);
  putU16le(bytes, 4, 2);
  putU16le(bytes, 6, 4);
  putU32le(bytes, 16, snapLength);
  putU32le(bytes, 20, linkType);
  return bytes;
}

/** One packet with its header. `originalLength` is more than the data's when the packet was cut. */
export function pcapRecord(time: Nanoseconds, data: Uint8Array, originalLength = data.length): Uint8Array {
  const bytes = new Uint8Array(PCAP_RECORD_HEADER_LENGTH + data.length);
  putU32le(bytes, 0, Number((time / 1_000_000_000n) & 0xffffffffn));
  putU32le(bytes, 4, Number(time % 1_000_000_000n));
  putU32le(bytes, 8, data.length);
  putU32le(bytes, 12, originalLength);
  bytes.set(data, PCAP_RECORD_HEADER_LENGTH);
  return bytes;
}
