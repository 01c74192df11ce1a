import { u16be, u32be, u32le } from '../bytes/integers.ts';

/** Link types that carry IP, https://www.tcpdump.org/linktypes.html */
export const LINK_TYPE = {
  null: 0,
  ethernet: 1,
  /** DLT_RAW as some systems number it, written to files by old programs. */
  raw12: 12,
  raw14: 14,
  raw: 101,
  loop: 108,
  linuxSll: 113,
  ipv4: 228,
  ipv6: 229,
  wiresharkUpperPdu: 252,
  linuxSll2: 276,
} as const;

/** There is no IP packet in it: another protocol, or cut before it begins. */
export const NOT_IP = -1;
/** The link type is not one that is read here. */
export const UNKNOWN_LINK = -2;

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
/** 802.1Q, 802.1ad and the number that was used for QinQ before it. */
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const MAXIMUM_VLAN_TAGS = 8;
/** AF_INET, and AF_INET6 of Linux, NetBSD, FreeBSD and macOS. */
const INTERNET_FAMILIES: ReadonlySet<number> = new Set([2, 10, 24, 28, 30]);

/** Where the IP header begins in a captured packet, or `NOT_IP` or `UNKNOWN_LINK`. */
export function findNetworkHeader(linkType: number, bytes: Uint8Array): number {
  switch (linkType) {
    case LINK_TYPE.ethernet:
      return findEthernetPayload(bytes, 0);
    case LINK_TYPE.raw:
    case LINK_TYPE.raw12:
    case LINK_TYPE.raw14:
    case LINK_TYPE.ipv4:
    case LINK_TYPE.ipv6:
      return 0;
    case LINK_TYPE.linuxSll:
      return afterEtherType(bytes, 14, 16);
    case LINK_TYPE.linuxSll2:
      return afterEtherType(bytes, 0, 20);
    case LINK_TYPE.null:
    case LINK_TYPE.loop:
      // NULL has the byte order of the machine that captured, which need not be that of the file.
      return bytes.length >= 4 && (INTERNET_FAMILIES.has(u32le(bytes, 0)) || INTERNET_FAMILIES.has(u32be(bytes, 0)))
        ? 4
        : NOT_IP;
    default:
      return UNKNOWN_LINK;
  }
}

/** Where the IP packet begins within the Ethernet frame at `at`, or `NOT_IP`. */
export function findEthernetPayload(bytes: Uint8Array, at: number): number {
  return afterEtherType(bytes, at + 12, at + 14);
}

/** Follows VLAN tags from the type at `typeAt`, whose payload begins at `payload`, to IP. */
function afterEtherType(bytes: Uint8Array, typeAt: number, payload: number): number {
  let at = payload;
  if (bytes.length < at) return NOT_IP;
  let type = u16be(bytes, typeAt);
  for (let tags = 0; VLAN_TAGS.has(type) && tags < MAXIMUM_VLAN_TAGS; tags++) {
    if (bytes.length < at + 4) return NOT_IP;
    type = u16be(bytes, at + 2);
    at += 4;
  }
  return type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6 ? at : NOT_IP;
}
