import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Direction } from '../../model/exchange.ts';
import type { SniffedPlace } from '../stream-decoder.ts';
import { PREFACE } from './frame.ts';
import { http2Protocol } from './protocol.ts';

const sniff = (hex: string | Uint8Array, place: SniffedPlace = 'middle', direction: Direction = 0) =>
  http2Protocol.sniff(direction, typeof hex === 'string' ? Buffer.from(hex.replaceAll(' ', ''), 'hex') : hex, place);

/** `:method GET, :scheme http, :path /, :authority` from the dynamic table. */
const request = '000004 01 05 00000003 828684be';
/** `:status 200`, two fields from the dynamic table, and a gRPC message on the same stream. */
const answer = '000003 01 04 00000005 88c0bf 000007 00 00 00000005 00 00000002 0a00';

describe('the beginning of a connection', () => {
  it('is known by its preface, and waited for', () => {
    for (let length = 0; length < PREFACE.length; length++)
      expect(sniff(PREFACE.subarray(0, length), 'start')).toBe('more');
    expect(sniff(PREFACE, 'start')).toBe('yes');
    expect(sniff(PREFACE, 'start', 1)).toBe('no');
  });

  it("is known by the server's SETTINGS", () => {
    expect(sniff('000006 04 00 00000000 000300000064', 'start', 1)).toBe('yes');
    expect(sniff('000006 04 00 00000000 000300000064', 'start', 0)).toBe('no');
  });

  it('waits for what follows empty SETTINGS', () => {
    expect(sniff('000000 04 00 00000000', 'start', 1)).toBe('more');
    expect(sniff('000000 04 00 00000000 000000 04 01 00000000 000004 08 00 00000000 0000ffff', 'start', 1)).toBe('yes');
  });

  it('has no other frames', () => {
    expect(sniff(`${request}${answer}`, 'start')).toBe('no');
  });
});

describe('the middle of a connection', () => {
  it('is known by a request, by an answer, by frames of control', () => {
    expect(sniff(request)).toBe('yes');
    expect(sniff(answer)).toBe('yes');
    expect(sniff('000008 06 00 00000000 0102030405060708')).toBe('yes');
    expect(sniff('000004 08 00 00000007 00000400')).toBe('yes');
    expect(sniff('000004 03 00 00000007 00000008')).toBe('yes');
  });

  it('is known behind the rest of a frame', () => {
    expect(sniff(`7b2261223a317d ${answer}`)).toBe('yes');
    expect(sniff(`7b2261223a317d ${request}`)).toBe('more');
    expect(sniff(`7b2261223a317d ${request} 000004 01 05 00000005 828684be`)).toBe('yes');
  });

  it('is believed with one frame where the capture says that it is HTTP/2', () => {
    expect(sniff('000002 00 01 00000001 6f6b', 'named')).toBe('yes');
    expect(sniff('000002 00 01 00000001 6f6b')).not.toBe('yes');
  });

  it('is not known by block lengths, settings, increments and error codes that cannot be', () => {
    expect(sniff('000004 01 05 00000003 8286840f')).toBe('no');
    expect(sniff('000006 04 00 00000000 999900000064', 'middle', 1)).toBe('no');
    expect(sniff('000004 08 00 00000007 00000000')).toBe('no');
    expect(sniff('000004 03 00 00000007 00010008')).toBe('no');
  });
});

/** Messages as other binary protocols have them: lengths, counts and numbers in 8, 16 and 32 bits, zeros between. */
const binaryMessage = fc
  .array(
    fc.oneof(
      fc.nat(40).map((value) => [0, 0, 0, value]),
      fc.nat(40).map((value) => [value, 0, 0, 0]),
      fc.nat(3).map((value) => [0, value]),
      fc.nat(9).map((value) => [value]),
      fc.constant([0, 0, 0, 0, 0, 0, 0, 0]),
      fc.stringMatching(/^[a-z]{1,12}$/).map((text) => [...Buffer.from(text)]),
      fc.stringMatching(/^[a-z]{1,12}$/).map((text) => [0, 0, 0, text.length, ...Buffer.from(text)]),
    ),
    { minLength: 1, maxLength: 60 },
  )
  .map((parts) => Uint8Array.from(parts.flat()));

it('takes no message of lengths and small numbers for frames', () => {
  fc.assert(
    fc.property(binaryMessage, fc.constantFrom<SniffedPlace>('start', 'middle'), (message, place) => {
      for (const direction of [0, 1] as const) expect(sniff(message, place, direction)).not.toBe('yes');
    }),
    { numRuns: 20_000 },
  );
});

it('takes no random bytes for frames', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 9, maxLength: 400 }), (bytes) => {
      expect(sniff(bytes)).not.toBe('yes');
    }),
    { numRuns: 20_000 },
  );
});
