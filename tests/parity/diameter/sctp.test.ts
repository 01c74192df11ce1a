import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDissector } from '../../../app/assemble/dissector.ts';
import { toHex } from '../../../app/bytes/hex.ts';
import { protocols } from '../../../app/decode/registry.ts';
import type { DiameterMessage } from '../../../app/model/exchange.ts';
import { CollectingSink, MemoryStore } from '../../support/decoding.ts';
import { message } from '../../support/diameter.ts';
import { readCapture } from '../../support/read-capture.ts';
import { tsharkFields, tsharkIsInstalled } from '../../support/tshark.ts';

/** Lines as text2pcap reads them: an offset and the packet's bytes. */
function hexDump(messages: readonly Uint8Array[]): string {
  return messages.map((bytes) => `000000 ${toHex(bytes, ' ')}\n`).join('');
}

describe.skipIf(!tsharkIsInstalled)(
  `Diameter over SCTP${tsharkIsInstalled ? '' : ' (skipped: tshark is not installed)'}`,
  () => {
    it.each([46, 0])('is found in packets of text2pcap with payload protocol %i, as by tshark', (payloadProtocol) => {
      const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-sctp-'));
      try {
        const messages = [1, 2, 3].map((hopByHopId) =>
          message({ hopByHopId, endToEndId: hopByHopId + 100 }, [
            ['Session-Id', `a;${hopByHopId}`],
            ['Origin-Host', 'a.example'],
            ['CC-Request-Type', 'EVENT_REQUEST'],
          ]),
        );
        const dump = join(folder, 'messages.txt');
        const file = join(folder, 'sctp.pcap');
        writeFileSync(dump, hexDump(messages));
        execFileSync('text2pcap', ['-q', '-S', `40000,3868,${payloadProtocol}`, dump, file], { stdio: 'ignore' });
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
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  },
);
