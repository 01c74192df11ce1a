import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { message, runDecoder } from '../../../tests/support/diameter.ts';
import type { DiameterMessage, Exchange } from '../../model/exchange.ts';
import { FLAG_RETRANSMITTED } from './header.ts';

const REQUEST = 0xc0;
const ANSWER = 0x40;

const creditControl = (hopByHopId: number, type = 'INITIAL_REQUEST', flags = REQUEST): Uint8Array =>
  message({ hopByHopId, flags }, [
    ['Session-Id', `ocs;1;${hopByHopId}`],
    ['Origin-Host', 'pgw.epc.example'],
    ['Origin-Realm', 'epc.example'],
    ['Destination-Realm', 'ocs.example'],
    ['CC-Request-Type', type],
    ['CC-Request-Number', 0],
  ]);

const creditControlAnswer = (hopByHopId: number, resultCode = 2001): Uint8Array =>
  message({ hopByHopId, flags: ANSWER }, [
    ['Session-Id', `ocs;1;${hopByHopId}`],
    ['Result-Code', resultCode],
    ['Origin-Host', 'ocs.ocs.example'],
    ['Origin-Realm', 'ocs.example'],
  ]);

const diameter = (side: Exchange['request']): DiameterMessage => side as DiameterMessage;

/** What matters of exchanges when two runs are compared. */
const outline = (exchanges: readonly Exchange[]) =>
  exchanges.map(({ state, requestDirection, request, answer, problems }) => {
    const side = (of: Exchange['request']) =>
      of === null ? null : { ...diameter(of), startTime: 0, endTime: 0, body: diameter(of).body.stored };
    return { state, requestDirection, request: side(request), answer: side(answer), problems };
  });

describe('a Diameter connection', () => {
  it('gives the summary of request and answer and keeps both whole', () => {
    const run = runDecoder();
    const request = creditControl(7, 'UPDATE_REQUEST');
    run.decoder.data(0, request, 5n);
    run.decoder.data(1, creditControlAnswer(7, 4012), 9n);
    expect(run.closed).toHaveLength(1);
    const [exchange] = run.exchanges;
    expect(exchange).toMatchObject({ protocol: 'Diameter', state: 'complete', requestDirection: 0, problems: [] });
    expect(exchange!.request).toMatchObject({
      commandCode: 272,
      applicationId: 4,
      hopByHopId: 7,
      startTime: 5n,
      sessionId: 'ocs;1;7',
      originHost: 'pgw.epc.example',
      originRealm: 'epc.example',
      destinationHost: '',
      destinationRealm: 'ocs.example',
      ccRequestType: 2,
      resultCode: 0,
      complete: true,
    });
    expect(exchange!.answer).toMatchObject({ resultCode: 4012, experimentalVendorId: 0, endTime: 9n });
    expect(run.bytesOf(diameter(exchange!.request))).toEqual(Buffer.from(request));
  });

  it('reads the code inside Experimental-Result with its vendor', () => {
    const run = runDecoder();
    run.decoder.data(
      1,
      message({ flags: ANSWER }, [
        [
          'Experimental-Result',
          [
            ['Vendor-Id', 10415],
            ['Experimental-Result-Code', 5420],
          ],
        ],
      ]),
      0n,
    );
    expect(run.exchanges[0]!.answer).toMatchObject({ resultCode: 5420, experimentalVendorId: 10415 });
  });

  it('pairs by hop-by-hop identifier, out of order, and apart for each direction', () => {
    const run = runDecoder();
    run.decoder.data(0, Buffer.concat([creditControl(1), creditControl(2)]), 1n);
    run.decoder.data(1, message({ commandCode: 258, hopByHopId: 1, flags: REQUEST }, [['Session-Id', 'a']]), 2n);
    run.decoder.data(1, Buffer.concat([creditControlAnswer(2), creditControlAnswer(1)]), 3n);
    run.decoder.data(0, message({ commandCode: 258, hopByHopId: 1, flags: ANSWER }, [['Result-Code', 2001]]), 4n);
    expect(run.exchanges.map((each) => [each.requestDirection, diameter(each.answer).hopByHopId, each.state])).toEqual([
      [0, 1, 'complete'],
      [0, 2, 'complete'],
      [1, 1, 'complete'],
    ]);
  });

  it('leaves an answer of another command and one without a request alone', () => {
    const run = runDecoder();
    run.decoder.data(0, creditControl(1), 1n);
    run.decoder.data(1, message({ commandCode: 280, hopByHopId: 1, flags: 0 }, [['Result-Code', 2001]]), 2n);
    expect(run.exchanges).toHaveLength(2);
    expect(run.exchanges[0]).toMatchObject({ answer: null, state: 'open' });
    expect(run.exchanges[1]).toMatchObject({ request: null, state: 'complete', requestDirection: 0 });
    expect(run.exchanges[1]!.problems[0]!.code).toBe('diameter.answer.unmatched');
  });

  it('gives the answer to the last of requests that were sent again, and says so', () => {
    const run = runDecoder();
    run.decoder.data(0, creditControl(1), 1n);
    run.decoder.data(0, creditControl(1, 'INITIAL_REQUEST', REQUEST | FLAG_RETRANSMITTED), 2n);
    run.decoder.data(1, creditControlAnswer(1), 3n);
    expect(run.exchanges.map((each) => [each.state, each.problems.map((problem) => problem.code)])).toEqual([
      ['unanswered', ['diameter.repeated']],
      ['complete', ['diameter.retransmitted']],
    ]);
  });

  it('closes requests that can have no answer any more', () => {
    const run = runDecoder();
    run.decoder.data(0, creditControl(1), 1n);
    run.decoder.end(0, 'fin', 2n);
    expect(run.exchanges[0]!.state).toBe('open');
    run.decoder.end(1, 'fin', 3n);
    expect(run.exchanges[0]!.state).toBe('unanswered');
    const broken = runDecoder();
    broken.decoder.data(0, creditControl(1), 1n);
    broken.decoder.end(0, 'reset', 2n);
    expect(broken.closed[0]!.state).toBe('reset');
  });
});

describe('what is not whole', () => {
  const whole = Buffer.concat([creditControl(1), creditControl(2), creditControl(3)]);
  const size = whole.length / 3;

  it('is put together from any two pieces', () => {
    const expected = runDecoder();
    expected.decoder.data(0, whole, 0n);
    for (let at = 1; at < whole.length; at++) {
      const run = runDecoder();
      run.decoder.data(0, whole.subarray(0, at), 0n);
      run.decoder.data(0, whole.subarray(at), 0n);
      expect(outline(run.exchanges)).toEqual(outline(expected.exchanges));
    }
  });

  it('is put together from single bytes, with the times of the first and the last', () => {
    const run = runDecoder();
    for (const [index, byte] of whole.entries()) run.decoder.data(0, Uint8Array.of(byte), BigInt(index));
    expect(run.exchanges.map(({ request }) => [request!.startTime, request!.endTime])).toEqual([
      [0n, BigInt(size - 1)],
      [BigInt(size), BigInt(2 * size - 1)],
      [BigInt(2 * size), BigInt(3 * size - 1)],
    ]);
  });

  it('goes on at the next message when the capture starts anywhere', () => {
    for (let at = 1; at < size; at++) {
      const run = runDecoder(true);
      run.decoder.data(0, whole.subarray(at), 0n);
      run.decoder.end(0, 'capture-end', 0n);
      expect(run.exchanges.map(({ request }) => diameter(request).hopByHopId)).toEqual([2, 3]);
      expect(run.problems).toMatchObject([{ code: 'diameter.skipped', range: [0, size - at] }]);
    }
  });

  it('keeps what it has of a message with a gap, and stays in step', () => {
    for (const [from, to] of [
      [size + 30, size + 60],
      [size + 30, 2 * size],
      [size + 6, size + 40],
    ] as const) {
      const run = runDecoder();
      run.decoder.data(0, whole.subarray(0, from), 0n);
      run.decoder.gap(0, to - from, 0n);
      run.decoder.data(0, whole.subarray(to), 0n);
      const ids = run.exchanges.map(({ request }) => diameter(request).hopByHopId);
      expect(ids).toEqual(from >= size + 20 ? [1, 2, 3] : [1, 3]);
      if (ids.length === 3) {
        expect(run.exchanges[1]!.request).toMatchObject({ complete: false, body: { stored: 30, length: size } });
        expect(run.exchanges[1]!.problems[0]!.code).toBe('diameter.cut');
      }
    }
  });

  it('finds the next message after a gap of unknown length', () => {
    const run = runDecoder();
    run.decoder.data(0, whole.subarray(0, size + 30), 0n);
    run.decoder.gap(0, 0, 0n);
    run.decoder.data(0, whole.subarray(size + 60), 0n);
    expect(run.exchanges.map(({ request }) => diameter(request).hopByHopId)).toEqual([1, 2, 3]);
  });

  it('passes over bytes that are no message', () => {
    const run = runDecoder();
    run.decoder.data(0, Buffer.concat([creditControl(1), Buffer.from('GET / HTTP/1.1\r\n\r\n'), creditControl(2)]), 0n);
    expect(run.exchanges.map(({ request }) => diameter(request).hopByHopId)).toEqual([1, 2]);
    expect(run.problems).toMatchObject([{ code: 'diameter.skipped', range: [size, 18] }]);
  });

  it('says of a broken AVP that it is broken, and still gives the rest', () => {
    const broken = Buffer.from(creditControl(1));
    broken.writeUIntBE(0xfffff, 20 + 5, 3);
    const run = runDecoder();
    run.decoder.data(0, Buffer.concat([broken, creditControl(2)]), 0n);
    expect(run.exchanges.map((each) => each.problems.map((problem) => problem.code))).toEqual([
      ['diameter.avp.length'],
      [],
    ]);
  });
});

describe('any bytes', () => {
  const pieces = fc.array(
    fc.tuple(
      fc.constantFrom(0 as const, 1 as const),
      fc.oneof(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(creditControl(1), creditControlAnswer(1), creditControl(2)),
        fc.nat(300),
      ),
    ),
    { maxLength: 20 },
  );

  it('never throw, and every exchange that is opened is closed once', () => {
    fc.assert(
      fc.property(pieces, fc.boolean(), (events, middle) => {
        const run = runDecoder(middle);
        for (const [direction, piece] of events) {
          if (typeof piece === 'number') run.decoder.gap(direction, piece, 0n);
          else run.decoder.data(direction, piece, 0n);
        }
        run.decoder.end(0, 'capture-end', 0n);
        run.decoder.end(1, 'capture-end', 0n);
        expect(new Set(run.closed)).toEqual(new Set(run.exchanges));
        expect(run.closed).toHaveLength(run.exchanges.length);
      }),
      { numRuns: 500 },
    );
  });
});
