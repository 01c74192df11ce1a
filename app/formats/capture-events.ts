import type { PodIdentity } from '../model/endpoint.ts';
import type { Packet } from '../model/packet.ts';
import type { Problem } from '../model/problem.ts';

/** An interface that packets of a capture file name by number. */
export interface CaptureInterface {
  /** Number in its section, from 0. */
  readonly id: number;
  readonly linkType: number;
  /** Most bytes captured of a packet; 0 means no limit. */
  readonly snapLength: number;
  /** `if_name` or ''. */
  readonly name: string;
  /** `if_description` or ''. */
  readonly description: string;
}

/** What a section of a capture file says about itself. Unknown texts are ''. */
export interface CaptureSection {
  readonly format: 'pcap' | 'pcapng';
  readonly comments: readonly string[];
  readonly hardware: string;
  readonly operatingSystem: string;
  readonly application: string;
}

/** What a reader of capture files calls back with, in the order of the file. Offsets are bytes from the file's beginning. */
export interface CaptureFileEvents {
  /** The packet's data is only valid during the call. `offset`: where its record or block begins. */
  packet(packet: Packet, offset: number): void;
  /** Something is wrong; its range is a range of the file. */
  problem(problem: Problem): void;
  section?(section: CaptureSection): void;
  interface?(captureInterface: CaptureInterface): void;
  /** An entry of a name resolution block: RFC 5952 or dotted address, and its names. */
  names?(address: string, names: readonly string[]): void;
  /** What a HAR file of ours says in full about who is at an address. */
  identity?(address: string, identity: PodIdentity): void;
}

/** Reads a capture file that is pushed in chunks of any size. */
export interface CaptureReader {
  push(chunk: Uint8Array): void;
  /** The file has ended: says what is incomplete. */
  end(): void;
}
