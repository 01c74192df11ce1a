import { u16, u32be } from '../../bytes/integers.ts';
import { ipv4Text, ipv6Text } from '../../packet/address.ts';
import { NAME_RECORD, padded } from './pcapng-format.ts';

const decoder = new TextDecoder();

/** Reads the records of a name resolution block: an address and its names, each ended by a zero octet. */
export function readNameRecords(
  bytes: Uint8Array,
  start: number,
  end: number,
  littleEndian: boolean,
  names: (address: string, names: readonly string[]) => void,
): void {
  let at = start;
  while (at + 4 <= end) {
    const type = u16(bytes, at, littleEndian);
    const length = u16(bytes, at + 2, littleEndian);
    const value = at + 4;
    if (type === NAME_RECORD.end || value + length > end) return;
    const addressLength = type === NAME_RECORD.ipv4 ? 4 : type === NAME_RECORD.ipv6 ? 16 : 0;
    if (addressLength > 0 && length > addressLength) {
      const address = addressLength === 4 ? ipv4Text(u32be(bytes, value)) : ipv6Text(bytes, value);
      const text = decoder.decode(bytes.subarray(value + addressLength, value + length));
      const list = text.split('\0').filter((name) => name !== '');
      if (list.length > 0) names(address, list);
    }
    at = value + padded(length);
  }
}
