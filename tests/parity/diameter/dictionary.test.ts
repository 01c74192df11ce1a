import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import { pcapFileHeader } from '../../../app/formats/pcap/pcap-writer.ts';
import { TcpConversation } from '../../../app/synth/tcp-conversation.ts';
import { dictionary } from '../../support/diameter.ts';
import { tsharkIsInstalled } from '../../support/tshark.ts';
import { renamed } from './compare-avps.ts';
import { tsharkMessages } from './tshark-messages.ts';

/** An AVP without data, whatever its type. */
function emptyAvp(code: number, vendorId: number): Buffer {
  const avp = Buffer.alloc(vendorId === 0 ? 8 : 12);
  avp.writeUInt32BE(code, 0);
  avp.writeUInt32BE((vendorId === 0 ? 0x4000_0000 : 0xc000_0000) + avp.length, 4);
  if (vendorId !== 0) avp.writeUInt32BE(vendorId, 8);
  return avp;
}

function ofAvps(avps: readonly Buffer[]): Buffer {
  const header = Buffer.from('01000000c0000110000000040000000100000001', 'hex');
  const message = Buffer.concat([header, ...avps]);
  message.writeUIntBE(message.length, 1, 3);
  return message;
}

describe.skipIf(!tsharkIsInstalled)(
  `the dictionary${tsharkIsInstalled ? '' : ' (skipped: tshark is not installed)'}`,
  () => {
    it('calls every AVP what tshark calls it, as far as tshark knows it', () => {
      const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-dictionary-'));
      try {
        const out = new ByteBuilder();
        out.append(pcapFileHeader(101));
        const client = { address: '10.0.0.1', port: 40_000 };
        const conversation = new TcpConversation(client, { address: '10.0.0.2', port: 3868 }, 1);
        conversation.open(out, 0n);
        const { all } = dictionary;
        for (let at = 0; at < all.length; at += 20) {
          const avps = all.slice(at, at + 20).map(({ code, vendorId }) => emptyAvp(code, vendorId));
          conversation.send(out, 0, ofAvps(avps), BigInt(at));
        }
        const file = join(folder, 'dictionary.pcap');
        writeFileSync(file, out.bytes.subarray(0, out.length));
        const names = tsharkMessages(file, 3868).flatMap(({ avps }) => avps.map(({ name }) => name));
        expect(names).toHaveLength(all.length);
        const different = all.flatMap(({ name, code, vendorId }, index) => {
          const theirs = names[index]!;
          return theirs === name || theirs === 'Unknown' || renamed[name] === theirs
            ? []
            : [`${vendorId}:${code} ${name}, tshark: ${theirs}`];
        });
        expect(different).toEqual([]);
        // Newer than tshark 4.0; a dictionary that it did not know at all would prove nothing.
        expect(names.filter((name) => name === 'Unknown').length).toBeLessThan(all.length / 10);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  },
);
