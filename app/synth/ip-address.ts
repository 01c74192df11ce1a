/** An address in network order: 4 bytes for IPv4, 16 for IPv6. */
export type AddressBytes = Uint8Array;

const UNSPECIFIED = new Uint8Array(4);

/** Reads an IPv4 or IPv6 address (RFC 4291 section 2.2, with or without zone); null when it is neither. */
export function parseAddress(text: string): AddressBytes | null {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

/**
 * Two addresses of one family for one packet. Where only one is IPv6 the other is written IPv4-mapped (RFC 4291 section
 * 2.5.5.2); what is no IP address (a unix socket, Envoy's internal listener) becomes the unspecified address.
 */
export function addressPair(first: string, second: string): readonly [AddressBytes, AddressBytes] {
  const a = parseAddress(first) ?? UNSPECIFIED;
  const b = parseAddress(second) ?? UNSPECIFIED;
  return a.length === b.length ? [a, b] : [toIpv6(a), toIpv6(b)];
}

function toIpv6(address: AddressBytes): AddressBytes {
  if (address.length === 16) return address;
  const mapped = new Uint8Array(16);
  if (address === UNSPECIFIED) return mapped;
  mapped.set([0xff, 0xff], 10);
  mapped.set(address, 12);
  return mapped;
}

function parseIpv4(text: string): AddressBytes | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return null;
  const octets = match.slice(1).map(Number);
  return octets.every((octet) => octet <= 255) ? Uint8Array.from(octets) : null;
}

function parseIpv6(text: string): AddressBytes | null {
  const zone = text.indexOf('%');
  const halves = (zone < 0 ? text : text.slice(0, zone)).split('::');
  if (halves.length > 2) return null;
  const head = parseGroups(halves[0]!);
  const tail = halves.length === 2 ? parseGroups(halves[1]!) : [];
  if (!head || !tail) return null;
  const missing = 16 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 2) return null;
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

/** The bytes of `a:b:c`, whose last group may be an IPv4 address. */
function parseGroups(text: string): number[] | null {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >>> 8, value & 0xff);
    } else {
      const embedded = index === groups.length - 1 ? parseIpv4(group) : null;
      if (!embedded) return null;
      bytes.push(...embedded);
    }
  }
  return bytes.length <= 16 ? bytes : null;
}
