import { describe, expect, it } from 'vitest';
import { answerFields, CapturedEvents, requestFields, START, simpleExchange } from '../../tests/support/captured.ts';
import { tsharkIsInstalled, tsharkReads } from '../../tests/support/tshark.ts';
import { fromHex } from '../bytes/hex.ts';
import type { CaptureEvent } from '../capture/document.ts';
import type { CapturedProtocol } from '../capture/metadata.ts';
import { createPacketBuffers, ExchangePackets } from './exchange-packets.ts';

const buffers = createPacketBuffers();
const HTTP2 = ['-d', 'tcp.port==8080,http2'];

function packets(protocol: CapturedProtocol, ipv6 = false): ExchangePackets {
  return new ExchangePackets({
    protocol,
    client: { address: ipv6 ? 'fd00::7' : '10.42.0.7', port: 40_001 },
    server: { address: ipv6 ? 'fd00::9' : '10.42.0.9', port: 8080 },
    initialSequence: 0xffff_ff00,
    buffers,
  });
}

/** The libpcap file of an exchange whose parts came one after the other. */
function fileOf(protocol: CapturedProtocol, ...parts: (readonly CaptureEvent[])[]): Uint8Array {
  const exchange = packets(protocol);
  return Buffer.concat(parts.map((events, index) => exchange.add(events, index === parts.length - 1, START)));
}

function bytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => 0x61 + (index % 26));
}

/** Every TCP analysis flag, bad checksum and malformed packet that tshark finds. */
function complaints(file: Uint8Array, options: readonly string[] = []): string[] {
  return tsharkReads(
    file,
    ['frame.number', '_ws.col.Info'],
    'tcp.analysis.flags || _ws.malformed || tcp.checksum.status == 0 || ip.checksum.status == 0 || _ws.expert.severity >= 0x600000',
    options,
  ).map((row) => row.join(' '));
}

describe.skipIf(!tsharkIsInstalled)('packets of an exchange, as tshark reads them', () => {
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

  it('HTTP/2: preface, settings, fields, bodies and trailers', () => {
    const events = new CapturedEvents()
      .headers(
        'request',
        requestFields('POST', '/two', [
          ['content-type', 'text/plain'],
          ['x-long', 'v'.repeat(300)],
        ]),
      )
      .data('request', bytes(40_000))
      .end('request')
      .headers('answer', answerFields(404, [['x-ä', 'ü']]))
      .data('answer', 'no')
      .trailers('answer', [['x-end', '1']])
      .end('answer').events;
    const file = fileOf('http/2', events);
    expect(complaints(file, HTTP2)).toEqual([]);
    const headers = tsharkReads(
      file,
      ['http2.headers.method', 'http2.headers.path', 'http2.headers.status', 'http2.header.name'],
      'http2.type == 1',
      HTTP2,
    );
    expect(headers.map(([method, path, status]) => [method, path, status])).toEqual([
      ['POST', '/two', ''],
      ['', '', '404'],
      ['', '', ''],
    ]);
    expect(headers[2]![3]).toBe('x-end');
    const ends = tsharkReads(
      file,
      ['tcp.srcport', 'http2.flags.end_stream'],
      'http2.streamid == 1 && http2.flags.end_stream == 1',
      HTTP2,
    );
    expect(ends.map(([port]) => port)).toEqual(['40001', '8080']);
  });

  it('HTTP/2: fields longer than a frame, a reset, an extended CONNECT', () => {
    const big = new CapturedEvents()
      .headers('request', requestFields('GET', '/big', [['x-big', 'b'.repeat(50_000)]]))
      .end('request')
      .headers('answer', answerFields(200))
      .end('answer', true).events;
    const file = fileOf('http/2', big);
    expect(complaints(file, HTTP2)).toEqual([]);
    expect(tsharkReads(file, ['http2.headers.path'], 'http2.headers.path', HTTP2)).toEqual([['/big']]);
    expect(tsharkReads(file, ['tcp.srcport', 'http2.rst_stream.error'], 'http2.type == 3', HTTP2)).toEqual([
      ['8080', '8'],
    ]);
    const byCaller = packets('http/2').add(big, true, START, true);
    expect(tsharkReads(byCaller, ['tcp.dstport', 'http2.rst_stream.error'], 'http2.type == 3', HTTP2)).toEqual([
      ['8080', '8'],
    ]);
    const upgrade = new CapturedEvents()
      .headers(
        'request',
        requestFields('GET', '/chat', [
          ['upgrade', 'websocket'],
          ['connection', 'upgrade'],
        ]),
      )
      .headers('answer', [
        [':status', '101'],
        ['upgrade', 'websocket'],
        ['connection', 'upgrade'],
      ])
      .data('request', 'x')
      .end('request')
      .end('answer').events;
    const rows = tsharkReads(
      fileOf('http/2', upgrade),
      ['http2.header.name', 'http2.header.value'],
      'http2.type == 1',
      HTTP2,
    );
    expect(rows[0]![0]!.split(',').slice(0, 2)).toEqual([':method', ':protocol']);
    expect(rows[0]![1]).toMatch(/^CONNECT,websocket/);
    expect(rows[1]![1]).toMatch(/^200/);
  });

  it('gRPC: service, messages and status, also where a message was cut', () => {
    const message = Uint8Array.of(0, 0, 0, 0, 5, 10, 3, 0x61, 0x62, 0x63);
    const grpc = (answer: (events: CapturedEvents) => CapturedEvents) =>
      fileOf(
        'http/2',
        answer(
          new CapturedEvents()
            .headers(
              'request',
              requestFields('POST', '/shop.Shipping/Quote', [
                ['content-type', 'application/grpc'],
                ['te', 'trailers'],
              ]),
            )
            .data('request', message)
            .end('request')
            .headers('answer', answerFields(200, [['content-type', 'application/grpc']])),
        )
          .trailers('answer', [
            ['grpc-status', '14'],
            ['grpc-message', 'gone'],
          ])
          .end('answer').events,
      );
    const whole = grpc((events) => events.data('answer', message).data('answer', message));
    expect(complaints(whole, HTTP2)).toEqual([]);
    expect(tsharkReads(whole, ['grpc.message_length'], 'grpc', HTTP2).flat().join(',')).toBe('5,5,5');
    const cut = grpc((events) => events.data('answer', Uint8Array.of(0, 0, 1, 0, 0, 1, 2, 3), 65_541));
    expect(tsharkReads(cut, ['http2.headers.status'], 'http2.headers.status', HTTP2)).toEqual([['200']]);
    const [status] = tsharkReads(cut, ['http2.header.value'], 'http2.header.name == "grpc-status"', HTTP2);
    expect(status![0]).toBe('14,gone');
  });

  it('Diameter: requests of both ends', () => {
    // A device watchdog (280) with one AVP, Origin-Host: tshark takes nothing shorter for Diameter.
    const watchdog = (flags: number) =>
      fromHex(
        `01000024 ${flags.toString(16).padStart(2, '0')}000118 00000000 6ebbc1a5 4fd460e2 00000108 4000000d 7065657261000000`,
      )!;
    const events = new CapturedEvents()
      .message('request', 'destination', watchdog(0x80))
      .message('answer', 'source', watchdog(0)).events;
    const file = fileOf('diameter', events);
    expect(complaints(file)).toEqual([]);
    const fields = ['tcp.srcport', 'diameter.flags.request', 'diameter.hopbyhopid', 'diameter.endtoendid'];
    expect(tsharkReads(file, fields, 'diameter', ['-d', 'tcp.port==8080,diameter'])).toEqual([
      ['8080', '1', '0x6ebbc1a5', '0x4fd460e2'],
      ['40001', '0', '0x6ebbc1a5', '0x4fd460e2'],
    ]);
  });
});

describe('packets of an exchange', () => {
  it('are the same however the events fall into parts, but for what Wireshark needs to read an unfinished message', () => {
    const events = simpleExchange('/same', 'body');
    const whole = fileOf('http/1.1', events);
    expect(fileOf('http/1.1', events.slice(0, 2), events.slice(2))).toEqual(whole);
    expect(fileOf('http/1.1', events)).toEqual(whole);
  });

  it('never go back in time', () => {
    const events = simpleExchange('/clock', 'x').map((event, index) => ({
      ...event,
      time: START - BigInt(index) * 1_000n,
    }));
    const file = Buffer.from(fileOf('http/1.1', events));
    const times: number[] = [];
    for (let at = 24; at < file.length; at += 16 + file.readUInt32LE(at + 8))
      times.push(file.readUInt32LE(at) * 1e9 + file.readUInt32LE(at + 4));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('close what did not end, and say nothing after the end', () => {
    const exchange = packets('http/1.1');
    const first = exchange.add(new CapturedEvents().headers('request', requestFields('GET', '/')).events, true, START);
    expect(first.length).toBeGreaterThan(24);
    expect(exchange.add(new CapturedEvents().data('answer', 'late').events, false, START).length).toBe(0);
  });
});
