import { describe, expect, it } from 'vitest';
import { ipPacket, tcpSegment } from '../../tests/support/packets.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { joinBytes } from '../bytes/join.ts';
import { FragmentTable } from './fragments.ts';
import { readIp } from './ip.ts';
import { NetworkPacket } from './network-packet.ts';
import { findTunnelledPacket } from './tunnel.ts';

const hex = (text: string) => fromHex(text)!;
const segment = tcpSegment({ from: '', to: '', fromPort: 1, toPort: 2, sequence: 3 });
const inner = ipPacket('10.42.0.1', '10.42.0.2', 6, segment);
const inner6 = ipPacket('fd00::1', 'fd00::2', 6, segment);
const ethernet = '020000000001 020000000002 0800';

/** What a packet between two nodes with that payload carries: as hexadecimal, or null when it is no tunnel. */
function carried(protocol: number, ...payload: readonly Uint8Array[]): string | null {
  const network = new NetworkPacket();
  const outer = ipPacket('192.168.0.1', '192.168.0.2', protocol, joinBytes(payload));
  expect(readIp(outer, 0, outer.length, new FragmentTable(), network)).toBe('packet');
  const at = findTunnelledPacket(network);
  return at < 0 ? null : toHex(network.bytes.subarray(at));
}

/** A UDP header for that port; lengths and checksums are not looked at. */
function udp(port: number): Uint8Array {
  return hex(`8235 ${port.toString(16).padStart(4, '0')} 0000 0000`);
}

describe('tunnels between nodes', () => {
  it.each([
    ['IP in IP', 4, [inner]],
    ['GRE', 47, [hex('0000 0800'), inner]],
    ['GRE with checksum, key and sequence number', 47, [hex('b000 0800 00000000 00000007 00000001'), inner]],
    ['GRE with Ethernet within', 47, [hex(`0000 6558 ${ethernet}`), inner]],
    ['VXLAN', 17, [udp(4789), hex(`08000000 00000100 ${ethernet}`), inner]],
    ['VXLAN of Linux', 17, [udp(8472), hex(`08000000 00000100 ${ethernet}`), inner]],
    ['VXLAN with 802.1Q', 17, [udp(4789), hex('08000000 00000100 020000000001 020000000002 8100 0007 0800'), inner]],
    ['Geneve', 17, [udp(6081), hex(`0000 6558 00000100 ${ethernet}`), inner]],
    ['Geneve with options and IP', 17, [udp(6081), hex('0200 0800 00000100 0102030411223344'), inner]],
  ] as const)('%s', (_, protocol, payload) => {
    expect(carried(protocol, ...payload)).toBe(toHex(inner));
  });

  it('carry IPv6 as well', () => {
    expect(carried(41, inner6)).toBe(toHex(inner6));
    expect(carried(47, hex('0000 86dd'), inner6)).toBe(toHex(inner6));
  });

  it.each([
    ['TCP', 6, [segment]],
    ['UDP of another port', 17, [udp(53), hex(`08000000 00000100 ${ethernet}`), inner]],
    ['VXLAN without a network', 17, [udp(4789), hex(`00000000 00000100 ${ethernet}`), inner]],
    ['VXLAN with ARP', 17, [udp(4789), hex('08000000 00000100 020000000001 020000000002 0806'), inner]],
    ['Geneve of a later version', 17, [udp(6081), hex(`4000 6558 00000100 ${ethernet}`), inner]],
    ['GRE of PPTP', 47, [hex('3001 880b 00000000'), inner]],
    ['GRE that is cut', 47, [hex('0000')]],
    ['UDP that is cut', 17, [hex('8235 12b5')]],
  ] as const)('are not seen in %s', (_, protocol, payload) => {
    expect(carried(protocol, ...payload)).toBeNull();
  });
});
