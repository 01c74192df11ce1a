import type { Endpoint } from '../model/endpoint.ts';
import { ipv4Text, ipv6Text } from './address.ts';

/** IP protocol numbers that are read here. */
export const PROTOCOL = { ipv4: 4, tcp: 6, udp: 17, ipv6: 41, gre: 47, sctp: 132 } as const;

/**
 * What a captured packet says at the network layer. One object is filled again for every packet, so that a packet costs
 * no memory: what has to be kept is copied. Addresses are four 32-bit words; an IPv4 address is the last of them.
 */
export class NetworkPacket {
  version: 4 | 6 = 4;
  source0 = 0;
  source1 = 0;
  source2 = 0;
  source3 = 0;
  destination0 = 0;
  destination1 = 0;
  destination2 = 0;
  destination3 = 0;
  /** Protocol of the payload, behind any extension headers. */
  protocol = 0;
  /** Holds the payload: the captured packet, or the datagram that fragments were put together to. */
  bytes: Uint8Array = new Uint8Array(0);
  payloadStart = 0;
  /** End of what was captured of the payload. */
  payloadEnd = 0;
  /** Length of the payload on the wire; more than was captured when the snapshot length cut it. */
  payloadLength = 0;

  sourceAddress(): string {
    return addressOfWords(this.version, this.source0, this.source1, this.source2, this.source3);
  }

  destinationAddress(): string {
    return addressOfWords(this.version, this.destination0, this.destination1, this.destination2, this.destination3);
  }

  source(port: number): Endpoint {
    return { address: this.sourceAddress(), port };
  }

  destination(port: number): Endpoint {
    return { address: this.destinationAddress(), port };
  }
}

export function addressOfWords(version: 4 | 6, word0: number, word1: number, word2: number, word3: number): string {
  if (version === 4) return ipv4Text(word3 >>> 0);
  const bytes = new Uint8Array(16);
  [word0, word1, word2, word3].forEach((word, index) => {
    bytes[index * 4] = word >>> 24;
    bytes[index * 4 + 1] = word >>> 16;
    bytes[index * 4 + 2] = word >>> 8;
    bytes[index * 4 + 3] = word;
  });
  return ipv6Text(bytes);
}
