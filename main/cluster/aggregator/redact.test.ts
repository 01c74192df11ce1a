import { expect, it } from 'vitest';
import { credentialFields } from '../../../app/capture/credential-fields.ts';
import type { CaptureEvent } from '../../../app/capture/document.ts';
import { CapturedEvents } from '../../../tests/support/captured.ts';
import { Redactor } from './redact.ts';

function fieldsOf(events: readonly CaptureEvent[]): readonly (readonly [string, string])[] {
  return events.flatMap((event) => (event.kind === 'headers' || event.kind === 'trailers' ? event.headers : []));
}

it('replaces the values of fields that carry credentials, however they are written, and says which', () => {
  const names = ['Authorization', 'COOKIE', 'x-api-KEY', 'X-Mine'];
  const secret = ['hunter2', 'hunter3'];
  const events = new CapturedEvents()
    .headers('request', [[':path', '/'], ...names.map((name) => [name, secret[0]!] as const), ['accept', '*/*']])
    .trailers('answer', [
      ['set-cookie', secret[0]!],
      ['set-cookie', secret[1]!],
    ]).events;
  const found = new Set<string>();
  const redacted = new Redactor([...credentialFields, 'x-MINE']).apply(events, found);
  expect(JSON.stringify(fieldsOf(redacted))).not.toMatch(/hunter/);
  expect(fieldsOf(redacted).filter(([, value]) => value === '[redacted]')).toHaveLength(6);
  expect([...found].sort()).toEqual(['authorization', 'cookie', 'set-cookie', 'x-api-key', 'x-mine']);
});

it('replaces user and password of URLs, in pseudo-header fields as in others, and nothing else of them', () => {
  const shown = (name: string, value: string) => {
    const found = new Set<string>();
    const [field] = fieldsOf(
      new Redactor([]).apply(new CapturedEvents().headers('request', [[name, value]]).events, found),
    );
    expect([...found]).toEqual(field![1] === value ? [] : [name]);
    return field![1];
  };
  expect(shown(':authority', 'ann:pa@ss@shop:8080')).toBe('[redacted]@shop:8080');
  expect(shown('host', 'ann@shop')).toBe('[redacted]@shop');
  expect(shown(':path', 'http://ann:pass@shop/a?mail=x@y.example')).toBe('http://[redacted]@shop/a?mail=x@y.example');
  expect(shown('location', 'https://ann:pass@shop/')).toBe('https://[redacted]@shop/');
  expect(shown('link', '<http://a:b@one/>, <HTTP://c:d@two/x>')).toBe(
    '<http://[redacted]@one/>, <HTTP://[redacted]@two/x>',
  );
  for (const value of ['/users/ann@example.com', 'http://shop/@ann', 'ann@example.com', 'mailto:ann@example.com'])
    expect(shown(':path', value)).toBe(value);
  // Linear, whatever comes.
  const long = `${'a://b'.repeat(20_000)}@`;
  const begun = performance.now();
  shown('referer', long);
  shown('referer', `a://${'@'.repeat(100_000)} `);
  expect(performance.now() - begun).toBeLessThan(2_000);
});

it('passes on the very events where there is nothing to replace', () => {
  const { events } = new CapturedEvents().headers('request', [[':path', '/a@b']]).data('request', 'x');
  expect(new Redactor(credentialFields).apply(events, new Set())).toBe(events);
});
