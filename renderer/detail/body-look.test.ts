import { expect, test } from 'vitest';
import { bodyFileName, hexDump, looksOf } from './body-look.ts';

test('a body is named by the last part of its target and its type', () => {
  const names: readonly (readonly [target: string, mediaType: string, name: string])[] = [
    ['/products/42?user=ada', 'application/json', '42.json'],
    ['/static/img/watch.bmp', 'image/bmp', 'watch.bmp'],
    ['/', 'text/html', 'body.html'],
    ['*', '', 'body.bin'],
    ['shop.v1.CatalogService/GetProduct', 'application/grpc', 'GetProduct.bin'],
    ['Gy · pcef.epc.example;8176;2', '', 'Gy_pcef.epc.example_8176_2.bin'],
    ['/../..', 'text/plain', 'body.txt'],
    [`/${'long'.repeat(50)}.csv`, 'text/csv', `${'long'.repeat(19)}.csv`],
  ];
  for (const [target, mediaType, name] of names) expect(bodyFileName(target, mediaType)).toBe(name);
});

test('bytes are copied with their offsets and what of them is text', () => {
  const bytes = new TextEncoder().encode('GET / HTTP/1.1\r\nHost: a');
  expect(hexDump(bytes)).toBe(
    [
      '00000000 47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  GET / HTTP/1.1··',
      '00000010 48 6f 73 74 3a 20 61                              Host: a',
    ].join('\n'),
  );
});

test('a drawing is seen as an image first, and can be read', () => {
  expect(looksOf('xml', 'image/svg+xml')).toEqual(['image', 'pretty', 'text', 'hex']);
  expect(looksOf('xml', 'application/xml')).toEqual(['pretty', 'text', 'hex']);
  expect(looksOf('image', 'image/png')).toEqual(['image', 'hex']);
});
