/** A range of addresses: the first `bits` bits of `bytes` count. A single address counts all of its 32 or 128 bits. */
export interface Network {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** The 4 bytes of an IPv4 address, the 16 of an IPv6 address (RFC 4291 section 2.2), or null. */
export function readAddress(text: string): readonly number[] | null {
  return text.includes(':') ? readIpv6(text) : readIpv4(text);
}

/** An address, or a network in CIDR notation (RFC 4632 section 3.1); null when it is neither. */
export function readNetwork(text: string): Network | null {
  const slash = text.indexOf('/');
  const bytes = readAddress(slash < 0 ? text : text.slice(0, slash));
  if (bytes === null) return null;
  if (slash < 0) return { bytes, bits: bytes.length * 8 };
  const prefix = text.slice(slash + 1);
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bytes.length * 8) return null;
  return { bytes, bits: Number(prefix) };
}

/** Whether an address lies in a network. Addresses of the other family never do. */
export function isInNetwork(bytes: readonly number[], network: Network): boolean {
  return bytes.length === network.bytes.length && comparePrefix(bytes, network.bytes, network.bits) === 0;
}

/** Compares the first `bits` bits as a number would be: below, equal to or above 0. Both are of one family. */
export function comparePrefix(left: readonly number[], right: readonly number[], bits: number): number {
  for (let index = 0; index * 8 < bits; index++) {
    const used = Math.min(8, bits - index * 8);
    const difference = (left[index]! >> (8 - used)) - (right[index]! >> (8 - used));
    if (difference !== 0) return difference;
  }
  return 0;
}

function readIpv4(text: string): number[] | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return null;
  const bytes = match.slice(1).map(Number);
  return bytes.every((byte) => byte < 256) ? bytes : null;
}

function readIpv6(text: string): number[] | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const head = readGroups(halves[0]!);
  const tail = halves.length === 2 ? readGroups(halves[1]!) : [];
  if (head === null || tail === null) return null;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return null;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

/** Groups of 16 bits; the last may be an IPv4 address. */
function readGroups(text: string): number[] | null {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (index === groups.length - 1 && group.includes('.')) {
      const last = readIpv4(group);
      if (last === null) return null;
      bytes.push(...last);
    } else if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else {
      return null;
    }
  }
  return bytes;
}
