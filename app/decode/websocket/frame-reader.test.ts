import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { webSocketFrame } from '../../../tests/support/frames.ts';
import { joinBytes } from '../../bytes/join.ts';
import { WebSocketCounter } from './counter.ts';
import { type WebSocketFrameHeader, WebSocketFrameReader } from './frame-reader.ts';

interface ReadFrame {
  readonly header: WebSocketFrameHeader;
  payload: Uint8Array;
  complete: boolean;
}

function collect(): { readonly reader: WebSocketFrameReader; readonly frames: ReadFrame[] } {
  const frames: ReadFrame[] = [];
  const reader = new WebSocketFrameReader({
    frame: (header) => frames.push({ header, payload: new Uint8Array(0), complete: false }),
    payload(bytes) {
      const last = frames.at(-1)!;
      last.payload = joinBytes([last.payload, bytes]);
    },
    end(complete) {
      frames.at(-1)!.complete = complete;
    },
  });
  return { reader, frames };
}

const frame = fc.record({
  opcode: fc.constantFrom(0, 1, 2, 8, 9, 10),
  flags: fc.constantFrom(0, 0x40, 0x80, 0xc0),
  payload: fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 120, maxLength: 140 })),
  key: fc.option(fc.uint8Array({ minLength: 4, maxLength: 4 }), { nil: undefined }),
});

describe('WebSocketFrameReader', () => {
  it('reads frames of every kind, masked or not, however they are split', () => {
    const length = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), length, (sent, pieceLength) => {
        const bytes = joinBytes(sent.map((each) => webSocketFrame(each.flags | each.opcode, each.payload, each.key)));
        const { reader, frames } = collect();
        for (let at = 0; at < bytes.length; at += pieceLength) reader.push(bytes.slice(at, at + pieceLength));
        expect(frames.map(({ header, payload, complete }) => ({ ...header, payload: [...payload], complete }))).toEqual(
          sent.map(({ opcode, flags, payload, key }) => ({
            final: (flags & 0x80) !== 0,
            compressed: (flags & 0x40) !== 0,
            opcode,
            masked: key !== undefined,
            length: payload.length,
            payload: [...payload],
            complete: true,
          })),
        );
      }),
    );
  });

  it('reads lengths of 16 and of 64 bits', () => {
    const { reader, frames } = collect();
    for (const length of [126, 65_535, 65_536]) reader.push(webSocketFrame(0x82, new Uint8Array(length)));
    expect(frames.map(({ header, payload }) => [header.length, payload.length])).toEqual([
      [126, 126],
      [65_535, 65_535],
      [65_536, 65_536],
    ]);
  });

  it('keeps its place, and the mask’s, behind a hole within a frame', () => {
    const bytes = webSocketFrame(0x82, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8), Uint8Array.of(9, 8, 7, 6));
    const { reader, frames } = collect();
    reader.push(bytes.subarray(0, 8));
    reader.skip(3);
    reader.push(bytes.subarray(11));
    reader.push(webSocketFrame(0x89, new Uint8Array(0)));
    expect([...frames[0]!.payload]).toEqual([1, 2, 6, 7, 8]);
    expect(frames.map(({ complete }) => complete)).toEqual([false, true]);
  });

  it.each([
    ['an opcode that is reserved', Uint8Array.of(0x83, 0)],
    ['a length beyond all bounds', Uint8Array.of(0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255)],
  ])('stops at %s', (_name, bytes) => {
    const { reader, frames } = collect();
    reader.push(bytes);
    reader.push(webSocketFrame(0x81, Uint8Array.of(1)));
    expect(reader.lost).toBe(true);
    expect(frames).toEqual([]);
  });
});

describe('WebSocketCounter', () => {
  it('counts messages, not the frames that continue them', () => {
    const counter = new WebSocketCounter();
    for (const first of [0x01, 0x00, 0x80, 0x89, 0x82]) counter.push(webSocketFrame(first, Uint8Array.of(1, 2)));
    expect(counter.count).toBe(3);
  });
});
