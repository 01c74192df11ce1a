import { describe, expect, it } from 'vitest';
import { type CallSpec, completeHttpExchange, openHttpExchange } from '../../tests/support/exchanges.ts';
import type { HttpMessage } from '../model/exchange.ts';
import { notesOf } from './notes.ts';

const call = (spec: CallSpec) => completeHttpExchange(openHttpExchange(spec), spec);

describe('notesOf', () => {
  it('says that the proxy answered by itself, and why', () => {
    const consumer = call({
      number: 0,
      role: 'consumer',
      upstream: null,
      status: 503,
      capture: { responseCodeDetails: 'no_healthy_upstream', responseFlags: 'UH' },
    });
    expect(notesOf({ consumer, producer: null, wire: null })[0]).toBe(
      "The consumer's proxy answered by itself; the application was never asked (no healthy upstream was available; Envoy says: no_healthy_upstream).",
    );
  });

  it('tells a slow mesh from a slow application', () => {
    const consumer = call({ number: 0, role: 'consumer', start: 0, end: 1000 });
    const quick = call({ number: 1, role: 'producer', start: 100, end: 110 });
    const slow = call({ number: 1, role: 'producer', start: 5, end: 990 });
    expect(notesOf({ consumer, producer: quick, wire: null })).toEqual([
      'Slow mesh: 990 ms of 1.00 s passed between the two proxies.',
    ]);
    expect(notesOf({ consumer, producer: slow, wire: null })).toEqual([
      "Slow application: 985 ms of 1.00 s passed behind the producer's proxy.",
    ]);
  });

  it('tells a retry and an answer that changed on the way', () => {
    const consumer = call({ number: 0, role: 'consumer', status: 504, capture: { responseFlags: 'UT' } });
    const producer = call({ number: 1, role: 'producer', status: 200, headers: { 'x-envoy-attempt-count': '3' } });
    expect(notesOf({ consumer, producer, wire: null })).toEqual([
      "The producer's side answered 200, the consumer got 504 (the upstream did not answer in time).",
      "Retried: this is attempt 3 of the consumer's proxy.",
    ]);
  });

  it('counts what was cut, lost and redacted', () => {
    const wire = call({ number: 0 });
    const cut = call({
      number: 0,
      role: 'producer',
      capture: { cut: { answer: 196_662 }, lostParts: 2, redacted: ['authorization'] },
    });
    expect(notesOf({ consumer: null, producer: null, wire })).toEqual([]);
    expect(notesOf({ consumer: null, producer: cut, wire: null })).toEqual([
      "Only the producer's side was captured.",
      "The answer's body was kept to 12 of 196,662 bytes: cut when it was captured.",
      '2 parts of the call were lost between the proxy and here.',
      'Redacted before it left the cluster: authorization.',
    ]);
  });

  it('tells that the caller took a call back', () => {
    const wire = call({ number: 0 });
    wire.state = 'reset';
    const note = () => notesOf({ consumer: null, producer: null, wire });
    expect(note()).toEqual(['The call was broken off before it was finished.']);
    wire.cancelled = true;
    expect(note()).toEqual(['The caller cancelled the call before it was finished.']);
  });

  it('tells what a gRPC server said beside its status code', () => {
    const wire = call({ number: 0 });
    const answer = wire.answer as HttpMessage;
    answer.trailers = [
      { name: 'grpc-status', value: '5' },
      { name: 'grpc-message', value: 'no%20such%20order' },
      // google.rpc.Status { code: 5, details: [ErrorInfo { reason: "GONE" }] }
      {
        name: 'grpc-status-details-bin',
        value: 'CAUaMgoodHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUucnBjLkVycm9ySW5mbxIGCgRHT05F',
      },
    ];
    expect(notesOf({ consumer: null, producer: null, wire })).toEqual([
      'gRPC status message: no such order',
      'gRPC error detail: { "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "GONE" }',
    ]);
  });
});
