import { describe, expect, it } from 'vitest';
import { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import type { DiameterMessage, Exchange } from '../../../app/model/exchange.ts';
import { completeHttpExchange, openHttpExchange } from '../../../tests/support/exchanges.ts';
import { decodeExchange, encodeExchange } from './exchange-codec.ts';

function again(exchange: Exchange): Exchange {
  const record = new ByteBuilder(16);
  encodeExchange(record, exchange);
  return decodeExchange(record.copy());
}

describe('exchange codec', () => {
  it('gives an HTTP exchange back as it was', () => {
    const spec = { number: 7, role: 'consumer', requestId: 'é-1' } as const;
    const exchange = completeHttpExchange(openHttpExchange(spec), spec);
    exchange.answer!.body.chunks.push({ time: 1_767_323_045_123_456_789n, offset: 2 ** 40, length: 5, lostBefore: 0 });
    if (exchange.answer?.kind === 'http') {
      exchange.answer.headers.push({ name: ':status', value: '', unknown: true }, { name: 'b', value: 'c' });
      exchange.answer.headers.push(
        { name: 'long', value: 'ä'.repeat(1000) },
        { name: 'just long', value: 'b'.repeat(255) },
      );
      exchange.informational.push({ ...exchange.answer, status: 103, reason: '\ufeffHints', trailers: [] });
    }
    exchange.problems.push({ severity: 'warning', code: 'tcp.gap', text: 'gone', range: [1, 2] });
    expect(again(exchange)).toStrictEqual(exchange);
    exchange.cancelled = true;
    expect(again(exchange)).toStrictEqual(exchange);
  });

  it('gives back whatever the sidecar said, and left unsaid', () => {
    const full = {
      upstream: { address: '::1', port: 1 },
      upstreamCluster: '',
      responseCodeDetails: 'via_upstream',
      responseFlags: 'UF',
      redacted: ['cookie', 'authorization'],
      cut: { request: 0, answer: 2 ** 52 },
      reset: true,
      lostParts: 3,
    } as const;
    const names = Object.keys(full) as (keyof typeof full)[];
    for (let bits = 0; bits < 2 ** names.length; bits++) {
      const chosen = names.filter((_, index) => (bits & (1 << index)) !== 0);
      const exchange = openHttpExchange({ number: 1, role: 'consumer' });
      const { upstream: _, upstreamCluster: __, responseCodeDetails: ___, ...bare } = exchange.conversation.capture!;
      exchange.conversation.capture = { ...bare, ...Object.fromEntries(chosen.map((name) => [name, full[name]])) };
      expect(again(exchange)).toStrictEqual(exchange);
    }
    const exchange = openHttpExchange({ number: 1, role: 'consumer', capture: { cut: { answer: 7 } } });
    expect(again(exchange)).toStrictEqual(exchange);
    exchange.conversation.capture = null;
    expect(again(exchange)).toStrictEqual(exchange);
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
    expect(again(exchange)).toEqual(exchange);
  });
});
