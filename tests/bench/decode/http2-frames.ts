import { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import { FrameType, PREFACE } from '../../../app/decode/http2/frame.ts';
import { HUFFMAN_LENGTHS, huffmanCodes } from '../../../app/decode/http2/huffman-code.ts';
import type { PacketFile } from './packet-file.ts';

const FIRST_DYNAMIC = 62;
const codes = huffmanCodes();

export type Field = readonly [name: string, value: string];

/** Flags of HEADERS and DATA. RFC 9113 section 6. */
export const END_STREAM = 1;
export const END_HEADERS = 4;

/** What both sides send first on each connection. */
export function sendPrefaces(file: PacketFile): void {
  const settings = frame(FrameType.SETTINGS, 0, 0, new Uint8Array(0));
  for (let connection = 0; connection < file.connections.length; connection++) {
    file.send(connection, 0, Buffer.concat([PREFACE, settings]));
    file.send(connection, 1, settings);
  }
}

export function frame(type: number, flags: number, stream: number, payload: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(9 + payload.length);
  bytes.writeUIntBE(payload.length, 0, 3);
  bytes[3] = type;
  bytes[4] = flags;
  bytes.writeUInt32BE(stream, 5);
  bytes.set(payload, 9);
  return bytes;
}

/** HPACK with Huffman strings. What is to repeat is put in the dynamic table; the traffic has less than the table holds. */
export class BlockEncoder {
  private readonly table: string[] = [];
  private readonly out = new ByteBuilder(512);

  block(repeated: readonly Field[], single: readonly Field[]): Uint8Array {
    this.out.length = 0;
    for (const [name, value] of repeated) {
      const position = this.table.indexOf(`${name}: ${value}`);
      if (position >= 0) {
        this.out.u8(0x80 | (FIRST_DYNAMIC + this.table.length - 1 - position));
        continue;
      }
      this.literal(0x40, name, value);
      this.table.push(`${name}: ${value}`);
    }
    for (const [name, value] of single) this.literal(0, name, value);
    return this.out.copy();
  }

  private literal(kind: number, name: string, value: string): void {
    this.out.u8(kind);
    for (const text of [name, value]) {
      const octets = huffman(text);
      this.out.u8(0x80 | octets.length);
      this.out.append(octets);
    }
  }
}

/** RFC 7541 section 5.2. */
function huffman(text: string): Uint8Array {
  let bits = '';
  for (const character of text) {
    const octet = character.charCodeAt(0);
    bits += codes[octet]!.toString(2).padStart(HUFFMAN_LENGTHS[octet]!, '0');
  }
  bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  return Uint8Array.from({ length: bits.length / 8 }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2));
}
