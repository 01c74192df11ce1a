import fc from 'fast-check';
import { expect, test } from 'vitest';
import { prettyXml } from './pretty-xml.ts';

test.each([
  ['elements', '<a><b/><c x="1>2">text</c><d></d></a>', '<a>\n  <b/>\n  <c x="1>2">text</c>\n  <d></d>\n</a>'],
  [
    'prolog',
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a/>',
    '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY b "c">]>\n<a/>',
  ],
  [
    'comments and CDATA',
    '<a><!-- <b> --><c><![CDATA[</c>]]></c></a>',
    '<a>\n  <!-- <b> -->\n  <c><![CDATA[</c>]]></c>\n</a>',
  ],
  ['text among elements', '<p>one <b>two</b> three</p>', '<p>one <b>two</b> three</p>'],
  ['what was laid out', '<a>\n    <b>1</b>\n</a>\n', '<a>\n  <b>1</b>\n</a>'],
  ['what was cut', '<a><b attribute="un', '<a>\n  <b attribute="un'],
  ['tags that do not match', '</a></b><c>', '</a>\n</b>\n<c>'],
  ['no XML', 'just text', 'just text'],
])('%s', (_name, text, pretty) => {
  expect(prettyXml(text)).toBe(pretty);
});

test('nothing but white space changes, whatever comes, and twice is once', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'<>/!-[]"\'?= \nab'), maxLength: 80 }), (text) => {
      const pretty = prettyXml(text);
      expect(pretty.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      expect(prettyXml(pretty)).toBe(pretty);
    }),
  );
});

test('tags alone stay small and take no time', () => {
  expect(prettyXml('<a>'.repeat(20_000)).length).toBeLessThan(20_000 * 140);
  expect(prettyXml('<a>'.repeat(20_000), 1000)).toHaveLength(1000);
  const start = performance.now();
  prettyXml('<'.repeat(1_000_000), 65_536);
  prettyXml('<!--'.repeat(200_000), 65_536);
  expect(performance.now() - start).toBeLessThan(1000);
});
