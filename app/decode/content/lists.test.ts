import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formFields } from './form-fields.ts';
import { multipartParts } from './multipart.ts';

describe('form', () => {
  test('agrees with URLSearchParams (in ASCII: Node reads what is beyond it wrongly beside broken encodings)', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'a=&+%C3b 4'), maxLength: 60 }), (text) => {
        const expected = [...new URLSearchParams(`&${text}`)].map(([name, value]) => ({ name, value }));
        expect(formFields(text)).toEqual(expected);
      }),
    );
  });

  test('stays within its bound', () => {
    expect(formFields('a&'.repeat(1_000_000))).toHaveLength(10_000);
  });
});

/** What the platform itself writes for a form. */
async function written(form: FormData): Promise<{ body: Uint8Array; type: string }> {
  const response = new Response(form);
  return { body: new Uint8Array(await response.arrayBuffer()), type: response.headers.get('content-type')! };
}

describe('multipart', () => {
  test('a form with a file, cut at any place', async () => {
    const form = new FormData();
    form.append('title', 'Grüße');
    form.append('file', new File([Uint8Array.of(13, 10, 45, 45, 0, 255)], 'a "b".bin', { type: 'image/png' }));
    form.append('empty', '');
    const { body, type } = await written(form);
    const parts = multipartParts(body, type);
    expect(parts.map(({ name, filename, contentType, complete }) => [name, filename, contentType, complete])).toEqual([
      ['title', '', '', true],
      ['file', 'a %22b%22.bin', 'image/png', true],
      ['empty', '', '', true],
    ]);
    const contents = parts.map(({ range: [offset, length] }) => body.subarray(offset, offset + length));
    expect(new TextDecoder().decode(contents[0])).toBe('Grüße');
    expect([...contents[1]!]).toEqual([13, 10, 45, 45, 0, 255]);
    expect(contents[2]).toHaveLength(0);
    for (let length = 0; length < body.length; length++) {
      for (const [index, part] of multipartParts(body.subarray(0, length), type).entries()) {
        if (part.complete) expect(part).toEqual(parts[index]);
        expect(part.range[0] + part.range[1]).toBeLessThanOrEqual(length);
      }
    }
  });

  test('preamble, bare line feeds, a boundary that begins another', () => {
    const body = new TextEncoder().encode('pre\n--x\nA: 1\n\none\n--xy\nstill one\n--x  \n\ntwo\n--x--\nafter');
    const parts = multipartParts(body, 'multipart/mixed; boundary=x');
    const text = (range: readonly [number, number]) =>
      new TextDecoder().decode(body.subarray(range[0], range[0] + range[1]));
    expect(parts.map(({ headers, range }) => [headers, text(range)])).toEqual([
      [[{ name: 'A', value: '1' }], 'one\n--xy\nstill one'],
      [[], 'two'],
    ]);
  });

  test('any bytes give a list', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('--x', '--x--', '\r\n', '\n', 'a: b', '-', '\0')), (pieces) => {
        const body = new TextEncoder().encode(pieces.join(''));
        for (const { range } of multipartParts(body, 'multipart/mixed; boundary=x')) {
          expect(range[1]).toBeGreaterThanOrEqual(0);
          expect(range[0] + range[1]).toBeLessThanOrEqual(body.length);
        }
      }),
    );
    expect(multipartParts(new Uint8Array(10), 'multipart/mixed')).toEqual([]);
    expect(multipartParts(new TextEncoder().encode('--x\n'.repeat(5_000)), 'multipart/mixed; boundary=x')).toHaveLength(
      1_000,
    );
  });
});
