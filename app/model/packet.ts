import type { Nanoseconds } from './exchange.ts';

/** A packet out of a capture file, of any format. */
export interface Packet {
  readonly time: Nanoseconds;
  /** Link type of the packet, by number: https://www.tcpdump.org/linktypes.html */
  readonly linkType: number;
  /** What was captured of it; valid only during the call. */
  readonly data: Uint8Array;
  /** Its length on the wire; more than `data` when the snapshot length cut it. */
  readonly originalLength: number;
  /** Number of the interface in its section, and its `if_name` or ''. */
  readonly interfaceId: number;
  readonly interfaceName: string;
  /** `opt_comment` texts, in order. */
  readonly comments: readonly string[];
}
