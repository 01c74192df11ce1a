import { describe, expect, it } from 'vitest';
import { checkFilter } from './check.ts';

const NOW = Date.UTC(2026, 10, 22, 14);

/** Each filter with what it is told, and the piece of it that is pointed at. */
const WRONG: readonly (readonly [filter: string, place: string, message: RegExp])[] = [
  ['http.host = "x"', '=', /write ==/],
  ['http & grpc', '&', /&&/],
  ['http.host == "x', '"x', /no closing quote/],
  ['http.host == "a\\qb"', '\\q', /escape/],
  ["http.host == 'x'", "'", /double quotes/],
  ['http &&', '', /missing/],
  ['&& http', '&&', /missing before/],
  ['(http', '(', /not closed/],
  ['http)', ')', /closes nothing/],
  ['http grpc', 'grpc', /&& or \|\|/],
  ['tcp.port ==', '', /value is missing/],
  ['tcp.port == )', ')', /value is missing/],
  ['200 == http.response.code', '200', /left/],
  ['1 < tcp.port < 5', '1', /left/],
  ['tcp.port > 1 < 5', '<', /chained/],
  ['tcp.port in 80', '80', /braces/],
  ['tcp.port in {}', '{}', /empty/],
  ['tcp.port in {80', '', /not closed/],
  ['tcp.port in {1..}', '}', /end of the range/],
  ['tcp.port == {80}', '{', /operator in/],
  ['http.request.mehtod == "GET"', 'http.request.mehtod', /Did you mean http\.request\.method\?/],
  ['http.resp == 1', 'http.resp', /Did you mean http\.response or http\.response\.code or http\.response\.phrase\?/],
  ['http.method', 'http.method', /http\.request\.method/],
  ['k8s.src.pods == "a"', 'k8s.src.pods', /k8s\.src\.pod/],
  ['diameter.session-id == "a"', 'diameter.session-id', /diameter\.Session-Id/],
  ['zzz == 1', 'zzz', /no field zzz\. To search/],
  ['http.response.code == abc', 'abc', /not a number/],
  ['http.response.code contains 2', 'http.response.code contains 2', /for fields with text/],
  ['http == 1', 'http == 1', /use it alone/],
  ['http.request == 1', 'http.request == 1', /there or not: use it alone/],
  ['http contains "GET"', 'http contains "GET"', /use it alone.*http\.file_data/],
  ['tcp.srcport != tcp.dstport', 'tcp.dstport', /cannot be compared with each other\.$/],
  ['http.host == http.server', 'http.server', /cannot be compared.*quotes: "http\.server"/],
  ['any tcp.port == 80', 'tcp.port', /any cannot stand/],
  ['tcp.port + 1 == 81', '+', /Arithmetic/],
  ['string(http.time) == "1"', 'string(http.time)', /numbers, addresses or text/],
  ['flow.error > true', 'flow.error > true', /== or !=/],
  ['flow.error == maybe', 'maybe', /true or false/],
  ['flow.duration > fast', 'fast', /250ms/],
  ['frame.time >= "yesterday"', '"yesterday"', /2026-11-22/],
  ['frame.time >= "2026-02-30"', '"2026-02-30"', /not a time/],
  ['ip.addr == 10.42.0.256', '10.42.0.256', /IPv4/],
  ['ip.addr == fd00::1', 'fd00::1', /ipv6\.addr/],
  ['ipv6.src == 10.0.0.1', '10.0.0.1', /ip\.src/],
  ['http.host matches "a(b"', '(', /not closed/],
  ['http.host matches r"(a)\\1"', '\\1', /Back references/],
  ['http.host matches "(?=a)"', '(?=', /Looking/],
  ['http.host matches "a\\n("', '"a\\n("', /not closed/],
  ['http.host matches "*"', '*', /nothing to repeat/],
  ['http.host[0:3] == "abc"', '0:3', /Slices/],
  ['http.header == "x"', 'http.header', /brackets/],
  ['http.host["x"] == "x"', 'http.host["x"]', /no name in brackets/],
  ['lenght(http.host) > 3', 'lenght', /no function/],
  ['len(tcp.port) > 3', 'len(tcp.port)', /for fields with text/],
  ['len http.host', 'http.host', /&& or \|\|/],
  [`${'('.repeat(200)}a${')'.repeat(200)}`, '(', /nested/],
];

describe('checking filters', () => {
  it.each(WRONG)('%s is wrong at %j', (filter, place, message) => {
    const { errors, expression } = checkFilter(filter, NOW);
    expect(expression).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors[0]!.message).toMatch(message);
    expect(errors[0]!.message).toMatch(/[.?]$/);
    const [start, end] = errors[0]!.range;
    expect(filter.slice(start, end)).toBe(place);
    if (place === '') expect(start).toBe(filter.length);
  });

  it('tells all wrong fields and values at once', () => {
    const filter = 'http.hots == "x" && tcp.port == "y" || flow.zzz';
    const places = checkFilter(filter, NOW).errors.map(({ range }) => filter.slice(...range));
    expect(places).toEqual(['http.hots', '"y"', 'flow.zzz']);
  });

  it.each([
    '',
    '   ',
    'http',
    'checkout-7d9f',
    '/api/products',
    '"two words"',
    'http.request.method == GET',
    'tcp.port in {80 443, 8000..8999}',
    'tcp.port not in {80}',
    'tcp.port == 0x50',
    'http.response.code eq "200"',
    'ip.addr == 10.42.0.0/16 and !(ip.src == 10.42.0.7)',
    'ip.src in {10.0.0.1..10.0.0.9}',
    'ipv6.addr == fd00::/8',
    'flow.duration > 250ms && http.time < 1.5',
    'frame.time >= "2026-11-22 14:00:00"',
    'frame.time >= 2026-11-22T14:00:00Z and frame.time > -5m',
    'flow.error == True xor flow.cut',
    'http.header["x-tenant"] contains "a" and len(http.host) > 3',
    'upper(http.host) ~ "^SHOP$"',
    'http.host any_ne "x" or http.host ~= "x" or http.host === "x"',
  ])('%s is right', (filter) => {
    expect(checkFilter(filter, NOW).errors).toEqual([]);
  });

  it.each([
    ['http', ['field']],
    ['http.host == "x"', ['field', 'operator', 'value']],
    ['http.host eq shop', ['field', 'operator', 'value']],
    ['!cart', ['logical', 'search']],
    ['(http and "x y")', ['punctuation', 'field', 'logical', 'search', 'punctuation']],
    ['tcp.port in {80..90}', ['field', 'operator', 'punctuation', 'value', 'punctuation', 'value', 'punctuation']],
    ['http.host == "x', ['field', 'operator', 'error']],
  ])('colours %s', (filter, classes) => {
    expect(checkFilter(filter, NOW).classes).toEqual(classes);
  });
});
