import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDissector } from '../../../app/assemble/dissector.ts';
import { toHex } from '../../../app/bytes/hex.ts';
import { protocols } from '../../../app/decode/registry.ts';
import { pcapFileHeader, pcapRecord } from '../../../app/formats/pcap/pcap-writer.ts';
import type { DiameterMessage } from '../../../app/model/exchange.ts';
import { CollectingSink, MemoryStore } from '../../support/decoding.ts';
import { message } from '../../support/diameter.ts';
import { interleavedChunk, ipPacket } from '../../support/packets.ts';
import { readCapture } from '../../support/read-capture.ts';
import { tsharkFields, tsharkIsInstalled } from '../../support/tshark.ts';

/** Lines as text2pcap reads them: an offset and the packet's bytes. */
function hexDump(messages: readonly Uint8Array[]): string {
  return messages.map((bytes) => `000000 ${toHex(bytes, ' ')}\n`).join('');
}

const messages = [1, 2, 3].map((hopByHopId) =>
  message({ hopByHopId, endToEndId: hopByHopId + 100 }, [
    ['Session-Id', `a;${hopByHopId}`],
    ['Origin-Host', 'a.example'],
    ['CC-Request-Type', 'EVENT_REQUEST'],
  ]),
);

/** The same three messages are found here and by tshark. */
function compare(file: string): void {
  const sink = new CollectingSink();
  const dissector = createDissector({ protocols, sink, store: new MemoryStore() });
  for (const packet of readCapture([readFileSync(file)]).packets) dissector.packet(packet);
  dissector.end();
  const ours = sink.exchanges.map(({ request, conversation }) => {
    const { hopByHopId, endToEndId, sessionId } = request as DiameterMessage;
    expect(conversation).toMatchObject({ transport: 'sctp', server: { port: 3868 } });
    return [hopByHopId, endToEndId, sessionId];
  });
  const fields = ['diameter.hopbyhopid', 'diameter.endtoendid', 'diameter.Session-Id'];
  const theirs = tsharkFields(file, fields, 'diameter').map(([hop, end, session]) => [
    Number(hop),
    Number(end),
    session,
  ]);
  expect(ours).toHaveLength(3);
  expect(ours).toEqual(theirs);
}

describe.skipIf(!tsharkIsInstalled)(
  `Diameter over SCTP${tsharkIsInstalled ? '' : ' (skipped: tshark is not installed)'}`,
  () => {
    it.each([46, 0])('is found in packets of text2pcap with payload protocol %i, as by tshark', (payloadProtocol) => {
      const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-sctp-'));
      try {
        const dump = join(folder, 'messages.txt');
        const file = join(folder, 'sctp.pcap');
        writeFileSync(dump, hexDump(messages));
        execFileSync('text2pcap', ['-q', '-S', `40000,3868,${payloadProtocol}`, dump, file], { stdio: 'ignore' });
        compare(file);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it('is found in I-DATA chunks whose messages lie between each other, as by tshark', () => {
      const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-sctp-'));
      try {
        const file = join(folder, 'interleaved.pcap');
        const records = [pcapFileHeader(101)];
        let tsn = 0;
        // The first halves of all, then the second halves.
        for (const last of [false, true]) {
          for (const [number, bytes] of messages.entries()) {
            const payload = last ? bytes.subarray(40) : bytes.subarray(0, 40);
            const ports = { fromPort: 40_000, toPort: 3868 };
            const place = { tsn: ++tsn, stream: number, message: 5, word: last ? 1 : 46, flags: last ? 1 : 2 };
            const packet = ipPacket('10.0.0.1', '10.0.0.2', 132, interleavedChunk({ ...ports, ...place, payload }));
            records.push(pcapRecord(BigInt(tsn), packet));
          }
        }
        writeFileSync(file, Buffer.concat(records));
        compare(file);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  },
);
