import { describe, expect, it } from 'vitest';
import { message } from '../../../tests/support/diameter.ts';
import type { Direction } from '../../model/exchange.ts';
import { diameterProtocol } from './protocol.ts';

const watchdog = message({ commandCode: 280, applicationId: 0, flags: 0x80 }, [
  ['Origin-Host', 'a.example'],
  ['Origin-Realm', 'example'],
]);

const sniff = (direction: Direction, head: Uint8Array) => diameterProtocol.sniff(direction, head, 'middle');

describe('sniffing', () => {
  it('knows the beginning of a message, and waits while it may become one', () => {
    for (let length = 0; length < 28; length++) expect(sniff(0, watchdog.subarray(0, length))).toBe('more');
    expect(sniff(0, watchdog.subarray(0, 28))).toBe('yes');
    expect(sniff(1, watchdog)).toBe('yes');
  });

  it('knows a whole message behind the end of another', () => {
    expect(sniff(0, Buffer.concat([watchdog.subarray(30), watchdog]))).toBe('yes');
  });

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n')],
    ['an HTTP/2 preface', Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')],
    ['TLS', Buffer.from('1603010200010001fc0303', 'hex')],
    ['version 2', Buffer.from([2, ...watchdog.subarray(1)])],
    ['a length that is not a multiple of 4', Buffer.from('0100001d80000118000000000000000100000001', 'hex')],
    ['reserved flags', Buffer.from('0100001c81000118000000000000000100000001', 'hex')],
    ['an unknown command', Buffer.from('0100001c80123456000000000000000100000001', 'hex')],
    ['an error flag on a request', Buffer.from('0100001ca0000118000000000000000100000001', 'hex')],
    ['zeros', new Uint8Array(64)],
  ])('says no to %s', (_name, bytes) => {
    expect(sniff(0, bytes)).toBe('no');
  });
});
