import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import type { Header, HttpMessage } from '../../model/exchange.ts';
import { newMessage, unknownHead } from '../http/exchange.ts';
import { textOf } from '../http/text.ts';
import { grpcOutcome } from './outcome.ts';

const { root } = protobuf.parse(`
  syntax = "proto3";
  package google.rpc;
  message Any { string type_url = 1; bytes value = 2; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
  message RetryInfo { Duration retry_delay = 1; }
  message BadRequest {
    message FieldViolation { string field = 1; string description = 2; }
    repeated FieldViolation field_violations = 1;
  }`);

function packed(type: string, value: object): { type_url: string; value: Uint8Array } {
  const found = root.lookupType(`google.rpc.${type}`);
  return { type_url: `type.googleapis.com/google.rpc.${type}`, value: found.encode(found.fromObject(value)).finish() };
}

function statusBytes(details: object[]): Uint8Array {
  const type = root.lookupType('google.rpc.Status');
  const bytes = (detail: object) => ({ typeUrl: (detail as { type_url: string }).type_url, ...detail });
  return type.encode(type.fromObject({ code: 8, message: 'zu viel', details: details.map(bytes) })).finish();
}

function answerWith(
  trailers: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): HttpMessage {
  const fields = (record: Readonly<Record<string, string>>): Header[] =>
    Object.entries(record).map(([name, value]) => ({ name, value }));
  return { ...newMessage({ ...unknownHead('2'), headers: fields(headers) }, 0n, 0n), trailers: fields(trailers) };
}

const details = [
  packed('ErrorInfo', { reason: 'QUOTA', domain: 'shop.example', metadata: { limit: '10' } }),
  packed('RetryInfo', { retryDelay: { seconds: 2, nanos: 500_000_000 } }),
  packed('BadRequest', { fieldViolations: [{ field: 'order.lines', description: 'is empty' }] }),
  { type_url: 'type.example/shop.Unheard', value: Uint8Array.of(8, 7) },
];
const encoded = Buffer.from(statusBytes(details)).toString('base64');

describe('the outcome of a call', () => {
  test('code by name, message and error details', () => {
    const trailers = {
      'grpc-status': '8',
      'grpc-message': 'zu%20viel',
      'grpc-status-details-bin': encoded.replace(/=+$/, ''),
    };
    const outcome = grpcOutcome(answerWith(trailers), null)!;
    expect(outcome).toMatchObject({ code: 8, name: 'RESOURCE_EXHAUSTED', message: 'zu viel', problem: '' });
    expect(outcome.details.map((text) => JSON.parse(text))).toEqual([
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'QUOTA',
        domain: 'shop.example',
        metadata: { limit: '10' },
      },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2.500s' },
      {
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
        fieldViolations: [{ field: 'order.lines', description: 'is empty' }],
      },
      { '@type': 'type.example/shop.Unheard', '1': 7 },
    ]);
  });

  test('from the headers of an answer without messages; without grpc-message from the details', () => {
    const headers = { 'grpc-status': '8', 'grpc-status-details-bin': encoded };
    expect(grpcOutcome(answerWith({}, headers), null)).toMatchObject({ code: 8, message: 'zu viel' });
  });

  test('details in true binary, which a header text holds as UTF-8 or as ISO 8859-1', () => {
    const latin = statusBytes([packed('ErrorInfo', { reason: 'x'.repeat(150) })]);
    const utf8 = statusBytes([packed('ErrorInfo', { reason: 'ä' })]);
    for (const bytes of [latin, utf8]) {
      const value = `\0${textOf(bytes, 0, bytes.length)}`;
      const {
        details: [detail],
        problem,
      } = grpcOutcome(answerWith({ 'grpc-status': '8', 'grpc-status-details-bin': value }), null)!;
      expect(problem).toBe('');
      expect(JSON.parse(detail!).reason).toMatch(/^(x{150}|ä)$/);
    }
  });

  test('none, and codes without a name', () => {
    expect(grpcOutcome(answerWith({}), null)).toBeNull();
    expect(grpcOutcome(answerWith({ 'grpc-status': 'OK' }), null)).toBeNull();
    expect(grpcOutcome(answerWith({ 'grpc-status': '99' }), null)).toMatchObject({ code: 99, name: '99', details: [] });
  });

  test('details that are broken are told and cost nothing else', () => {
    const problem = (value: string) =>
      grpcOutcome(answerWith({ 'grpc-status': '13', 'grpc-message': 'x', 'grpc-status-details-bin': value }), null)!;
    expect(problem('§')).toMatchObject({
      name: 'INTERNAL',
      message: 'x',
      problem: 'grpc-status-details-bin is not base64.',
    });
    expect(problem('CA').problem).toBe('grpc-status-details-bin: The varint of field 1 is cut or too long.');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        expect(problem(Buffer.from(bytes).toString('base64')).message).toBe('x');
      }),
    );
  });
});
