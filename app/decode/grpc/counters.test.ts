import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerLines } from '../../../tests/support/decoding.ts';
import { joinBytes } from '../../bytes/join.ts';
import { Base64Stream } from './base64-stream.ts';
import { GrpcMessageCounter } from './message-counter.ts';
import { GrpcWebCounter } from './web-counter.ts';

/** Length-prefixed messages, as gRPC and gRPC-Web write them. */
function prefixed(flag: number, payload: Uint8Array): Uint8Array {
  const prefix = new Uint8Array(5);
  prefix[0] = flag;
  new DataView(prefix.buffer).setUint32(1, payload.length);
  return joinBytes([prefix, payload]);
}

function pushInPieces(counter: { push(bytes: Uint8Array): void }, bytes: Uint8Array, length: number): void {
  for (let at = 0; at < bytes.length; at += length) counter.push(bytes.slice(at, at + length));
}

const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
const pieceLength = fc.integer({ min: 1, max: 50 });
const TRAILERS = new TextEncoder().encode('grpc-status: 0\r\ngrpc-message: fine\r\n');

describe('GrpcMessageCounter', () => {
  it('counts every message, however the body is split', () => {
    fc.assert(
      fc.property(payloads, pieceLength, (messages, length) => {
        const counter = new GrpcMessageCounter();
        pushInPieces(counter, joinBytes(messages.map((message, at) => prefixed(at & 1, message))), length);
        expect(counter.count).toBe(messages.length);
      }),
    );
  });

  it('goes on behind a hole within a message, and stops at one that may hide a prefix', () => {
    const counter = new GrpcMessageCounter();
    const message = prefixed(0, new Uint8Array(10));
    counter.push(message.subarray(0, 7));
    counter.skip(8);
    counter.push(message);
    expect(counter.count).toBe(2);
    counter.skip(15);
    counter.push(message);
    expect(counter.count).toBe(2);
  });

  it('stops at bytes that are no prefix', () => {
    const counter = new GrpcMessageCounter();
    counter.push(new TextEncoder().encode('<html>502 Bad Gateway</html>'));
    expect(counter.count).toBe(0);
  });
});

describe('GrpcWebCounter', () => {
  it('counts messages and reads the trailers, in binary and in text', () => {
    fc.assert(
      fc.property(payloads, pieceLength, fc.boolean(), (messages, length, isText) => {
        const frames = [...messages.map((message) => prefixed(0, message)), prefixed(0x80, TRAILERS)];
        // Text bodies are each frame's base64, with its padding, one after the other.
        const text = frames.map((frame) => Buffer.from(frame).toString('base64')).join('');
        const counter = new GrpcWebCounter(isText);
        pushInPieces(counter, isText ? new TextEncoder().encode(text) : joinBytes(frames), length);
        expect(counter.count).toBe(messages.length);
        expect(headerLines(counter.trailers)).toEqual(['grpc-status: 0', 'grpc-message: fine']);
      }),
    );
  });

  it('keeps no more of the trailers than their bound', () => {
    const counter = new GrpcWebCounter(false);
    pushInPieces(counter, prefixed(0x80, new Uint8Array(100_000).fill(0x61)), 1000);
    expect(counter.count).toBe(0);
    expect(counter.trailers).toEqual([]);
  });
});

describe('Base64Stream', () => {
  it('gives the bytes back, however the text is split', () => {
    fc.assert(
      fc.property(payloads, pieceLength, (parts, length) => {
        const text = new TextEncoder().encode(parts.map((part) => Buffer.from(part).toString('base64')).join('\r\n'));
        const base64 = new Base64Stream();
        const decoded: Uint8Array[] = [];
        pushInPieces({ push: (bytes) => decoded.push(base64.decode(bytes).slice()) }, text, length);
        expect(Buffer.concat(decoded)).toEqual(Buffer.concat(parts));
      }),
    );
  });
});
