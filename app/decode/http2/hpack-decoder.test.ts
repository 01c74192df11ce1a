import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerLines } from '../../../tests/support/decoding.ts';
import type { Header } from '../../model/exchange.ts';
import { HpackDecoder } from './hpack-decoder.ts';
import { decodeHuffman, longestDecoded } from './huffman.ts';
import { HUFFMAN_LENGTHS, huffmanCodes } from './huffman-code.ts';

function decode(decoder: HpackDecoder, hex: string): string[] | 'malformed' {
  const bytes = Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  const headers: Header[] = [];
  return decoder.decode(bytes, 0, bytes.length, headers) ? headerLines(headers) : 'malformed';
}

const REQUESTS = [
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'],
  [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com', 'cache-control: no-cache'],
  [':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com', 'custom-key: custom-value'],
];

describe('the examples of RFC 7541 appendix C', () => {
  it.each([
    ['C.2.1', '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572', 'custom-key: custom-header'],
    ['C.2.2', '040c 2f73 616d 706c 652f 7061 7468', ':path: /sample/path'],
    ['C.2.3', '1008 7061 7373 776f 7264 0673 6563 7265 74', 'password: secret'],
    ['C.2.4', '82', ':method: GET'],
  ])('%s', (_name, hex, line) => expect(decode(new HpackDecoder(false), hex)).toEqual([line]));

  it.each([
    [
      'C.3, without Huffman coding',
      [
        '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
        '8286 84be 5808 6e6f 2d63 6163 6865',
        '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
      ],
    ],
    [
      'C.4, with it',
      [
        '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
        '8286 84be 5886 a8eb 1064 9cbf',
        '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
      ],
    ],
  ])('%s', (_name, blocks) => {
    const decoder = new HpackDecoder(false);
    expect(blocks.map((block) => decode(decoder, block))).toEqual(REQUESTS);
  });

  it('C.5, where entries are evicted from a table of 256 octets', () => {
    const decoder = new HpackDecoder(false);
    // The size that the examples presume, as an update (section 6.3): 256 = 31 + 225.
    expect(decode(decoder, '3fe1 01')).toEqual([]);
    const first =
      '4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d';
    const rest = ['cache-control: private', 'date: Mon, 21 Oct 2013 20:13:21 GMT', 'location: https://www.example.com'];
    expect(decode(decoder, first)).toEqual([':status: 302', ...rest]);
    expect(decode(decoder, '4803 3330 37c1 c0bf')).toEqual([':status: 307', ...rest]);
    // `:status: 302` had to go for `:status: 307`: what was entry 65 is no longer there.
    expect(decode(decoder, 'c2')).toBe('malformed');
  });
});

describe('a table with a hole', () => {
  it('gives what was inserted since, and marks what is older', () => {
    const decoder = new HpackDecoder(true);
    expect(decode(decoder, '4001 6101 31 be bf')).toEqual(['a: 1', 'a: 1', '?: ?']);
    // A known value under a name that is not known.
    expect(decode(decoder, '7f01 01 32')).toEqual(['?: 2']);
    expect(decode(decoder, 'be bf')).toEqual(['?: 2', 'a: 1']);
  });

  it('has none any more when a size update has emptied it', () => {
    const decoder = new HpackDecoder(true);
    expect(decode(decoder, '20 3fe1 1f 4001 6101 31')).toEqual(['a: 1']);
    expect(decode(decoder, 'bf')).toBe('malformed');
  });
});

describe('malformed blocks', () => {
  it.each([
    ['an index of 0', '80'],
    ['an index beyond the table', 'be'],
    ['an integer without an end', '7fffffffffffff'],
    ['a string that is cut', '4003 61'],
    ['EOS in a Huffman string', '4084 ffff ffff 0131'],
    ['Huffman padding that is not of ones', '4081 00 0131'],
    ['an enormous table', '3fffffff7f'],
  ])('%s', (_name, hex) => expect(decode(new HpackDecoder(false), hex)).toBe('malformed'));

  it('end early and leave the decoder usable', () => {
    const decoder = new HpackDecoder(false);
    expect(decode(decoder, '80')).toBe('malformed');
    expect(decode(decoder, '82')).toEqual([':method: GET']);
  });
});

describe('Huffman coding', () => {
  const codes = huffmanCodes();

  function encode(octets: Uint8Array): Uint8Array {
    let bits = '';
    for (const octet of octets) bits += codes[octet]!.toString(2).padStart(HUFFMAN_LENGTHS[octet]!, '0');
    bits = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
    return Uint8Array.from({ length: bits.length / 8 }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2));
  }

  it('is undone for all octets in any order', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        const encoded = encode(octets);
        const out = new Uint8Array(longestDecoded(encoded.length));
        const length = decodeHuffman(encoded, 0, encoded.length, out);
        expect([...out.subarray(0, length)]).toEqual([...octets]);
      }),
    );
  });

  it('never writes beyond the room that it asks for', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (encoded) => {
        const length = decodeHuffman(encoded, 0, encoded.length, new Uint8Array(longestDecoded(encoded.length)));
        expect(length).toBeLessThanOrEqual(longestDecoded(encoded.length));
      }),
    );
  });
});
