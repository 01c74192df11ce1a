import { u16be } from '../bytes/integers.ts';
import { findEthernetPayload } from './link.ts';
import { type NetworkPacket, PROTOCOL } from './network-packet.ts';

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
/** Transparent Ethernet bridging: a whole frame follows. */
const ETHERTYPE_ETHERNET = 0x6558;

const UDP_HEADER_LENGTH = 8;
/** 8472 is what Linux took before there was a number for it; overlays of clusters still use it. */
const VXLAN_PORTS: ReadonlySet<number> = new Set([4789, 8472]);
const GENEVE_PORT = 6081;

/** There is no IP packet within it. */
const NO_TUNNEL = -1;

/**
 * Where in `bytes` of a packet the IP packet begins that it carries as a tunnel; -1 when it is none. These are the tunnels
 * that networks of clusters are made of, as a capture on a node sees them: IP in IP (RFC 2003), IPv6 in IPv4 (RFC 4213),
 * GRE (RFC 2784, 2890), VXLAN (RFC 7348) and Geneve (RFC 8926).
 */
export function findTunnelledPacket(packet: NetworkPacket): number {
  switch (packet.protocol) {
    case PROTOCOL.ipv4:
    case PROTOCOL.ipv6:
      return packet.payloadStart;
    case PROTOCOL.gre:
      return withinGre(packet.bytes, packet.payloadStart, packet.payloadEnd);
    case PROTOCOL.udp:
      return withinUdp(packet.bytes, packet.payloadStart, packet.payloadEnd);
    default:
      return NO_TUNNEL;
  }
}

function withinGre(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 > end) return NO_TUNNEL;
  const flags = u16be(bytes, at);
  // Version 1 is that of PPTP; routing was taken out by RFC 2784.
  if ((flags & 0x4007) !== 0) return NO_TUNNEL;
  const optional = (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0);
  return ofType(bytes, u16be(bytes, at + 2), at + 4 + optional);
}

function withinUdp(bytes: Uint8Array, at: number, end: number): number {
  const header = at + UDP_HEADER_LENGTH;
  if (header + 8 > end) return NO_TUNNEL;
  const port = u16be(bytes, at + 2);
  // The flag that the network identifier is valid, and no other: extensions of it may hold something else than Ethernet.
  if (VXLAN_PORTS.has(port)) return bytes[header] === 0x08 ? findEthernetPayload(bytes, header + 8) : NO_TUNNEL;
  if (port !== GENEVE_PORT || bytes[header]! >>> 6 !== 0) return NO_TUNNEL;
  return ofType(bytes, u16be(bytes, header + 2), header + 8 + (bytes[header]! & 0x3f) * 4);
}

function ofType(bytes: Uint8Array, type: number, at: number): number {
  if (type === ETHERTYPE_ETHERNET) return findEthernetPayload(bytes, at);
  return type === ETHERTYPE_IPV4 || type === ETHERTYPE_IPV6 ? at : NO_TUNNEL;
}
