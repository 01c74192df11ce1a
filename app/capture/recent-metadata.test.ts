import { describe, expect, it } from 'vitest';
import { callDocuments } from '../../tests/support/capture-documents.ts';
import type { CaptureDocument } from './document.ts';
import type { CaptureMetadata } from './metadata.ts';
import { RecentMetadata } from './recent-metadata.ts';

const [{ metadata }] = callDocuments(0) as [CaptureDocument];

/** Equal, and not the same objects. */
function copyOf(value: CaptureMetadata): CaptureMetadata {
  return JSON.parse(JSON.stringify(value)) as CaptureMetadata;
}

describe('RecentMetadata', () => {
  it('knows what differs in nothing but the id', () => {
    const recent = new RecentMetadata<string>();
    expect(recent.find(metadata)).toBeUndefined();
    recent.remember(metadata, 'made');
    expect(recent.find({ ...copyOf(metadata), id: 'another' })).toBe('made');
    recent.clear();
    expect(recent.find(metadata)).toBeUndefined();
  });

  it('does not know what differs in anything else', () => {
    const recent = new RecentMetadata<string>();
    recent.remember(metadata, 'made');
    const others: Partial<CaptureMetadata>[] = [
      { role: metadata.role === 'consumer' ? 'producer' : 'consumer' },
      ...Object.keys(metadata.pod).map((name) => ({ pod: { ...metadata.pod, [name]: 'other' } })),
      { protocol: 'http/2' },
      { source: { ...metadata.source, port: 1 } },
      { source: { ...metadata.source, address: '10.0.0.1' } },
      { destination: { ...metadata.destination, port: 1 } },
      { destination: { ...metadata.destination, address: '10.0.0.1' } },
      { upstream: { address: '10.0.0.1', port: 8080 } },
      { upstreamCluster: 'other' },
      { connection: 'other' },
      { responseCodeDetails: 'other' },
      { responseFlags: 'UF' },
      { redacted: [] },
      { cut: {} },
      { reset: true },
      { lostParts: 0 },
    ];
    for (const other of others)
      expect(recent.find({ ...copyOf(metadata), ...other }), JSON.stringify(other)).toBeUndefined();
    const { upstream: _, ...withoutUpstream } = metadata;
    expect(recent.find(withoutUpstream)).toBeUndefined();
  });

  it('does not remember captures that were cut, reset or incomplete', () => {
    const recent = new RecentMetadata<string>();
    recent.remember({ ...metadata, reset: true }, 'made');
    expect(recent.find({ ...metadata, reset: true })).toBeUndefined();
  });
});
