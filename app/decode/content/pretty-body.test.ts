import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodyKinds } from './body-kinds.ts';
import { isLaidOut, prettyBody } from './pretty-body.ts';

const show = (kind: string, body: string | Uint8Array, contentType = '', charset = 'utf-8') =>
  prettyBody(
    { kind, charset, contentType, bytes: typeof body === 'string' ? new TextEncoder().encode(body) : body },
    65_536,
  );

test('each kind in its own form', () => {
  expect(show('json', '{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(show('xml', '<a><b/></a>')).toBe('<a>\n  <b/>\n</a>');
  expect(show('form', 'a=1+2&b=%C3%BC')).toBe('a = 1 2\nb = ü');
  expect(show('protobuf', Uint8Array.of(8, 42))).toBe('1: 42');
  expect(show('text', Uint8Array.of(0x67, 0xfc), '', 'windows-1252')).toBe('gü');
  expect(show('text', 'x', '', 'no-such-charset')).toBe('x');
});

test('parts of a multipart body, each in its form', () => {
  const body = [
    '--b',
    'Content-Disposition: form-data; name="order"',
    'Content-Type: application/json',
    '',
    '{"id":1}',
    '--b',
    'Content-Disposition: form-data; name="file"; filename="x.bin"',
    'Content-Type: application/octet-stream',
    '',
    '\0\x01',
    '--b',
    'Content-Type: multipart/mixed; boundary=inner',
    '',
    '--inner',
    '',
    'deep',
    '--inner--',
    '--b',
    '',
    'cut he',
  ].join('\r\n');
  expect(show('multipart', body, 'multipart/form-data; boundary=b')).toBe(
    [
      '── Part 1 · order · 8 bytes',
      'Content-Disposition: form-data; name="order"',
      'Content-Type: application/json',
      '',
      '{\n  "id": 1\n}',
      '',
      '── Part 2 · file · x.bin · 2 bytes',
      'Content-Disposition: form-data; name="file"; filename="x.bin"',
      'Content-Type: application/octet-stream',
      '',
      `00000000  00 01${' '.repeat(43)} ··`,
      '',
      '── Part 3 · 26 bytes',
      'Content-Type: multipart/mixed; boundary=inner',
      '',
      '── Part 1 · 4 bytes',
      '',
      'deep',
      '',
      '── Part 4 · 6 bytes · not complete',
      '',
      'cut he',
    ].join('\n'),
  );
  expect(show('multipart', 'no parts', 'multipart/mixed; boundary=b')).toBe('no parts');
});

test('any body of any kind gives text within the bound', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .array(fc.constantFrom('{', '"', '<a>', '--b\n', '\n\n', 'x=%', '&', ']', '--b--'))
      .map((parts) => new TextEncoder().encode(parts.join(''))),
  );
  fc.assert(
    fc.property(fc.constantFrom(...bodyKinds.map(({ name }) => name)), bytes, (kind, body) => {
      const text = prettyBody({ kind, charset: 'utf-8', contentType: 'multipart/mixed; boundary=b', bytes: body }, 100);
      expect(text.length).toBeLessThanOrEqual(102);
    }),
    { numRuns: 1000 },
  );
});

test('which kinds have a form of their own', () => {
  expect(
    bodyKinds
      .map(({ name }) => name)
      .filter(isLaidOut)
      .sort(),
  ).toEqual(['form', 'json', 'multipart', 'protobuf', 'xml']);
});
