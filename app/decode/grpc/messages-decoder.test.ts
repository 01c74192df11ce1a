import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pieces } from '../../../tests/support/bytes.ts';
import { DecodedConversation } from '../../../tests/support/decoding.ts';
import { joinBytes } from '../../bytes/join.ts';
import { grpcProtocol } from './protocol.ts';

const message = Uint8Array.of(0, 0, 0, 0, 3, 8, 42, 0);

describe('messages of gRPC without HTTP/2', () => {
  it('are the same list however their bytes are split', () => {
    const bytes = joinBytes([message, Uint8Array.of(1, 0, 0, 0, 0), message]);
    const whole = new DecodedConversation(grpcProtocol).client(bytes).server(message).end();
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (lengths) => {
        const talk = new DecodedConversation(grpcProtocol);
        for (const piece of pieces(bytes, lengths)) talk.client(piece);
        expect(talk.server(message).end().summary()).toEqual(whole.summary());
      }),
    );
    expect(whole.exchanges).toMatchObject([{ messageCount: [3, 1], state: 'complete' }]);
  });

  it('go on behind a hole within one of them, and are no call where nothing but a hole is', () => {
    const talk = new DecodedConversation(grpcProtocol).client(message.subarray(0, 6));
    talk.gap(0, 2).client(message).end();
    expect(talk.exchanges).toMatchObject([
      { messageCount: [2, 0], state: 'unanswered', request: { body: { stored: 14, length: 16 } } },
    ]);
    expect(new DecodedConversation(grpcProtocol).gap(0, 5).end().exchanges).toEqual([]);
  });
});
