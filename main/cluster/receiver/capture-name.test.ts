import { describe, expect, it } from 'vitest';
import type { CaptureDocument, CaptureEvent } from '../../../app/capture/document.ts';
import { fileNameForms } from '../../../app/capture/file-names.ts';
import type { Role } from '../../../app/capture/metadata.ts';
import { CapturedEvents, requestFields } from '../../../tests/support/captured.ts';
import { captureName } from './capture-name.ts';

function document(pod: string, events: readonly CaptureEvent[], role: Role = 'consumer'): CaptureDocument {
  return {
    type: 'capture',
    part: 0,
    final: true,
    metadata: {
      version: 1,
      id: `shop/${pod}/00000000000000a1/17`,
      role,
      pod: { namespace: 'shop', pod, service: '', workload: '', node: '', serviceAccount: '' },
      protocol: 'http/1.1',
      source: { address: '10.0.0.1', port: 1 },
      destination: { address: '10.0.0.2', port: 2 },
      connection: '1',
    },
    events,
    pcap: new Uint8Array(0),
  };
}

describe('captureName', () => {
  it.each(fileNameForms)('is what Packet Inspector 1 calls a Diameter capture, in the form %s', (form) => {
    const message = new Uint8Array(20);
    const view = new DataView(message.buffer);
    view.setUint32(12, 1_857_878_061);
    view.setUint32(16, 1_339_708_294);
    const event = {
      kind: 'message',
      side: 'request',
      from: 'source',
      time: 1_675_782_061_987_009_574n,
      bytes: message,
      length: 20,
    } as const;
    expect(captureName(document('diameter-client-6464c65b66-4c8jl', [event]), form)).toBe(
      'diameter-client-6464c65b66-4c8jl-1339708294-1857878061-1675782061987009574',
    );
  });

  const request = (id: string) =>
    new CapturedEvents(999_999n).headers('request', requestFields('GET', '/', id === '' ? [] : [['x-request-id', id]]))
      .events;

  it.each([
    ['consumer', 'am2', '7b0c', 'cart-consumer-1999999'],
    ['producer', 'am2', '7b0c', 'cart-producer-1999999'],
    ['consumer', 'am2', '', 'cart-consumer-1999999'],
    ['consumer', 'am3', '7b0c', 'cart-consumer-7b0c-1999999'],
    ['producer', 'am3', '7b0c', 'cart-producer-7b0c-1999999'],
    ['consumer', 'am3', '', 'cart-consumer-00000000000000a1-17-1999999'],
  ] as const)('is for HTTP of a %s in the form %s with the request id "%s": %s', (role, form, id, name) => {
    expect(captureName(document('cart', request(id), role), form)).toBe(name);
  });

  it('cannot be made to lead out of the folder, hide, or grow', () => {
    const hostile = new CapturedEvents().headers(
      'request',
      requestFields('GET', '/', [['x-request-id', '../../etc/passwd\0\n']]),
    ).events;
    for (const pod of ['../..', '.hidden', '', 'a/b\\c', 'x'.repeat(5000), '\u202e', '-rf']) {
      for (const form of fileNameForms) {
        const name = captureName(document(pod, hostile), form);
        expect(name).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/);
        expect(name.length).toBeLessThan(220);
      }
    }
  });
});
