import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findField } from '../filter/fields.ts';
import { protocols } from './registry.ts';
import type { SniffedPlace } from './stream-decoder.ts';

/** A Credit-Control request with a Session-Id, an Auth-Application-Id of 4 and a CC-Request-Number. RFC 8506 section 3.1. */
function creditControl(hopByHop: number, endToEnd: number, session: string, number: number): Uint8Array {
  const padded = (8 + session.length + 3) & ~3;
  const message = new Uint8Array(20 + padded + 24);
  const view = new DataView(message.buffer);
  view.setUint32(0, 0x01000000 + message.length);
  view.setUint32(4, 0xc0000000 + 272);
  view.setUint32(8, 4);
  view.setUint32(12, hopByHop);
  view.setUint32(16, endToEnd);
  view.setUint32(20, 263);
  view.setUint32(24, 0x40000000 + 8 + session.length);
  message.set(new TextEncoder().encode(session), 28);
  view.setUint32(20 + padded, 258);
  view.setUint32(24 + padded, 0x4000000c);
  view.setUint32(28 + padded, 4);
  view.setUint32(32 + padded, 415);
  view.setUint32(36 + padded, 0x4000000c);
  view.setUint32(40 + padded, number);
  return message;
}

const places: readonly SniffedPlace[] = ['start', 'middle'];

it('takes Diameter for Diameter, whatever its numbers look like', () => {
  const identifier = fc.oneof(fc.nat(300), fc.nat(0xffffffff), fc.constant(0x10000000));
  fc.assert(
    fc.property(identifier, identifier, fc.stringMatching(/^[a-z;]{1,40}$/), fc.nat(5), (hop, end, session, number) => {
      const message = creditControl(hop, end, session, number);
      for (const place of places)
        expect(protocols.find((protocol) => protocol.sniff(0, message, place) === 'yes')?.name).toBe('diameter');
    }),
    { numRuns: 2000 },
  );
});

it('names fields that filters know, each of a protocol once', () => {
  for (const { fields } of protocols) {
    expect(fields.filter((name) => findField(name) === undefined)).toEqual([]);
    expect(new Set(fields).size).toBe(fields.length);
  }
});
