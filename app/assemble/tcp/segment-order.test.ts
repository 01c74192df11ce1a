import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACK, FIN, SYN } from '../../../tests/support/packets.ts';
import { assemble, HANDSHAKE, type Line, sidesOf } from '../../../tests/support/tcp-script.ts';

describe('segments out of order', () => {
  it('puts them in order and drops what comes twice', () => {
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 103, text: 'def' },
        { from: 'c', sequence: 109, text: 'jkl' },
        { from: 'c', sequence: 100, text: 'abc' },
        { from: 'c', sequence: 103, text: 'def' },
        { from: 'c', sequence: 104, text: 'efghijklm' },
      ])[0],
    ).toBe('abcdefghijklm<capture-end>');
  });

  it('gives bytes behind a hole the time at which the hole was filled', () => {
    const [conversation] = assemble([
      ...HANDSHAKE,
      { from: 'c', sequence: 103, text: 'def', time: 10n },
      { from: 'c', sequence: 100, text: 'abc', time: 20n },
    ]);
    expect(conversation!.times).toEqual([20n, 20n]);
  });

  it('keeps the bytes that came first and tells when others came for the same place', () => {
    expect(
      sidesOf([...HANDSHAKE, { from: 'c', sequence: 100, text: 'abc' }, { from: 'c', sequence: 101, text: 'bXd' }])[0],
    ).toBe('abc<conflict 1 2>d<capture-end>');
    expect(
      sidesOf([
        ...HANDSHAKE,
        { from: 'c', sequence: 102, text: 'cd' },
        { from: 'c', sequence: 100, text: 'x' },
        { from: 'c', sequence: 101, text: 'bCDe' },
      ])[0],
    ).toBe('x<conflict 1 4>bcde<capture-end>');
  });

  it('works across the wrap of sequence numbers', () => {
    const near = 0xfffffffe;
    expect(
      sidesOf([
        { from: 'c', sequence: near - 1, flags: SYN },
        { from: 'c', sequence: 2, text: 'efg' },
        { from: 'c', sequence: near, text: 'abcd' },
        { from: 'c', sequence: 5, text: '', flags: FIN | ACK },
      ])[0],
    ).toBe('abcdefg<fin>');
  });

  it('gives the same stream for every order and repetition of segments', () => {
    const segments = fc.array(
      fc.record({ start: fc.nat(60), length: fc.integer({ min: 1, max: 25 }), order: fc.nat() }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 80, maxLength: 80 }),
        segments,
        fc.nat(0xffffffff),
        (stream, extra, isn) => {
          const whole = Array.from({ length: 10 }, (_, index) => ({ start: index * 8, length: 8, order: index * 997 }));
          const lines = [...extra, ...whole]
            .sort((a, b) => ((a.order * 31) % 1009) - ((b.order * 31) % 1009))
            .map(({ start, length }): Line => {
              const text = Buffer.from(stream.subarray(start, start + length)).toString('latin1');
              return { from: 'c', sequence: (isn + 1 + start) >>> 0, text };
            });
          const [conversation] = assemble([{ from: 'c', sequence: isn, flags: SYN }, ...lines]);
          expect(conversation!.bytes(0)).toEqual(stream);
          expect(conversation!.sides[0]).not.toMatch(/<(gap|conflict)/);
        },
      ),
    );
  });
});

describe('segments before what they answer', () => {
  it('wait for it', () => {
    const [conversation] = assemble([
      ...HANDSHAKE,
      { from: 's', sequence: 300, acknowledgement: 108, text: 'answer', time: 1n },
      { from: 's', sequence: 306, acknowledgement: 108, flags: FIN | ACK, time: 2n },
      { from: 'c', sequence: 100, acknowledgement: 300, text: 'question', time: 3n },
    ]);
    expect(conversation!.order).toEqual(['0 question', '1 answer']);
    expect(conversation!.sides).toEqual(['question<capture-end>', 'answer<fin>']);
    expect(conversation!.times).toEqual([3n, 3n]);
  });

  it('do not wait for ever for what was lost', () => {
    const [conversation] = assemble([
      ...HANDSHAKE,
      { from: 's', sequence: 300, acknowledgement: 108, text: 'answer' },
      ...Array.from({ length: 40 }, (): Line => ({ from: 's', sequence: 306, acknowledgement: 108 })),
      { from: 'c', sequence: 108, acknowledgement: 306, text: 'next' },
    ]);
    expect(conversation!.order).toEqual(['0 <gap 8>', '1 answer', '0 next']);
  });

  it('come in the order of sending when the capture ends with a hole', () => {
    const [conversation] = assemble([
      ...HANDSHAKE,
      { from: 'c', sequence: 100, acknowledgement: 300, text: 'a?' },
      { from: 's', sequence: 303, acknowledgement: 102, text: 'ne' },
      { from: 'c', sequence: 102, acknowledgement: 305, text: 'b?' },
      { from: 's', sequence: 309, acknowledgement: 104, text: 'two' },
    ]);
    expect(conversation!.order).toEqual(['0 a?', '1 <gap 3>', '1 ne', '0 b?', '1 <gap 4>', '1 two']);
  });

  it('wait for a question that waits itself for an answer of which a part was lost', () => {
    const [conversation] = assemble([
      ...HANDSHAKE,
      { from: 'c', sequence: 100, acknowledgement: 300, text: 'a?' },
      { from: 's', sequence: 300, acknowledgement: 102, text: 'on' },
      { from: 'c', sequence: 102, acknowledgement: 303, text: 'b?' },
      { from: 's', sequence: 303, acknowledgement: 104, text: 'two' },
    ]);
    expect(conversation!.order).toEqual(['0 a?', '1 on', '1 <gap 1>', '0 b?', '1 two']);
  });

  it('never wait for each other', () => {
    const [conversation] = assemble([
      ...HANDSHAKE,
      { from: 'c', sequence: 100, acknowledgement: 303, text: 'abc' },
      { from: 's', sequence: 300, acknowledgement: 103, text: 'xyz' },
    ]);
    expect(conversation!.sides).toEqual(['abc<capture-end>', 'xyz<capture-end>']);
  });
});
