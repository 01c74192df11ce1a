import type { Socket } from 'node:net';
import type { DiameterDictionary } from '../../../app/decode/diameter/dictionary.ts';
import { type AvpInput, encodeMessage } from '../../../app/decode/diameter/encode.ts';
import { DiameterFramer } from '../../../app/decode/diameter/framer.ts';

/** The identifying part of a message. RFC 6733 section 3. */
export interface DiameterHead {
  readonly commandCode: number;
  readonly flags: number;
  readonly applicationId: number;
  readonly hopByHopId: number;
  readonly endToEndId: number;
}

/** A request to answer: its head and the whole message. */
export interface DiameterRequest extends DiameterHead {
  readonly bytes: Uint8Array;
}

const REQUEST = 0x80;
const PROXIABLE = 0x40;

/** One end of a Diameter connection: sends requests, waits for their answers, and answers those of the other end. */
export class DiameterPeer {
  readonly #socket: Socket;
  readonly #dictionary: DiameterDictionary;
  readonly #answer: (request: DiameterRequest) => readonly AvpInput[] | null;
  readonly #framer: DiameterFramer;
  #nextId: number;

  /** @param answer the AVPs of the answer to a request, or null to leave it unanswered */
  constructor(
    socket: Socket,
    dictionary: DiameterDictionary,
    firstId: number,
    answer: (request: DiameterRequest) => readonly AvpInput[] | null,
  ) {
    this.#socket = socket;
    this.#dictionary = dictionary;
    this.#nextId = firstId;
    this.#answer = answer;
    this.#framer = new DiameterFramer(0, true, {
      message: ({ bytes, start, end }) => this.#receive(bytes.subarray(start, end)),
      skipped: () => socket.destroy(),
    });
    socket.on('data', (bytes: Buffer) => this.#framer.data(bytes, 0n));
    socket.on('error', () => socket.destroy());
  }

  get closed(): boolean {
    return this.#socket.destroyed;
  }

  /** Sends a request; what is answered shows in the capture, the demo itself needs none of it. */
  send(commandCode: number, applicationId: number, avps: readonly AvpInput[]): void {
    const id = this.#nextId++ >>> 0;
    const flags = applicationId === 0 ? REQUEST : REQUEST | PROXIABLE;
    this.#write({ commandCode, flags, applicationId, hopByHopId: id, endToEndId: (id ^ 0x4fd0_0000) >>> 0 }, avps);
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const flags = view.getUint8(4);
    if ((flags & REQUEST) === 0) return;
    const head = {
      commandCode: view.getUint32(4) & 0xff_ffff,
      flags: flags & ~REQUEST,
      applicationId: view.getUint32(8),
      hopByHopId: view.getUint32(12),
      endToEndId: view.getUint32(16),
    };
    const avps = this.#answer({ ...head, bytes });
    if (avps) this.#write(head, avps);
  }

  #write(head: DiameterHead, avps: readonly AvpInput[]): void {
    if (!this.#socket.destroyed) this.#socket.write(encodeMessage({ ...head, avps }, this.#dictionary));
  }
}
