import { describe, expect, it } from 'vitest';
import { checkFilter } from './check.ts';
import { wiresharkPart } from './wireshark.ts';

const NOW = Date.UTC(2026, 10, 22, 14);

/** Each filter with what is handed over and what is left. */
const PARTS: readonly (readonly [filter: string, text: string, ...rest: string[]])[] = [
  ['', ''],
  ['cart', '', 'cart'],
  ['diameter.cmd.code == 272', 'diameter.cmd.code == 272'],
  ['http.response.code >= 0x1f4', 'http.response.code >= 0x1f4 || http2.headers.status >= 0x1f4'],
  [
    'string(http.response.code) matches "^5"',
    'string(http.response.code) matches "^5" || string(http2.headers.status) matches "^5"',
  ],
  // Wireshark makes no text of text, and takes functions in comparisons alone.
  ['string(diameter.Session-Id) == "a"', 'diameter.Session-Id == "a"'],
  ['string(tcp.port) in {"80"} && ip', 'ip', 'string(tcp.port) in {"80"}'],
  ['diameter && k8s.pod == "a" && ip.addr == "10.0.0.0/8"', 'diameter && ip.addr == 10.0.0.0/8', 'k8s.pod == "a"'],
  // The request's and the answer's packet are not the same.
  [
    'http.request.method == GET && http.response.code == 503 && tcp.port == 8080',
    '(http.request.method == "GET" || http2.headers.method == "GET") && tcp.port == 8080',
    'http.response.code == 503',
  ],
  [
    'http.request.method == "GET" || diameter.Result-Code == 5012',
    '(http.request.method == "GET" || http2.headers.method == "GET") || diameter.Result-Code == 5012',
  ],
  ['http || cart', '', 'http || cart'],
  ['!(diameter.cmd.code in {272, 300..310})', '!(diameter.cmd.code in {272, 300..310})'],
  ['diameter.resp_time > 250ms', 'diameter.resp_time > 0.25'],
  ['frame.time >= 99999999999999', 'frame.time >= "9999-12-31 23:59:59.999 UTC"'],
  ['frame.time >= -5m', 'frame.time >= "2026-11-22 13:55:00.000 UTC"'],
  ['a xor http', '', 'a xor http'],
  ['diameter.Session-Id ~ r"a\\.b"', 'diameter.Session-Id matches r"a\\.b"'],
];

describe('what Wireshark is told of a filter', () => {
  it.each(PARTS)('%s', (filter, text, ...rest) => {
    expect(wiresharkPart(checkFilter(filter, NOW).node, NOW)).toEqual({ text, rest });
  });
});
