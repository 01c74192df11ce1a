import { describe, expect, it } from 'vitest';
import { latin1 } from '../../tests/support/bytes.ts';
import { fromHex } from '../bytes/hex.ts';
import { findUnfinished } from './unfinished-message.ts';

const whole = (text: string): [string, number] => [text, text.length];

describe('findUnfinished', () => {
  it.each([
    whole('GET / HTTP/1.1\r\n\r\n'),
    whole('GET / HTTP/1.1\r\n\r\nPOST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab'),
    whole('HTTP/1.1 200 OK\r\n\r\nto the end'),
    whole('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    whole('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n'),
    ['GET / HTTP/1.1\r\n\r\nGET / HT', 18],
    ['POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nab', 0],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n', 0],
  ])('http %j', (text, expected) => {
    expect(findUnfinished('http', latin1(text))).toBe(expected);
  });

  it.each([
    ['00 00000002 6162 01 00000000', 12],
    ['00 00000002 6162 00 000000', 7],
    ['00 00000003 6162', 0],
  ])('grpc %j', (hex, expected) => {
    expect(findUnfinished('grpc', fromHex(hex)!)).toBe(expected);
  });

  it.each([
    ['505249202a20485454502f322e300d0a0d0a534d0d0a0d0a 000000 04 00 00000000', 33],
    ['000000 04 00 00000000 000005 00 00 00000001 6162', 9],
    ['000000 04 00 00000000 0000', 9],
    ['000002 00 01 00000001 6162', 11],
  ])('http2 %j', (hex, expected) => {
    expect(findUnfinished('http2', fromHex(hex)!)).toBe(expected);
  });

  it.each([
    ['01000014 80000118 00000000 00000001 00000001', 20],
    ['01000014 80000118 00000000 00000001 00000001 0100', 20],
    ['01000018 80000118 00000000 00000001 00000001', 0],
    ['01000000 80000118 00000000 00000001 00000001', 20],
  ])('diameter %j', (hex, expected) => {
    expect(findUnfinished('diameter', fromHex(hex)!)).toBe(expected);
  });
});
