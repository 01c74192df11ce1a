import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { joinBytes } from '../../app/bytes/join.ts';
import { LINKTYPE_RAW } from '../../app/formats/pcap/pcap-format.ts';
import { pcapFileHeader, pcapRecord } from '../../app/formats/pcap/pcap-writer.ts';
import { interfaceBlock, nameBlock, packetBlock, sectionHeaderBlock } from '../../app/formats/pcapng/pcapng-writer.ts';
import { latin1 } from '../support/bytes.ts';
import { ipPacket, tcpSegment } from '../support/packets.ts';
import { tsharkIsInstalled, tsharkReads } from '../support/tshark.ts';

const TIME = 1_790_000_000_123_456_789n;
const ends = { from: '10.42.0.7', to: '10.42.0.9', fromPort: 40_000, toPort: 8080 };
const packet = ipPacket(ends.from, ends.to, 6, tcpSegment({ ...ends, sequence: 1, payload: latin1('hello') }));

describe.skipIf(!tsharkIsInstalled)('capture writers, as tshark reads them', () => {
  it('pcap: nanoseconds and lengths', () => {
    const file = joinBytes([
      pcapFileHeader(LINKTYPE_RAW),
      pcapRecord(TIME, packet),
      pcapRecord(TIME + 1n, packet.subarray(0, 42), packet.length),
    ]);
    expect(tsharkReads(file, ['frame.time_epoch', 'frame.cap_len', 'frame.len', 'tcp.payload'])).toEqual([
      ['1790000000.123456789', '45', '45', '68656c6c6f'],
      ['1790000000.123456790', '42', '45', '6865'],
    ]);
  });

  it('pcapng: interfaces, comments and names', () => {
    const file = joinBytes([
      sectionHeaderBlock({ application: 'Packet Inspector', operatingSystem: 'Linux', hardware: 'a laptop' }),
      interfaceBlock(LINKTYPE_RAW, 'shop/cart-1'),
      interfaceBlock(LINKTYPE_RAW, 'shop/stock-0', 'the other'),
      nameBlock([
        ['10.42.0.9', ['stock.shop.svc.cluster.local']],
        ['fd00::9', ['stock6']],
      ]),
      packetBlock(0, TIME, packet, ['first', 'zweiter Kommentar: äöü']),
      packetBlock(1, TIME + 7n, packet),
    ]);
    const fields = ['frame.time_epoch', 'frame.interface_name', 'frame.comment', 'ip.dst_host'];
    expect(tsharkReads(file, fields, '', ['-N', 'nd'])).toEqual([
      ['1790000000.123456789', 'shop/cart-1', 'first,zweiter Kommentar: äöü', 'stock.shop.svc.cluster.local'],
      ['1790000000.123456796', 'shop/stock-0', '', 'stock.shop.svc.cluster.local'],
    ]);
    const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-capinfos-'));
    try {
      writeFileSync(join(folder, 'session.pcapng'), file);
      const text = execFileSync('capinfos', [join(folder, 'session.pcapng')], { encoding: 'utf8' });
      expect(text).toMatch(/Capture application:\s+Packet Inspector/);
      expect(text).toMatch(/Capture hardware:\s+a laptop/);
      expect(text).toMatch(/Number of interfaces in file:\s+2/);
      expect(text).toMatch(/File timestamp precision:\s+nanoseconds/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
