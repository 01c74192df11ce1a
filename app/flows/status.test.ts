import { describe, expect, it } from 'vitest';
import { completeHttpExchange, openHttpExchange } from '../../tests/support/exchanges.ts';
import type { Exchange, HttpMessage } from '../model/exchange.ts';
import { statusOf } from './status.ts';

function cancelled(protocol: Exchange['protocol']): Exchange {
  const spec = { number: 0, status: 200 };
  return Object.assign(completeHttpExchange(openHttpExchange(spec), spec), {
    protocol,
    state: 'reset',
    cancelled: true,
  } as const);
}

describe('the status of a call that its client cancelled', () => {
  it('is CANCELLED for gRPC, which is no error of the server', () => {
    const status = { kind: 'grpc', code: 1, text: 'CANCELLED', error: false };
    const call = cancelled('gRPC');
    expect(statusOf(call)).toEqual(status);
    expect(statusOf({ ...call, answer: null })).toEqual(status);
  });

  it('is what the server said where it had said it', () => {
    const call = cancelled('gRPC');
    (call.answer as HttpMessage).trailers = [{ name: 'grpc-status', value: '5' }];
    expect(statusOf(call)).toMatchObject({ code: 5, error: true });
  });

  it('is that of the answer for HTTP', () => {
    const call = cancelled('HTTP/2');
    expect(statusOf(call)).toMatchObject({ kind: 'http', code: 200 });
    expect(statusOf({ ...call, answer: null })).toBeNull();
  });
});
