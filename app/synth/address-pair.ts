import { parseAddress } from '../packet/address.ts';

/** An address in network order: 4 bytes for IPv4, 16 for IPv6. */
export type AddressBytes = Uint8Array;

const UNSPECIFIED = new Uint8Array(4);

/**
 * Two addresses of one family for one packet. Where only one is IPv6 the other is written IPv4-mapped (RFC 4291 section
 * 2.5.5.2); what is no IP address (a unix socket, Envoy's internal listener) becomes the unspecified address. The zone of
 * a link-local address (RFC 4007 section 11) has no place in a packet.
 */
export function addressPair(first: string, second: string): readonly [AddressBytes, AddressBytes] {
  const a = parseAddress(withoutZone(first)) ?? UNSPECIFIED;
  const b = parseAddress(withoutZone(second)) ?? UNSPECIFIED;
  return a.length === b.length ? [a, b] : [toIpv6(a), toIpv6(b)];
}

function withoutZone(text: string): string {
  const zone = text.indexOf('%');
  return zone < 0 ? text : text.slice(0, zone);
}

function toIpv6(address: AddressBytes): AddressBytes {
  if (address.length === 16) return address;
  const mapped = new Uint8Array(16);
  if (address === UNSPECIFIED) return mapped;
  mapped.set([0xff, 0xff], 10);
  mapped.set(address, 12);
  return mapped;
}
