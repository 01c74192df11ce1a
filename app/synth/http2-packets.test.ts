import { describe, expect, it } from 'vitest';
import { answerFields, CapturedEvents, requestFields, START } from '../../tests/support/captured.ts';
import { bytes, complaints, fileOf, HTTP2, packets } from '../../tests/support/exchange-files.ts';
import { tsharkIsInstalled, tsharkReads } from '../../tests/support/tshark.ts';
import { fromHex } from '../bytes/hex.ts';

describe.skipIf(!tsharkIsInstalled)('packets of an exchange over HTTP/2 and of Diameter, as tshark reads them', () => {
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
