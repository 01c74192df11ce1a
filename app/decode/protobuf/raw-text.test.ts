import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { rawProtobufText } from './raw-text.ts';

const { root } = protobuf.parse(`
  syntax = "proto3";
  message Inner { string name = 1; uint32 size = 2; Inner next = 3; }
  message Outer {
    uint64 id = 1; string text = 2; Inner inner = 3; bytes blob = 4; float ratio = 5; double amount = 6;
    repeated uint32 numbers = 7; sint32 zigzag = 8; int32 negative = 9; fixed32 plain = 10; Inner list = 4000;
  }`);
const outer = root.lookupType('Outer');

const write = (value: object): Uint8Array => outer.encode(outer.fromObject(value)).finish();
const show = (value: object): string => rawProtobufText(write(value), 65_536).text;

describe('each type of field', () => {
  test.each([
    [{ id: 150 }, '1: 150'],
    [{ text: 'testing' }, '2: "testing"'],
    [{ text: 'a "b"\\\n\té€😀' }, '2: "a \\"b\\"\\\\\\n\\té€😀"'],
    [{ text: '', id: 1 }, '1: 1'],
    [{ inner: { name: 'abc', size: 7 } }, '3 {\n  1: "abc"\n  2: 7\n}'],
    [{ inner: { next: { next: { size: 1 } } } }, '3 {\n  3 {\n    3 {\n      2: 1\n    }\n  }\n}'],
    [{ inner: {} }, '3: ""'],
    [{ blob: Uint8Array.of(0, 255, 128) }, '4: "\\000\\377\\200"'],
    [{ ratio: 0.1 }, '5: 0x3dcccccd  # 0.1'],
    [{ amount: 12.5 }, '6: 0x4029000000000000  # 12.5'],
    [{ numbers: [1, 2, 300] }, '7: "\\001\\002\\254\\002"  # packed? 1 2 300'],
    [{ negative: -1 }, '9: 18446744073709551615  # -1'],
    [{ plain: 7 }, '10: 0x00000007'],
    [{ id: 1_700_000_000 }, '1: 1700000000  # 2023-11-14T22:13:20Z'],
    [{ id: 1_700_000_000_123 }, '1: 1700000000123  # 2023-11-14T22:13:20.123Z'],
    [{ list: { name: 'far' } }, '4000 {\n  1: "far"\n}'],
  ])('%j', (value, text) => {
    expect(show(value)).toBe(text);
  });

  test('a nested message whose bytes are all printable is a message when it begins with a line break', () => {
    const name = 'thirty-two characters of a string';
    expect(show({ inner: { name } })).toBe(`3 {\n  1: "${name}"\n}`);
  });

  test('groups', () => {
    const writer = protobuf.Writer.create()
      .uint32((5 << 3) | 3)
      .uint32(8)
      .uint32(42)
      .uint32((5 << 3) | 4)
      .uint32(8)
      .uint32(1);
    expect(rawProtobufText(writer.finish(), 1000).text).toBe('5 {\n  1: 42\n}\n1: 1');
  });
});

describe('text is text', () => {
  test('whatever it says', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
      .filter((value) => /^[^\p{Cc}]+$/u.test(value));
    fc.assert(
      fc.property(text, (value) => {
        const literal = value.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
        expect(show({ text: value })).toBe(`2: "${literal}"`);
      }),
    );
  });
});

describe('damage', () => {
  test('what comes before it is shown, the rest named with its range', () => {
    const bytes = Uint8Array.from([...write({ id: 150, text: 'testing' }), 0x1a, 0x20, 0x0a]);
    const { text, problems } = rawProtobufText(bytes, 1000);
    expect(text).toBe('1: 150\n2: "testing"\n# Field 3 has 32 bytes, but only 1 follow. 3 bytes are not decoded.');
    expect(problems).toEqual([
      {
        severity: 'error',
        code: 'protobuf.broken',
        text: 'Field 3 has 32 bytes, but only 1 follow.',
        range: [12, 3],
      },
    ]);
  });

  test.each([
    [[0x00], '0 is not a field number.'],
    [[0x0f], 'There is no wire type 7.'],
    [[0x0c], 'A group 1 ends that did not begin.'],
    [[0x0b, 0x08, 0x01], 'The group of field 1 does not end.'],
    [[0x08, ...Array<number>(10).fill(0x80), 0], 'The varint of field 1 is cut or too long.'],
    [[0x0d, 1, 2], 'Field 1 is cut.'],
    [[0x80], 'A tag is cut or not a varint.'],
  ])('%j', (bytes, text) => {
    expect(rawProtobufText(Uint8Array.from(bytes), 1000).problems[0]?.text).toBe(text);
  });

  test('any bytes give text within the bound', () => {
    const sample = write({
      id: 1,
      text: 'abc',
      inner: { name: 'x', next: { size: 3 } },
      numbers: [1, 2, 3],
      ratio: 1.5,
    });
    const mutated = fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { maxLength: 5 }).map((changes) => {
      const bytes = Uint8Array.from(sample);
      for (const [at, octet] of changes) bytes[at] = octet;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 400 })), (bytes) => {
        expect(rawProtobufText(bytes, 300).text.length).toBeLessThanOrEqual(303);
      }),
      { numRuns: 2000 },
    );
  });

  test('nesting without end and fields without number stay bounded', () => {
    let deep = Uint8Array.of(8, 1);
    for (let level = 0; level < 2000; level++)
      deep = protobuf.Writer.create().uint32(10).bytes(deep).finish() as Uint8Array<ArrayBuffer>;
    expect(rawProtobufText(deep, 65_536).text.length).toBeLessThan(66_000);
    const many = new Uint8Array(2_000_000).fill(8);
    expect(rawProtobufText(many, 65_536).text.length).toBeLessThan(66_000);
    const groups = new Uint8Array(1_000_000).fill(0x0b);
    expect(rawProtobufText(groups, 65_536).text).toContain('# The group of field 1 does not end.');
  });
});
