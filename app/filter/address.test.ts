import { isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInNetwork, readAddress, readNetwork } from './address.ts';

describe('addresses in filters', () => {
  it.each([
    ['10.42.0.7', [10, 42, 0, 7]],
    ['::1', [...new Array<number>(15).fill(0), 1]],
    ['fd00::7:10.0.0.1', [0xfd, ...new Array<number>(10).fill(0), 7, 10, 0, 0, 1]],
    ['256.0.0.1', null],
    ['1.2.3', null],
    ['1::2::3', null],
    ['::g', null],
    ['1:2:3:4:5:6:7', null],
  ])('reads %s', (text, bytes) => {
    expect(readAddress(text)).toEqual(bytes);
  });

  it('reads what Node takes for IPv6, and nothing else', () => {
    const group = fc.constantFrom('0', '1', 'ff', 'fd00', '', '12345');
    fc.assert(
      fc.property(fc.array(group, { minLength: 2, maxLength: 9 }), (groups) => {
        const text = groups.join(':');
        expect(readAddress(text) !== null, text).toBe(isIPv6(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['10.42.1.8', '10.42.0.0/16', true],
    ['10.43.1.8', '10.42.0.0/16', false],
    ['10.42.1.8', '0.0.0.0/0', true],
    ['10.42.1.8', '10.42.1.9/31', true],
    ['fd00::1', 'fd00::/8', true],
    ['fd00::1', '10.0.0.0/8', false],
  ])('%s lies in %s: %s', (address, network, inside) => {
    expect(isInNetwork(readAddress(address)!, readNetwork(network)!)).toBe(inside);
  });

  it.each(['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/x', 'fd00::/129'])('refuses %s', (text) => {
    expect(readNetwork(text)).toBeNull();
  });
});
