import { describe, expect, it } from 'vitest';
import { answerFields, CapturedEvents, requestFields, START, simpleExchange } from '../../tests/support/captured.ts';
import { bytes, complaints, fileOf, packets } from '../../tests/support/exchange-files.ts';
import { tsharkIsInstalled, tsharkReads } from '../../tests/support/tshark.ts';

describe.skipIf(!tsharkIsInstalled)('packets of an exchange over HTTP/1, as tshark reads them', () => {
  it('HTTP/1.1: methods, targets, statuses, fields and bodies, in an orderly conversation', () => {
    const events = new CapturedEvents()
      .headers('request', requestFields('POST', '/cart?x=1', [['content-length', '11']]))
      .data('request', 'hello=world')
      .end('request')
      .headers('answer', answerFields(201, [['content-length', '2']]))
      .data('answer', 'ok')
      .end('answer').events;
    const file = fileOf('http/1.1', events);
    expect(complaints(file)).toEqual([]);
    const fields = [
      'http.request.method',
      'http.request.uri',
      'http.host',
      'http.file_data',
      'http.response.code',
      'frame.time_epoch',
    ];
    expect(tsharkReads(file, fields, 'http')).toEqual([
      ['POST', '/cart?x=1', 'cart.shop.svc.cluster.local:8080', 'hello=world', '', '1790000000.125456789'],
      ['', '', '', 'ok', '201', '1790000000.128456789'],
    ]);
    expect(tsharkReads(file, ['tcp.flags.str'], 'tcp.len == 0').map(([flags]) => flags!.replaceAll('·', ''))).toEqual([
      'S',
      'AS',
      'A',
      'AF',
      'AF',
      'A',
    ]);
  });

  it('IPv6, and sequence numbers that pass 2^32', () => {
    const exchange = packets('http/1.1', true);
    const file = exchange.add(simpleExchange('/six', 'x'.repeat(70_000)), true, START);
    expect(complaints(file)).toEqual([]);
    expect(tsharkReads(file, ['ipv6.src', 'http.response.code', 'http.content_length'], 'http.response')).toEqual([
      ['fd00::9', '200', '70000'],
    ]);
  });

  it('HTTP/1.1: chunks and trailers where there is no length', () => {
    const events = new CapturedEvents()
      .headers('request', requestFields('GET', '/stream'))
      .end('request')
      .headers('answer', answerFields(200))
      .data('answer', 'one ')
      .data('answer', 'two')
      .trailers('answer', [['x-checksum', 'abc']])
      .end('answer').events;
    const file = fileOf('http/1.1', events);
    expect(complaints(file)).toEqual([]);
    expect(
      tsharkReads(file, ['http.response.code', 'http.transfer_encoding', 'http.file_data'], 'http.response'),
    ).toEqual([['200', 'chunked', 'one two']]);
    expect(Buffer.from(file).includes('0\r\nx-checksum: abc\r\n\r\n')).toBe(true);
  });

  it('HTTP/1.1: HEAD, 204, 304, 1xx, an answer without body, HTTP/1.0', () => {
    const one = (method: string, status: number, more: readonly (readonly [string, string])[] = []) =>
      fileOf(
        'http/1.1',
        new CapturedEvents()
          .headers('request', requestFields(method, '/'))
          .end('request')
          .headers('answer', answerFields(status, more))
          .end('answer').events,
      );
    for (const [file, status] of [
      [one('HEAD', 200, [['content-length', '500']]), '200'],
      [one('GET', 204), '204'],
      [one('GET', 304), '304'],
      [one('GET', 503), '503'],
    ] as const) {
      expect(complaints(file)).toEqual([]);
      expect(tsharkReads(file, ['http.response.code', 'http.response_number'], 'http.response')).toEqual([
        [status, '1'],
      ]);
    }
    const old = fileOf(
      'http/1.0',
      new CapturedEvents()
        .headers('request', requestFields('GET', '/old'))
        .end('request')
        .headers('answer', answerFields(200))
        .data('answer', 'until the end')
        .end('answer').events,
    );
    expect(complaints(old)).toEqual([]);
    expect(tsharkReads(old, ['http.response.version', 'http.file_data'], 'http.response')).toEqual([
      ['HTTP/1.0', 'until the end'],
    ]);
    const continued = fileOf(
      'http/1.1',
      new CapturedEvents()
        .headers(
          'request',
          requestFields('PUT', '/big', [
            ['expect', '100-continue'],
            ['content-length', '3'],
          ]),
        )
        .headers('answer', [[':status', '100']])
        .data('request', 'abc')
        .end('request')
        .headers('answer', answerFields(200, [['content-length', '0']]))
        .end('answer').events,
    );
    expect(tsharkReads(continued, ['http.response.code'], 'http.response')).toEqual([['100'], ['200']]);
  });

  it.each([
    ['in one part', 1],
    ['over several parts', 3],
  ])('HTTP/1.1: a cut body, %s, leaves method, status and fields readable', (_, count) => {
    const events = new CapturedEvents()
      .headers('request', requestFields('POST', '/upload', [['content-length', '20000000']]))
      .data('request', bytes(100_000))
      .data('request', bytes(0), 19_900_000)
      .end('request')
      .headers('answer', answerFields(413, [['content-length', '300000']]))
      .data('answer', bytes(150_000), 300_000)
      .end('answer').events;
    const size = Math.ceil(events.length / count);
    const parts = Array.from({ length: count }, (_part, index) => events.slice(index * size, (index + 1) * size));
    const file = fileOf('http/1.1', ...parts);
    expect(
      tsharkReads(
        file,
        ['http.request.method', 'http.request.uri', 'http.content_length', 'http.response.code'],
        'http.request || http.response',
      ),
    ).toEqual([
      ['POST', '/upload', '20000000', ''],
      ['', '', '300000', '413'],
    ]);
  });

  it('HTTP/1.1: an answer that never ends is there as soon as it begins', () => {
    const events = new CapturedEvents()
      .headers('request', requestFields('GET', '/events'))
      .end('request')
      .headers('answer', answerFields(200, [['content-type', 'text/event-stream']]));
    const exchange = packets('http/1.1');
    const first = exchange.add(events.events, false, START);
    expect(tsharkReads(first, ['http.response.code'], 'http.response')).toEqual([['200']]);
    const more = exchange.add(
      new CapturedEvents(START + 9_000_000_000n).data('answer', 'data: 1\n\n').end('answer', true).events,
      true,
      START,
    );
    const file = Buffer.concat([first, more]);
    expect(tsharkReads(file, ['http.response.code'], 'http.response')).toEqual([['200']]);
    expect(tsharkReads(file, ['tcp.srcport'], 'tcp.flags.reset == 1')).toEqual([['8080']]);
  });

  it('WebSocket goes on as raw bytes after 101', () => {
    const upgrade = [
      ['upgrade', 'websocket'],
      ['connection', 'Upgrade'],
      ['sec-websocket-key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ] as const;
    const events = new CapturedEvents()
      .headers('request', requestFields('GET', '/chat', upgrade))
      .headers('answer', [
        [':status', '101'],
        ['upgrade', 'websocket'],
        ['connection', 'Upgrade'],
        ['sec-websocket-accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
      ])
      .data('request', Uint8Array.of(0x81, 0x82, 1, 2, 3, 4, 0x68 ^ 1, 0x69 ^ 2))
      .data('answer', Uint8Array.of(0x81, 2, 0x79, 0x6f))
      .end('request')
      .end('answer').events;
    const file = fileOf('http/1.1', events);
    expect(complaints(file)).toEqual([]);
    expect(tsharkReads(file, ['websocket.payload.text', 'data.data', 'text'], 'websocket').length).toBe(2);
  });
});
