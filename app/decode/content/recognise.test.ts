import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMediaType } from './media-type.ts';
import { recogniseBody } from './recognise.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const kindOf = (contentType: string, body: string | Uint8Array) =>
  recogniseBody(contentType, typeof body === 'string' ? bytesOf(body) : body).kind;

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13);

test.each([
  ['application/json', '{"a":1}', 'json'],
  ['application/problem+json; charset=utf-8', '\ufeff {"a":1}', 'json'],
  ['application/x-ndjson', '{"a":1}\n{"a":2}', 'json'],
  ['', '[1,2]', 'json'],
  ['text/plain', '{ "a": 1 }', 'json'],
  ['text/plain', '[info] started', 'text'],
  ['text/plain', '{curly} words', 'text'],
  ['application/json', '<html><body>502</body></html>', 'text'],
  ['application/json', 'upstream connect error', 'text'],
  ['application/soap+xml', '<e:Envelope/>', 'xml'],
  ['', '<?xml version="1.0"?><a/>', 'xml'],
  ['text/html', '<!DOCTYPE html><p>', 'text'],
  ['', '<html><p>', 'text'],
  ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'xml'],
  ['application/x-www-form-urlencoded', 'a=1&b=2', 'form'],
  ['application/x-www-form-urlencoded', '{"a":1}', 'json'],
  ['multipart/form-data; boundary=x', '--x\r\n', 'multipart'],
  ['multipart/form-data', '--x\r\n', 'text'],
  ['application/octet-stream', png, 'image'],
  ['image/png', png, 'image'],
  ['application/json', png, 'image'],
  ['image/heic', Uint8Array.of(0, 0, 0, 1, 2), 'image'],
  ['application/grpc+proto', Uint8Array.of(0, 0, 0, 0, 0), 'grpc'],
  ['application/grpc-web-text', 'AAAAAAA=', 'grpc'],
  ['application/x-protobuf', Uint8Array.of(8, 1), 'protobuf'],
  ['application/vnd.example+proto', Uint8Array.of(8, 1), 'protobuf'],
  ['application/octet-stream', Uint8Array.of(0, 1, 2, 3), 'hex'],
  ['text/plain', Uint8Array.of(0, 1, 2, 3), 'hex'],
  ['', '', 'text'],
])('%s %j is %s', (contentType, body, kind) => {
  expect(kindOf(contentType, body)).toBe(kind);
});

test('the charset comes from the mark, then the field, then the bytes', () => {
  const charset = (type: string, bytes: Uint8Array) => recogniseBody(type, bytes).charset;
  expect(charset('text/plain; charset=iso-8859-1', bytesOf('abc'))).toBe('iso-8859-1');
  expect(charset('text/plain; charset=iso-8859-1', bytesOf('\ufeffabc'))).toBe('utf-8');
  expect(charset('text/plain; charset=no-such', bytesOf('abc'))).toBe('utf-8');
  expect(charset('text/plain', Uint8Array.from([...bytesOf('gr'), 0xfc, ...bytesOf('n und blau')]))).toBe(
    'windows-1252',
  );
  expect(charset('application/json', Uint8Array.of(0x7b, 0, 0x7d, 0))).toBe('utf-16le');
  expect(charset('image/png', png)).toBe('');
});

test('the type of an image is what its bytes show', () => {
  expect(recogniseBody('application/octet-stream', png).mediaType).toBe('image/png');
});

test('a character that is cut at the end does not make text binary', () => {
  const euro = bytesOf('price: 5 €');
  expect(recogniseBody('text/plain', euro.subarray(0, euro.length - 1))).toMatchObject({
    kind: 'text',
    charset: 'utf-8',
  });
});

test('a kind that throws is passed over', () => {
  const failing = {
    name: 'json',
    priority: () => {
      throw new RangeError('bad');
    },
  } as const;
  const text = { name: 'text', priority: () => 0.2 } as const;
  expect(recogniseBody('', bytesOf('x'), [failing, text]).kind).toBe('text');
});

test('parameters: quotes, escapes, case, first one counts', () => {
  const { name, parameters } = parseMediaType('Multipart/Form-Data ; BOUNDARY="a;b\\"c"; x=1;; x=2 ; flag; q = z');
  expect(name).toBe('multipart/form-data');
  expect([...parameters]).toEqual([
    ['boundary', 'a;b"c'],
    ['x', '1'],
    ['q', 'z'],
  ]);
});

test('whatever comes is recognised as something', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.uint8Array({ maxLength: 300 }), (type, bytes) => {
      expect(recogniseBody(type, bytes).kind).not.toBe('');
    }),
  );
  const hostile = `text/plain${'; a="\\'.repeat(10_000)}`;
  expect(recogniseBody(hostile, bytesOf('x')).kind).toBe('text');
});
