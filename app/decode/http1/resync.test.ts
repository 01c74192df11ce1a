import { describe, expect, it } from 'vitest';
import { latin1 } from '../../../tests/support/bytes.ts';
import { findStartLine } from './resync.ts';

describe('findStartLine', () => {
  it.each([
    ['{"a":1}GET /next HTTP/1.1\r\n', 7, 'request'],
    ['\r\n\r\nHTTP/1.1 200 OK\n', 4, 'answer'],
  ])('finds the line in %j', (text, at, kind) => {
    expect(findStartLine(latin1(text), 0)).toEqual({ at, kind });
  });

  it.each([
    'GET  HTTP/1.0\r\n',
    'text about HTTP/1.1 in a line\r\n',
    'HTTP/1.1 2x0 OK\r\n',
    'GET /unfinished HTTP/1.1',
  ])('finds none in %j', (text) => expect(findStartLine(latin1(text), 0)).toBeNull());
});
