import { describe, expect, it } from 'vitest';
import type { CaptureDocument } from '../../../app/capture/document.ts';
import type { AddressName } from '../../../app/capture/document-names.ts';
import { callDocuments } from '../../../tests/support/capture-documents.ts';
import { DocumentBatch, readDocuments } from './document-batch.ts';

const [first, second] = callDocuments(1) as [CaptureDocument, CaptureDocument];
const given: readonly (readonly [CaptureDocument, readonly AddressName[]])[] = [
  [first, [['10.96.0.12', 'catalog.shop.svc']]],
  [second, []],
  [
    {
      ...first,
      part: 200,
      final: false,
      pcap: new Uint8Array(0),
      metadata: {
        ...first.metadata,
        redacted: ['cookie', 'authorization'],
        cut: { answer: 70_000 },
        reset: true,
        lostParts: 3,
        responseFlags: 'Ü',
      },
    },
    [
      ['10.96.0.12', 'catalog.shop.svc'],
      ['fd00::7', 'cart-0.shop.pod'],
    ],
  ],
];

describe('captures on their way to the decoding thread', () => {
  it('arrive as they were taken, batch by batch', () => {
    const batch = new DocumentBatch();
    for (let round = 0; round < 2; round++) {
      for (const [document, names] of given) batch.add(document, names);
      const arrived: [CaptureDocument, readonly AddressName[]][] = [];
      readDocuments(batch.take()!, (document, names) => arrived.push([document, names]));
      expect(arrived).toEqual(given);
      expect(batch.take()).toBeNull();
    }
  });
});
