import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipPacket } from '../../tests/support/packets.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { ipv4Text, ipv6Text, parseAddress } from './address.ts';
import { readExportedPdu } from './exported-pdu.ts';
import { FragmentTable } from './fragments.ts';
import { readIp } from './ip.ts';
import { findNetworkHeader, LINK_TYPE, NOT_IP, UNKNOWN_LINK } from './link.ts';
import { NetworkPacket } from './network-packet.ts';

const hex = (text: string) => fromHex(text)!;

describe('addresses', () => {
  it.each([
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['20010000000000010000000000000001', '2001:0:0:1::1'],
    ['00000000000000000000000000000000', '::'],
    ['00010000000000000000000000000000', '1::'],
    ['00000000000000000000ffff0a2a0007', '::ffff:10.42.0.7'],
  ])('writes and reads %s as %s (RFC 5952)', (bytes, text) => {
    expect(ipv6Text(hex(bytes))).toBe(text);
    expect(toHex(parseAddress(text)!)).toBe(bytes);
  });

  it('round-trips every address', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), fc.nat(0xffffffff), (bytes, number) => {
        expect(parseAddress(ipv6Text(bytes))).toEqual(bytes);
        const [a, b, c, d] = parseAddress(ipv4Text(number))!;
        expect(((a! << 24) | (b! << 16) | (c! << 8) | d!) >>> 0).toBe(number);
      }),
    );
  });

  it.each([
    '',
    '1.2.3',
    '1.2.3.256',
    '1.2.3.4.5',
    ':',
    '1:2:3',
    '1::2::3',
    '12345::',
    '::1.2.3',
    'fe80::1%eth0',
    '1:2:3:4:5:6:7::8',
  ])('refuses %j', (text) => expect(parseAddress(text)).toBeNull());
});

describe('link layer', () => {
  const ethernet = '020000000001 020000000002';
  it.each([
    ['Ethernet, IPv4', LINK_TYPE.ethernet, `${ethernet} 0800 45`, 14],
    ['Ethernet, IPv6', LINK_TYPE.ethernet, `${ethernet} 86dd 60`, 14],
    ['Ethernet, 802.1Q', LINK_TYPE.ethernet, `${ethernet} 8100 0064 0800 45`, 18],
    ['Ethernet, QinQ', LINK_TYPE.ethernet, `${ethernet} 88a8 0001 8100 0064 86dd 60`, 22],
    ['Ethernet, ARP', LINK_TYPE.ethernet, `${ethernet} 0806 0001`, NOT_IP],
    ['Ethernet, cut in a tag', LINK_TYPE.ethernet, `${ethernet} 8100 00`, NOT_IP],
    ['Ethernet, cut in the header', LINK_TYPE.ethernet, `${ethernet} 08`, NOT_IP],
    ['Linux cooked', LINK_TYPE.linuxSll, '0000 0001 0006 020000000001 0000 0800 45', 16],
    ['Linux cooked, 802.1Q', LINK_TYPE.linuxSll, '0000 0001 0006 020000000001 0000 8100 0064 0800 45', 20],
    ['Linux cooked v2', LINK_TYPE.linuxSll2, '86dd 0000 00000002 0001 00 06 0200000000010000 60', 20],
    ['raw', LINK_TYPE.raw, '45', 0],
    ['raw, older number', LINK_TYPE.raw12, '45', 0],
    ['IPv6 alone', LINK_TYPE.ipv6, '60', 0],
    ['BSD loopback, little-endian', LINK_TYPE.null, '02000000 45', 4],
    ['BSD loopback, macOS IPv6', LINK_TYPE.null, '1e000000 60', 4],
    ['BSD loopback, OpenBSD', LINK_TYPE.loop, '00000018 60', 4],
    ['BSD loopback, another family', LINK_TYPE.null, '07000000 45', NOT_IP],
    ['USB', 220, '00', UNKNOWN_LINK],
  ])('%s', (_name, linkType, bytes, expected) => {
    expect(findNetworkHeader(linkType, hex(bytes))).toBe(expected);
  });
});

/** What `readIp` makes of a packet: its protocol and payload. */
function read(bytes: Uint8Array, originalLength = bytes.length, fragments = new FragmentTable()) {
  const packet = new NetworkPacket();
  const result = readIp(bytes, 0, originalLength, fragments, packet);
  if (result !== 'packet') return result;
  return {
    ends: `${packet.sourceAddress()} ${packet.destinationAddress()}`,
    protocol: packet.protocol,
    payload: toHex(packet.bytes.subarray(packet.payloadStart, packet.payloadEnd)),
    length: packet.payloadLength,
  };
}

describe('IPv4', () => {
  it('steps over options, and stops at its length, not at the padding of the frame', () => {
    const bytes = hex('46 00 001a 0000 4000 40 06 0000 0a000001 0a000002 01010101 abcd 0000');
    expect(read(bytes)).toEqual({ ends: '10.0.0.1 10.0.0.2', protocol: 6, payload: 'abcd', length: 2 });
  });

  it('takes the length of the frame where segmentation offload left none', () => {
    expect(read(hex('45 00 0000 0000 4000 40 06 0000 0a000001 0a000002 abcdef'))).toMatchObject({
      payload: 'abcdef',
      length: 3,
    });
  });

  it('knows how much of its payload was not captured', () => {
    const bytes = ipPacket('10.0.0.1', '10.0.0.2', 6, hex('0102030405'));
    expect(read(bytes.subarray(0, 22), bytes.length)).toMatchObject({ payload: '0102', length: 5 });
  });

  it.each([
    '',
    '45',
    '44 00 0014 0000 4000 40 06 0000 0a000001 0a000002',
    '45 00 0013 0000 4000 40 06 0000 0a000001 0a000002',
    '75',
  ])('refuses %j', (text) => expect(read(hex(text))).toBe('malformed'));
});

describe('IPv6', () => {
  const head = (length: string, next: string) =>
    `60000000 ${length} ${next} 40 fd000000000000000000000000000001 fd000000000000000000000000000002`;

  it('walks hop-by-hop options, routing, authentication and an atomic fragment', () => {
    const extensions = '2b00010400000000 3300000000000000 2c02000000000001 0000000200000000 0600000000000009';
    const bytes = hex(`${head('002a', '00')} ${extensions} abcd`);
    expect(read(bytes)).toEqual({ ends: 'fd00::1 fd00::2', protocol: 6, payload: 'abcd', length: 2 });
  });

  it('refuses headers that are cut or never end', () => {
    expect(read(hex(head('0008', '00')))).toBe('malformed');
    expect(read(hex(`${head('0008', '00')} 2bff010400000000`))).toBe('malformed');
    expect(read(hex(`${head('0100', '00')} ${'0000010400000000'.repeat(32)}`))).toBe('malformed');
  });
});

describe('fragments', () => {
  const payload = Uint8Array.from({ length: 100 }, (_, index) => index);

  it.each([
    ['IPv4', '10.0.0.1', '10.0.0.2'],
    ['IPv6', 'fd00::1', 'fd00::2'],
  ])('are put together in any order, with overlaps: %s', (_name, from, to) => {
    const units = fc.array(fc.tuple(fc.nat(12), fc.nat(12)), { maxLength: 8 });
    fc.assert(
      fc.property(units, fc.array(fc.nat(), { minLength: 24, maxLength: 24 }), (extra, order) => {
        const whole: [number, number][] = Array.from({ length: 13 }, (_, index) => [index, index]);
        const parts = [...extra, ...whole]
          .map((part, index) => ({ part, order: order[index]! }))
          .sort((a, b) => a.order - b.order);
        const fragments = new FragmentTable();
        const results = parts.map(({ part: [a, b] }) => {
          const offset = Math.min(a, b) * 8;
          const end = Math.min(100, Math.max(a, b) * 8 + 8);
          const bytes = ipPacket(from, to, 6, payload.subarray(offset, end), { id: 7, offset, more: end < 100 });
          return read(bytes, bytes.length, fragments);
        });
        expect(results).toContainEqual({ ends: `${from} ${to}`, protocol: 6, payload: toHex(payload), length: 100 });
        expect(fragments.dropped).toBe(0);
      }),
    );
  });

  it('of different packets are kept apart', () => {
    const fragments = new FragmentTable();
    const part = (id: number, offset: number, text: string) => {
      const bytes = ipPacket('10.0.0.1', '10.0.0.2', 6, hex(text), { id, offset, more: offset === 0 });
      return read(bytes, bytes.length, fragments);
    };
    expect(part(1, 0, '1111111111111111')).toBe('held');
    expect(part(2, 8, '2222')).toBe('held');
    expect(part(2, 0, '3333333333333333')).toMatchObject({ payload: '33333333333333332222' });
    expect(part(1, 8, '44')).toMatchObject({ payload: '111111111111111144' });
    expect(fragments.pending).toBe(0);
  });

  it('keep the bytes that came first', () => {
    const fragments = new FragmentTable();
    const part = (offset: number, text: string, more: boolean) => {
      const bytes = ipPacket('10.0.0.1', '10.0.0.2', 6, hex(text), { id: 1, offset, more });
      return read(bytes, bytes.length, fragments);
    };
    expect(part(8, 'aaaaaaaaaaaaaaaa', true)).toBe('held');
    expect(part(16, 'cc', false)).toBe('held');
    expect(part(0, 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', true)).toMatchObject({
      payload: `${'bb'.repeat(8)}${'aa'.repeat(8)}cc`,
    });
  });

  it('do not pile up, and those that are cut or too long are dropped', () => {
    const fragments = new FragmentTable();
    for (let id = 0; id < 1000; id++) {
      const bytes = ipPacket('10.0.0.1', '10.0.0.2', 6, payload.subarray(0, 8), { id, offset: 0, more: true });
      expect(read(bytes, bytes.length, fragments)).toBe('held');
    }
    expect(fragments.pending).toBe(256);
    const bytes = ipPacket('10.0.0.1', '10.0.0.2', 6, payload, { id: 1, offset: 65_528, more: false });
    expect(read(bytes, bytes.length, fragments)).toBe('malformed');
    expect(read(bytes.subarray(0, 60), bytes.length, fragments)).toBe('malformed');
    expect(fragments.dropped).toBe(746);
  });
});

describe('exported PDU', () => {
  it('tells protocol, ends and payload', () => {
    const bytes = hex(`000c 0008 6469616d65746572 0014 0004 0a000001 0015 0004 0a000002 0018 0004 00000002
      0019 0004 0000c350 001a 0004 00000f1c 001e 0004 00000001 0000 0000 01000014`);
    expect(readExportedPdu(bytes)).toEqual({
      protocol: 'diameter',
      source: { address: '10.0.0.1', port: 50_000 },
      destination: { address: '10.0.0.2', port: 3868 },
      payload: hex('01000014'),
    });
  });

  it('reads IPv6 ends and padded names, and refuses tags that are cut', () => {
    const bytes = hex(`000c 0008 6874747032000000 0016 0010 fd000000000000000000000000000001
      0017 0010 fd000000000000000000000000000002 0000 0000 aa`);
    expect(readExportedPdu(bytes)).toMatchObject({
      protocol: 'http2',
      source: { address: 'fd00::1' },
      destination: { address: 'fd00::2' },
    });
    expect(readExportedPdu(bytes.subarray(0, 30))).toBeNull();
    expect(readExportedPdu(new Uint8Array(0))).toBeNull();
  });
});
