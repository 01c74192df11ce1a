import { describe, expect, it } from 'vitest';
import { captureKind, capturesOf, createFileFilter } from './emulator-files.ts';

const pod = { namespace: 'analysis-emulator', pod: 'emulator-0' };

describe('names of captures', () => {
  it.each([
    ['diameter-client-6464c65b66-4c8jl-1339708294-1857878061-1675782061987009574', 'Diameter'],
    ['diameter-client-0-1-2-1675782061987009574-3', 'Diameter'],
    ['kafka-consumer-0-1339708294-1857878061-1675782061987009574', 'Diameter'],
    ['cart-6d5f7-consumer-9f1c2a70-6f0d-4b55-9a3c-000000000001-1675782061987009574', 'HTTP'],
    ['cart-6d5f7-producer-4711-12-1675782061987009574', 'HTTP'],
    ['cart-6d5f7-producer-1675782061987009574', 'HTTP'],
    ['something else', ''],
  ])('%s is of %s', (name, kind) => {
    expect(captureKind(name)).toBe(kind);
  });

  it('are filtered by a part of them or a regular expression, in any letter case', () => {
    expect(['Cart-1', 'art', 'shop-2'].filter(createFileFilter('cart|-2$'))).toEqual(['Cart-1', 'shop-2']);
    expect(['a', 'b'].filter(createFileFilter(''))).toEqual(['a', 'b']);
  });
});

describe('capturesOf', () => {
  it('puts the files of one capture together, the newest first, and pods apart', () => {
    const files = [
      { ...pod, name: 'a.bson', size: 10, changed: 1000 },
      { ...pod, name: 'b.pcap', size: 5, changed: 3000 },
      { ...pod, name: 'a.pcap', size: 20, changed: 2000 },
      { ...pod, pod: 'emulator-1', name: 'a.bson', size: 1, changed: 500 },
    ];
    expect(capturesOf(files)).toEqual([
      { ...pod, name: 'b', kind: '', formats: ['pcap'], size: 5, changed: 3000 },
      { ...pod, name: 'a', kind: '', formats: ['bson', 'pcap'], size: 30, changed: 2000 },
      { ...pod, pod: 'emulator-1', name: 'a', kind: '', formats: ['bson'], size: 1, changed: 500 },
    ]);
  });
});
