import { expect, it } from 'vitest';
import { environmentProxy } from './environment-proxy.ts';

const proxied = (server: string, exceptions: string) =>
  environmentProxy(server, { HTTPS_PROXY: 'proxy.corp:3128', NO_PROXY: exceptions });
const proxy = 'http://proxy.corp:3128';

it('is that of the scheme, in capitals or not', () => {
  expect(environmentProxy('https://api.eu:6443', {})).toBe('');
  expect(environmentProxy('https://api.eu:6443', { https_proxy: 'socks5://proxy:1080' })).toBe('socks5://proxy:1080');
  expect(environmentProxy('https://api.eu:6443', { HTTP_PROXY: 'http://proxy' })).toBe('');
  expect(environmentProxy('http://api.eu', { HTTP_PROXY: 'http://proxy' })).toBe('http://proxy');
});

it('is none for this machine and for what NO_PROXY excepts', () => {
  for (const own of ['https://127.0.0.1:6443', 'https://localhost', 'https://[::1]:6443'])
    expect(proxied(own, '')).toBe('');
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['https://api.eu.corp:6443', 'corp', true],
    ['https://api.eu.corp:6443', '.eu.corp', true],
    ['https://api.eu.corp:6443', '*.corp', true],
    ['https://eu.corp:6443', '.eu.corp', false],
    ['https://api.newcorp:6443', 'corp', false],
    ['https://api.eu.corp:6443', 'other, api.eu.corp:6443', true],
    ['https://api.eu.corp', 'api.eu.corp:6443', false],
    ['https://10.1.2.3:6443', '10.0.0.0/8', true],
    ['https://11.1.2.3:6443', '10.0.0.0/8', false],
    ['https://[fd00::7]:6443', 'fd00::/8', true],
    ['https://10.1.2.3:6443', '10.1.2.3', true],
    ['https://api.eu:6443', '*', true],
    ['https://api.eu:6443', ' , ', false],
  ];
  for (const [server, exceptions, isDirect] of cases)
    expect([server, exceptions, proxied(server, exceptions)]).toEqual([server, exceptions, isDirect ? '' : proxy]);
});
