import { describe, expect, it } from 'vitest';
import { callDocuments } from '../../tests/support/capture-documents.ts';
import type { CaptureDocument } from './document.ts';
import { StreamFormatError } from './document-splitter.ts';
import type { CaptureMetadata } from './metadata.ts';
import { encodeDocument } from './stream-encode.ts';
import { parseFromTail } from './stream-parse.ts';

const [template] = callDocuments(0) as [CaptureDocument];

function parsed(metadata: CaptureMetadata): CaptureMetadata {
  const message = parseFromTail(encodeDocument({ ...template, metadata }, 1n));
  if (message.type !== 'document' || message.document.type !== 'capture') throw new Error('no capture');
  return message.document.metadata;
}

describe('metadata that came before', () => {
  it('is read as it is, whatever is another than the time before', () => {
    const plain = template.metadata;
    const variants: CaptureMetadata[] = [
      plain,
      { ...plain, source: { ...plain.source, port: plain.source.port + 1 } },
      { ...plain, role: plain.role === 'consumer' ? 'producer' : 'consumer' },
      { ...plain, pod: { ...plain.pod, node: 'node-9' } },
      { ...plain, connection: '2' },
      { ...plain, responseFlags: 'UF' },
      { ...plain, redacted: ['cookie'] },
      { ...plain, cut: { answer: 70_000 } },
      { ...plain, reset: true },
    ];
    for (let round = 0; round < 4; round++) {
      for (const [index, variant] of variants.entries()) {
        const metadata = { ...variant, id: `shop/${'x'.repeat(round)}/${index}` };
        for (let time = 0; time < 3; time++) expect(parsed(metadata)).toEqual(metadata);
      }
    }
  });

  it('does not make up for an id that is no text', () => {
    const bytes = encodeDocument(template, 1n);
    for (let time = 0; time < 3; time++) parseFromTail(bytes);
    const text = Array.from(new TextEncoder().encode(template.metadata.id));
    const at = bytes.findIndex((_, start) => text.every((octet, index) => bytes[start + index] === octet));
    const broken = bytes.slice();
    broken[at] = 0xff;
    expect(() => parseFromTail(broken)).toThrow(StreamFormatError);
    // A shorter length than that of the document around it: what it would hold is not what it says.
    const short = bytes.slice();
    short[at - 4] = short[at - 4]! - 1;
    expect(() => parseFromTail(short)).toThrow(StreamFormatError);
  });
});
