import { u16be, u32be } from '../bytes/integers.ts';
import type { FragmentTable } from './fragments.ts';
import type { NetworkPacket } from './network-packet.ts';

/** What became of reading an IP packet. `held`: a fragment that waits for the others. */
export type IpResult = 'packet' | 'held' | 'malformed';

/** Fills `into` from the IPv4 or IPv6 packet that begins at `at`; `originalLength` is the wire length of all of `bytes`. */
export function readIp(
  bytes: Uint8Array,
  at: number,
  originalLength: number,
  fragments: FragmentTable,
  into: NetworkPacket,
): IpResult {
  if (at >= bytes.length) return 'malformed';
  const version = bytes[at]! >>> 4;
  if (version === 4) return readIpv4(bytes, at, originalLength, fragments, into);
  if (version === 6) return readIpv6(bytes, at, originalLength, fragments, into);
  return 'malformed';
}

/** RFC 791 section 3.1. */
function readIpv4(
  bytes: Uint8Array,
  at: number,
  originalLength: number,
  fragments: FragmentTable,
  into: NetworkPacket,
): IpResult {
  const headerLength = (bytes[at]! & 15) * 4;
  if (headerLength < 20 || at + headerLength > bytes.length) return 'malformed';
  // Segmentation offload leaves the length 0 on the sending host; then the frame tells it.
  const totalLength = u16be(bytes, at + 2) || originalLength - at;
  if (totalLength < headerLength) return 'malformed';
  into.version = 4;
  into.source0 = into.source1 = into.source2 = 0;
  into.destination0 = into.destination1 = into.destination2 = 0;
  into.source3 = u32be(bytes, at + 12) | 0;
  into.destination3 = u32be(bytes, at + 16) | 0;
  into.protocol = bytes[at + 9]!;
  setPayload(into, bytes, at + headerLength, totalLength - headerLength);
  const fragment = u16be(bytes, at + 6);
  const offset = (fragment & 0x1fff) * 8;
  const more = (fragment & 0x2000) !== 0;
  if (offset === 0 && !more) return 'packet';
  return fragments.add(into, u16be(bytes, at + 4), offset, more);
}

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const DESTINATION_OPTIONS = 60;
const MOBILITY = 135;
const HOST_IDENTITY = 139;
const SHIM6 = 140;
const MAXIMUM_EXTENSIONS = 16;

/** RFC 8200 sections 3 and 4. */
function readIpv6(
  bytes: Uint8Array,
  at: number,
  originalLength: number,
  fragments: FragmentTable,
  into: NetworkPacket,
): IpResult {
  if (at + 40 > bytes.length) return 'malformed';
  into.version = 6;
  into.source0 = u32be(bytes, at + 8) | 0;
  into.source1 = u32be(bytes, at + 12) | 0;
  into.source2 = u32be(bytes, at + 16) | 0;
  into.source3 = u32be(bytes, at + 20) | 0;
  into.destination0 = u32be(bytes, at + 24) | 0;
  into.destination1 = u32be(bytes, at + 28) | 0;
  into.destination2 = u32be(bytes, at + 32) | 0;
  into.destination3 = u32be(bytes, at + 36) | 0;
  // 0 for jumbograms (RFC 2675) and after segmentation offload.
  const payloadLength = u16be(bytes, at + 4) || originalLength - at - 40;
  return readExtensions(bytes, at + 40, at + 40 + payloadLength, bytes[at + 6]!, fragments, into);
}

/** Walks the extension headers from `start`, the first of which is of type `first`. `wireEnd`: where the packet ends on the wire. */
function readExtensions(
  bytes: Uint8Array,
  start: number,
  wireEnd: number,
  first: number,
  fragments: FragmentTable,
  into: NetworkPacket,
): IpResult {
  let at = start;
  let type = first;
  for (let count = 0; count < MAXIMUM_EXTENSIONS; count++) {
    switch (type) {
      case HOP_BY_HOP:
      case ROUTING:
      case DESTINATION_OPTIONS:
      case MOBILITY:
      case HOST_IDENTITY:
      case SHIM6:
      case AUTHENTICATION: {
        if (at + 8 > bytes.length) return 'malformed';
        const units = bytes[at + 1]!;
        const length = type === AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
        type = bytes[at]!;
        at += length;
        break;
      }
      case FRAGMENT: {
        if (at + 8 > bytes.length) return 'malformed';
        const fragment = u16be(bytes, at + 2);
        const offset = fragment & 0xfff8;
        const more = (fragment & 1) !== 0;
        const identification = u32be(bytes, at + 4);
        into.protocol = bytes[at]!;
        at += 8;
        if (offset === 0 && !more) {
          type = into.protocol;
          break;
        }
        if (at > wireEnd) return 'malformed';
        setPayload(into, bytes, at, wireEnd - at);
        const result = fragments.add(into, identification, offset, more);
        if (result !== 'packet') return result;
        return readExtensions(into.bytes, 0, into.payloadLength, into.protocol, fragments, into);
      }
      default:
        if (at > wireEnd || at > bytes.length) return 'malformed';
        into.protocol = type;
        setPayload(into, bytes, at, wireEnd - at);
        return 'packet';
    }
  }
  return 'malformed';
}

function setPayload(into: NetworkPacket, bytes: Uint8Array, start: number, length: number): void {
  into.bytes = bytes;
  into.payloadStart = start;
  into.payloadLength = length;
  into.payloadEnd = Math.min(start + length, bytes.length);
}
