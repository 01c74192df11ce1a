import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editorText, fileText, largestValuesFile, valuesFileText } from './values-layout.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the layout of a values file', () => {
  it('is written as it was read', () => {
    const line = fc.stringMatching(/^[a-z: #]{0,9}$/);
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom('\n', '\r\n'), fc.boolean(), (lines, lineEnd, hasMark) => {
        const file = `${hasMark ? '\ufeff' : ''}${lines.join(lineEnd)}`;
        const { text, layout } = editorText(valuesFileText(bytes(file), 'values.yaml'));
        expect(text).toBe(lines.join('\n'));
        expect(fileText(text, layout)).toBe(file);
      }),
    );
  });

  it('has the line ends of most lines where they are mixed', () => {
    const { text, layout } = editorText('a\r\nb\r\nc\nd');
    expect(text).toBe('a\nb\nc\nd');
    expect(fileText(text, layout)).toBe('a\r\nb\r\nc\r\nd');
  });

  it.each([
    ['too large', new Uint8Array(largestValuesFile + 1).fill(32), /^values.yaml has 257 KiB, more than any/],
    ['binary', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0), /^values.yaml is not UTF-8 text/],
    ['not UTF-8', Uint8Array.of(0x61, 0xff), /^values.yaml is not UTF-8 text/],
  ])('is refused for what is %s', (_, data, sentence) => {
    expect(() => valuesFileText(data, 'values.yaml')).toThrow(sentence);
  });
});
