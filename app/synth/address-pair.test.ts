import { expect, it } from 'vitest';
import { toHex } from '../bytes/hex.ts';
import { addressPair } from './address-pair.ts';

it.each([
  ['10.0.0.1', '10.0.0.2', '0a000001', '0a000002'],
  ['fd00::a:7', '::1', 'fd0000000000000000000000000a0007', `${'0'.repeat(31)}1`],
  ['10.0.0.1', '::1', '00000000000000000000ffff0a000001', `${'0'.repeat(31)}1`],
  ['/run/socket', '10.0.0.2', '00000000', '0a000002'],
  ['/run/socket', '::1', '0'.repeat(32), `${'0'.repeat(31)}1`],
  ['fe80::1%eth0', '::', 'fe800000000000000000000000000001', '0'.repeat(32)],
])('%s and %s are of one family', (first, second, firstBytes, secondBytes) => {
  expect(addressPair(first, second).map((bytes) => toHex(bytes))).toEqual([firstBytes, secondBytes]);
});
