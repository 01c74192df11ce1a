import { describe, expect, it } from 'vitest';
import { ACK, FIN } from '../../../tests/support/packets.ts';
import { assemble, HANDSHAKE, type Line, sidesOf } from '../../../tests/support/tcp-script.ts';
import type { CaptureMetadata } from '../../capture/metadata.ts';

describe('lost segments', () => {
  const lost: readonly Line[] = [
    ...HANDSHAKE,
    { from: 's', sequence: 300, acknowledgement: 100, text: 'abc' },
    { from: 's', sequence: 306, acknowledgement: 100, text: 'ghi' },
  ];

  it('waits for them while they are not acknowledged, and gives them up at the end', () => {
    expect(sidesOf([...lost, { from: 's', sequence: 303, text: 'def' }])[1]).toBe('abcdefghi<capture-end>');
    expect(sidesOf(lost)[1]).toBe('abc<gap 3>ghi<capture-end>');
  });

  it('gives them up some packets after the other side has acknowledged them', () => {
    const acknowledgements = Array.from(
      { length: 40 },
      (): Line => ({ from: 'c', sequence: 100, acknowledgement: 309 }),
    );
    expect(sidesOf([...lost, ...acknowledgements, { from: 's', sequence: 303, text: 'def' }])[1]).toBe(
      'abc<gap 3>ghi<capture-end>',
    );
    expect(sidesOf([...lost, acknowledgements[0]!, { from: 's', sequence: 303, text: 'def' }])[1]).toBe(
      'abcdefghi<capture-end>',
    );
  });

  it('gives them up at once in what a sidecar captured', () => {
    const metadata = { version: 1, id: 'shop/cart/1/1' } as CaptureMetadata;
    const [conversation] = assemble([
      { ...HANDSHAKE[0]!, metadata },
      ...HANDSHAKE.slice(1),
      { from: 's', sequence: 305, acknowledgement: 100, text: 'later', time: 1n },
      { from: 'c', sequence: 100, acknowledgement: 300, text: 'next', time: 2n },
      { from: 's', sequence: 312, acknowledgement: 104, flags: FIN | ACK, time: 3n },
    ]);
    expect(conversation!.sides).toEqual(['<capture shop/cart/1/1>next<capture-end>', '<gap 5>later<gap 2><fin>']);
    expect(conversation!.times).toEqual([1n, 2n]);
  });

  it('takes one acknowledged sequence number that was not captured for a FIN', () => {
    const lines = [
      ...HANDSHAKE,
      { from: 'c', sequence: 100, text: 'abc' },
      { from: 's', sequence: 300, acknowledgement: 104 },
    ] as const;
    expect(sidesOf(lines)[0]).toBe('abc<fin>');
    expect(sidesOf([...lines, { from: 's', sequence: 300, acknowledgement: 104, flags: FIN | ACK }])).toEqual([
      'abc<fin>',
      '<fin>',
    ]);
  });

  it('ends behind the hole when a side closes, and tells what was acknowledged but never captured', () => {
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 100, text: 'abc' },
        { from: 'c', sequence: 110, flags: FIN | ACK },
      ])[0],
    ).toBe('abc<gap 7><fin>');
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 100, text: 'abc' },
        { from: 's', sequence: 300, acknowledgement: 120 },
      ])[0],
    ).toBe('abc<gap 17><capture-end>');
  });

  it('does not hold more than its bound', () => {
    const text = 'x'.repeat(60_000);
    const lines = Array.from(
      { length: 150 },
      (_, index): Line => ({ from: 'c', sequence: 101 + index * 60_000, text }),
    );
    const [conversation] = assemble([...HANDSHAKE, ...lines, { from: 'c', sequence: 100, text: 'y' }]);
    expect(conversation!.sides[0].startsWith('<gap 1>x')).toBe(true);
    expect(conversation!.bytes(0).length).toBe(150 * 60_000);
  });
});

describe('segments cut by the snapshot length', () => {
  it('are followed by a gap once something comes from behind them', () => {
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 100, text: 'abc', cut: 5 },
        { from: 'c', sequence: 108, text: 'ijk', cut: 2 },
        { from: 's', sequence: 300, acknowledgement: 113, text: 'ok' },
        { from: 'c', sequence: 113, text: 'z' },
      ])[0],
    ).toBe('abc<gap 5>ijk<gap 2>z<capture-end>');
  });

  it('are whole when the rest is sent again', () => {
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 100, text: 'abc', cut: 1 },
        { from: 'c', sequence: 103, text: 'def' },
      ])[0],
    ).toBe('abcdef<capture-end>');
  });

  it('are whole when the rest is sent again while they wait for the other side', () => {
    const sides = sidesOf([
      ...HANDSHAKE,
      { from: 'c', sequence: 100, text: 'question' },
      { from: 's', sequence: 300, acknowledgement: 110, text: 'abc', cut: 1 },
      { from: 's', sequence: 303, acknowledgement: 110, text: 'def' },
      { from: 'c', sequence: 110, acknowledgement: 306, text: '!' },
    ]);
    expect(sides).toEqual(['question<gap 2>!<capture-end>', 'abcdef<capture-end>']);
  });

  it('tell their gap when the side closes', () => {
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 100, text: 'abc', cut: 4 },
        { from: 'c', sequence: 107, flags: FIN | ACK },
      ])[0],
    ).toBe('abc<gap 4><fin>');
  });
});
