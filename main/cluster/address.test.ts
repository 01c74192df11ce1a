import { describe, expect, it } from 'vitest';
import { formatSocketAddress, isLocal, parseSocketAddress } from './address.ts';

describe('parseSocketAddress', () => {
  it.each([
    ['example.org:21000', { host: 'example.org', port: 21000 }, false],
    [':21000', { host: '', port: 21000 }, false],
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }, true],
    ['[::1]:21001', { host: '::1', port: 21001 }, true],
    ['unix:/run/tail', { path: '/run/tail' }, true],
    ['127.0.0.1.example.org:80', { host: '127.0.0.1.example.org', port: 80 }, false],
  ])('reads %s', (text, address, local) => {
    expect(parseSocketAddress(text)).toEqual(address);
    expect(formatSocketAddress(address)).toBe(text);
    expect(isLocal(address)).toBe(local);
  });

  it.each(['', 'host', 'host:', 'host:70000', 'host:12x', '[zz]:1', 'unix:relative', '::1:80'])(
    'refuses %j and says so',
    (text) => {
      expect(() => parseSocketAddress(text)).toThrow(`"${text}" is not an address`);
    },
  );
});
