import { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import { plainBytes } from '../../../app/bytes/plain-bytes.ts';
import type { CaptureReader } from '../../../app/formats/capture-events.ts';
import { createPcapReader, isPcapMagic } from '../../../app/formats/pcap/pcap-reader.ts';
import { pcapRecord } from '../../../app/formats/pcap/pcap-writer.ts';
import { findNetworkHeader, UNKNOWN_LINK } from '../../../app/packet/link.ts';

/** Reads a pcap file that may still be written, down to IP: with no link layer, as all packets of a live session are. */
export class NetworkPackets {
  readonly #reader: CaptureReader;
  readonly #packets = new ByteBuilder(512);
  #hasBegun = false;
  #problem = '';

  constructor() {
    this.#reader = createPcapReader({
      packet: ({ linkType, data, originalLength, time }) => {
        const start = findNetworkHeader(linkType, data);
        if (start === UNKNOWN_LINK) this.#problem ||= `Its link type ${linkType} is not supported.`;
        if (start >= 0) this.#packets.append(pcapRecord(time, data.subarray(start), originalLength - start));
      },
      problem: ({ text }) => {
        this.#problem ||= text;
      },
    });
  }

  /**
   * The packets that end in the next bytes of the file, as `pcapRecord` writes them.
   *
   * @throws Error with a sentence when it is no pcap file, or is damaged
   */
  read(bytes: Uint8Array): Uint8Array {
    if (!this.#hasBegun && bytes.length >= 4 && !isPcapMagic(bytes)) throw new Error('It is not a pcap file.');
    this.#hasBegun = true;
    this.#packets.length = 0;
    this.#reader.push(plainBytes(bytes));
    if (this.#problem !== '') throw new Error(this.#problem);
    return this.#packets.built();
  }
}
