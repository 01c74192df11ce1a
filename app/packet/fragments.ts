import type { IpResult } from './ip.ts';
import type { NetworkPacket } from './network-packet.ts';

/** A datagram of which some fragments have come. */
interface Datagram {
  bytes: Uint8Array;
  /** What has come, as disjoint `[start, end)` in order. */
  readonly ranges: [number, number][];
  /** Its length, known once the last fragment has come; else -1. */
  length: number;
  /** What follows: known from the fragment with offset 0 (RFC 8200 section 4.5). */
  protocol: number;
}

const MAXIMUM_DATAGRAM = 65_535;
const MAXIMUM_DATAGRAMS = 256;
/** 65,535 bytes in the smallest fragments that do progress would be 8,192; no path cuts a datagram into so many. */
const MAXIMUM_RANGES = 1024;

/**
 * Puts IP fragments together. Where fragments overlap, the bytes that came first stay. At most 256 datagrams wait at a
 * time, the oldest makes way; a fragment that was not captured whole is not used.
 */
export class FragmentTable {
  /** Fragments that were given up with their datagram, or could not be used. */
  dropped = 0;
  private readonly waiting = new Map<string, Datagram>();

  /** Takes the fragment that is the payload of `packet`; when it completes a datagram, `packet` becomes that. */
  add(packet: NetworkPacket, identification: number, offset: number, more: boolean): IpResult {
    const length = packet.payloadLength;
    const end = offset + length;
    const isWhole = packet.payloadEnd - packet.payloadStart === length;
    if (!isWhole || end > MAXIMUM_DATAGRAM || (more && length === 0)) {
      this.dropped++;
      return 'malformed';
    }
    const key = keyOf(packet, identification);
    const datagram = this.waiting.get(key) ?? this.open(key);
    if (!more) datagram.length = end;
    if (offset === 0) datagram.protocol = packet.protocol;
    if (!merge(datagram, offset, packet.bytes.subarray(packet.payloadStart, packet.payloadEnd))) {
      this.waiting.delete(key);
      this.dropped++;
      return 'malformed';
    }
    const first = datagram.ranges[0];
    if (datagram.length < 0 || first === undefined || first[0] > 0 || first[1] < datagram.length) return 'held';
    this.waiting.delete(key);
    packet.bytes = datagram.bytes.subarray(0, datagram.length);
    packet.payloadStart = 0;
    packet.payloadEnd = datagram.length;
    packet.payloadLength = datagram.length;
    packet.protocol = datagram.protocol;
    return 'packet';
  }

  /** Datagrams that still wait for fragments. */
  get pending(): number {
    return this.waiting.size;
  }

  private open(key: string): Datagram {
    if (this.waiting.size >= MAXIMUM_DATAGRAMS) {
      const [oldest] = this.waiting.keys();
      if (oldest !== undefined) this.waiting.delete(oldest);
      this.dropped++;
    }
    const datagram: Datagram = { bytes: new Uint8Array(2048), ranges: [], length: -1, protocol: 0 };
    this.waiting.set(key, datagram);
    return datagram;
  }
}

/** Which datagram a fragment belongs to. IPv6 has no protocol in it: the next header is that of the first fragment. */
function keyOf(packet: NetworkPacket, identification: number): string {
  const protocol = packet.version === 4 ? packet.protocol : '';
  return [packet.sourceAddress(), packet.destinationAddress(), identification, protocol].join(' ');
}

/** Copies what is new of a fragment. False when the datagram has become too scattered. */
function merge(datagram: Datagram, offset: number, bytes: Uint8Array): boolean {
  const end = offset + bytes.length;
  if (end > datagram.bytes.length) {
    const grown = new Uint8Array(Math.min(MAXIMUM_DATAGRAM, Math.max(end, datagram.bytes.length * 2)));
    grown.set(datagram.bytes);
    datagram.bytes = grown;
  }
  const merged: [number, number][] = [];
  let start = offset;
  let joined: [number, number] = [offset, end];
  for (const range of datagram.ranges) {
    if (range[1] < offset || range[0] > end) {
      merged.push(range);
      continue;
    }
    if (range[0] > start) datagram.bytes.set(bytes.subarray(start - offset, range[0] - offset), start);
    start = Math.max(start, range[1]);
    joined = [Math.min(joined[0], range[0]), Math.max(joined[1], range[1])];
  }
  if (start < end) datagram.bytes.set(bytes.subarray(start - offset), start);
  merged.push(joined);
  merged.sort((a, b) => a[0] - b[0]);
  datagram.ranges.splice(0, datagram.ranges.length, ...merged);
  return merged.length <= MAXIMUM_RANGES;
}
