import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinBytes } from '../../bytes/join.ts';
import { MemoryBudget } from '../memory-budget.ts';
import { HistoryRings } from './history-rings.ts';
import { SentHistory } from './sent-history.ts';

describe('sent history', () => {
  it('knows the last 32 KiB of what was sent, and no more', () => {
    const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 40_000 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(lengths, fc.nat(), fc.nat(), fc.nat(255), (sizes, backwards, size, other) => {
        const history = new SentHistory(new HistoryRings(new MemoryBudget(1e6)));
        const parts = sizes.map((length, index) => new Uint8Array(length).map((_, at) => (at * 7 + index * 31) & 255));
        for (const part of parts) history.append(part);
        const sent = joinBytes(parts);
        const back = 1 + (backwards % sent.length);
        const again = sent.slice(sent.length - back, sent.length - back + 1 + (size % back));
        expect(history.agrees(back, again, 0, again.length)).toBe(true);
        const at = size % again.length;
        if (again[at] === other) return;
        again[at] = other;
        expect(history.agrees(back, again, 0, again.length)).toBe(back - at > 32_768);
      }),
    );
  });

  it('gives its memory back, and does without when there is none', () => {
    const memory = new MemoryBudget(10_000);
    const rings = new HistoryRings(memory);
    const histories = Array.from({ length: 4 }, () => new SentHistory(rings));
    for (const history of histories) history.append(new Uint8Array(2000));
    expect(memory.isTight).toBe(true);
    expect(histories.map((history) => history.agrees(1, Uint8Array.of(9), 0, 1))).toEqual([false, false, false, true]);
    for (const history of histories) history.clear();
    memory.hold(5000);
    expect(memory.isTight).toBe(false);
  });
});
