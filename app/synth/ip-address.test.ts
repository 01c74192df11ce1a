import { describe, expect, it } from 'vitest';
import { toHex } from '../bytes/hex.ts';
import { addressPair, parseAddress } from './ip-address.ts';

const hex = (text: string) => {
  const bytes = parseAddress(text);
  return bytes && toHex(bytes);
};

describe('addresses', () => {
  it.each([
    ['10.42.0.7', '0a2a0007'],
    ['255.255.255.255', 'ffffffff'],
    ['::', '0'.repeat(32)],
    ['::1', `${'0'.repeat(31)}1`],
    ['fd00::a:7', 'fd0000000000000000000000000a0007'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
    ['::ffff:10.0.0.1', '00000000000000000000ffff0a000001'],
    ['fe80::1%eth0', 'fe800000000000000000000000000001'],
  ])('reads %s', (text, bytes) => expect(hex(text)).toBe(bytes));

  it.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '1:2:3',
    '1::2::3',
    '::12345',
    '1:2:3:4:5:6:7:8:9',
    '/run/socket',
    '::1.2.3.4:5',
  ])('does not take %j for an address', (text) => expect(hex(text)).toBeNull());

  it('makes a pair of one family', () => {
    expect(addressPair('10.0.0.1', '10.0.0.2').map(toHexOnly)).toEqual(['0a000001', '0a000002']);
    expect(addressPair('10.0.0.1', '::1').map(toHexOnly)[0]).toBe('00000000000000000000ffff0a000001');
    expect(addressPair('/run/socket', '10.0.0.2').map(toHexOnly)).toEqual(['00000000', '0a000002']);
  });
});

function toHexOnly(bytes: Uint8Array): string {
  return toHex(bytes);
}
