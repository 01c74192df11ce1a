import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { ContentCodings } from '../../../app/decode/content/content-codings.ts';
import { LINKTYPE_RAW } from '../../../app/formats/pcap/pcap-format.ts';
import { pcapFileHeader, pcapRecord } from '../../../app/formats/pcap/pcap-writer.ts';
import { SYN, tcpPacket } from '../../../tests/support/packets.ts';
import { nodeContentCodings } from '../content-codings.ts';
import { Session } from '../session/session.ts';
import { Workspace } from '../session/workspace.ts';
import { BodyReader } from './body-reader.ts';

const flows = 12;
const length = 40 << 20;
/** Some hundred bytes. */
const bomb = brotliCompressSync(Buffer.alloc(length));

function callsWith(body: Buffer): Buffer {
  const head = `HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: ${body.length}\r\n\r\n`;
  const records = Array.from({ length: flows }, (_, number) => {
    const client = { from: '10.0.0.1', to: '10.0.0.2', fromPort: 50_000 + number, toPort: 8080 };
    const server = { from: '10.0.0.2', to: '10.0.0.1', fromPort: 8080, toPort: 50_000 + number };
    const time = BigInt(3 * number);
    return [
      tcpPacket({ ...client, sequence: 0, flags: SYN }, time),
      tcpPacket({ ...client, sequence: 1, payload: Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n') }, time + 1n),
      tcpPacket({ ...server, sequence: 1, payload: Buffer.concat([Buffer.from(head), body]) }, time + 2n),
    ].map((packet) => pcapRecord(packet.time, packet.data));
  });
  return Buffer.concat([pcapFileHeader(LINKTYPE_RAW), ...records.flat()]);
}

it('undoes one content coding at a time and keeps little of it, however many bodies are asked for at once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-bodies-'));
  const file = join(folder, 'bombs.pcap');
  writeFileSync(file, callsWith(bomb));
  const workspace = new Workspace(join(folder, 'home'));
  const session = Session.ofFile(workspace, file);
  try {
    await session.read(new AbortController().signal, () => {});
    let [running, most, all] = [0, 0, 0];
    const counted: ContentCodings = {
      async inflate(...given) {
        all++;
        most = Math.max(most, ++running);
        return nodeContentCodings.inflate(...given).finally(() => running--);
      },
    };
    const reader = new BodyReader(counted);
    const ask = (id: number) => reader.slice(session, { id, side: 'answer', form: 'decoded', offset: 0, limit: 10 });
    const slices = await Promise.all(Array.from({ length: flows }, (_, id) => ask(id)));
    expect(slices.map(({ total }) => total)).toEqual(Array.from({ length: flows }, () => length));
    expect([most, all]).toEqual([1, flows]);
    // The last is there still, for its next slice; two together would be more than is kept.
    await ask(flows - 1);
    expect(all).toBe(flows);
    await ask(flows - 2);
    expect(all).toBe(flows + 1);
  } finally {
    await session.close();
    workspace.close();
    rmSync(folder, { recursive: true });
  }
});
