import { closeSync, openSync, writeSync } from 'node:fs';
import { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import { LINKTYPE_RAW } from '../../../app/formats/pcap/pcap-format.ts';
import { pcapFileHeader } from '../../../app/formats/pcap/pcap-writer.ts';
import type { Direction } from '../../../app/model/exchange.ts';
import { TcpConversation } from '../../../app/synth/tcp-conversation.ts';

/** Payload of a full packet on Ethernet. */
const SEGMENT = 1448;
const FLUSH_LENGTH = 1 << 20;

/** A pcap file of connections that take turns, as a busy server has them. */
export class PacketFile implements Disposable {
  readonly connections: readonly TcpConversation[];
  private readonly file: number;
  private readonly out = new ByteBuilder(FLUSH_LENGTH * 2);
  private time = 1_790_000_000_000_000_000n;

  constructor(path: string, connections: number, serverPort: number) {
    this.file = openSync(path, 'w');
    this.out.append(pcapFileHeader(LINKTYPE_RAW));
    this.connections = Array.from({ length: connections }, (_, number) => {
      const client = { address: `10.0.${number >>> 8}.${number & 255}`, port: 40_000 + number };
      return new TcpConversation(client, { address: '10.1.0.1', port: serverPort }, number * 7919);
    });
    for (const connection of this.connections) connection.open(this.out, this.tick());
  }

  send(connection: number, direction: Direction, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += SEGMENT) {
      this.connections[connection]!.send(this.out, direction, bytes.subarray(at, at + SEGMENT), this.tick());
    }
    if (this.out.length > FLUSH_LENGTH) this.flush();
  }

  [Symbol.dispose](): void {
    for (const connection of this.connections) connection.finish(this.out, 0, this.tick());
    this.flush();
    closeSync(this.file);
  }

  private tick(): bigint {
    this.time += 20_000n;
    return this.time;
  }

  private flush(): void {
    writeSync(this.file, this.out.built());
    this.out.length = 0;
  }
}
