import { describe, expect, it } from 'vitest';
import type { DiameterMessage } from '../../../app/model/exchange.ts';
import { completeHttpExchange, openHttpExchange } from '../../../tests/support/exchanges.ts';
import { decodeExchange, encodeExchange } from './exchange-codec.ts';

describe('exchange codec', () => {
  it('gives an HTTP exchange back as it was', () => {
    const spec = { number: 7, role: 'consumer', requestId: 'é-1' } as const;
    const exchange = completeHttpExchange(openHttpExchange(spec), spec);
    exchange.answer!.body.chunks.push({ time: 1_767_323_045_123_456_789n, offset: 2 ** 40, length: 5, lostBefore: 0 });
    if (exchange.answer?.kind === 'http') {
      exchange.answer.headers.push({ name: ':status', value: '', unknown: true }, { name: 'b', value: 'c' });
    }
    exchange.problems.push({ severity: 'warning', code: 'tcp.gap', text: 'gone', range: [1, 2] });
    expect(decodeExchange(encodeExchange(exchange))).toEqual(exchange);
  });

  it('gives a Diameter exchange back as it was', () => {
    const message: DiameterMessage = {
      kind: 'diameter',
      startTime: 1n,
      endTime: 2n,
      commandCode: 272,
      flags: 0x80,
      applicationId: 4,
      hopByHopId: 0xffffffff,
      endToEndId: 1,
      sessionId: 's;1',
      resultCode: 0,
      experimentalVendorId: 0,
      originHost: 'a',
      originRealm: 'b',
      destinationHost: '',
      destinationRealm: 'c',
      ccRequestType: 1,
      body: { chunks: [{ time: 1n, offset: 3, length: 4 }], stored: 4, length: 4 },
      complete: true,
    };
    const exchange = { ...openHttpExchange({ number: 1 }), request: message, answer: null };
    expect(decodeExchange(encodeExchange(exchange))).toEqual(exchange);
  });
});
