import { describe, expect, it } from 'vitest';
import { LeaseWatch } from './lease-watch.ts';

const lease = (renewTime: string, leaseDurationSeconds = 10) => ({ spec: { renewTime, leaseDurationSeconds } });

describe('the watch over a lease', () => {
  it('counts from when a change was seen, whatever the time in it says', () => {
    let now = 1_000_000;
    const watch = new LeaseWatch(() => now);
    watch.observe(lease('2031-01-01T00:00:00.000000Z'));
    now += 9_999;
    watch.observe(lease('2031-01-01T00:00:00.000000Z'));
    expect(watch.left).toBe(1);
    // Renewed by a clock that was set back by decades.
    watch.observe(lease('1999-01-01T00:00:00.000000Z'));
    expect(watch.left).toBe(10_000);
    now += 10_000;
    watch.observe(lease('1999-01-01T00:00:00.000000Z'));
    expect(watch.left).toBe(0);
  });

  it('takes a duration that was changed for a renewal', () => {
    let now = 0;
    const watch = new LeaseWatch(() => now);
    watch.observe(lease('a', 10));
    now += 5_000;
    watch.observe(lease('a', 60));
    expect(watch.left).toBe(60_000);
  });

  it('waits half a minute for a lease that is not there, or says nothing', () => {
    let now = 0;
    const watch = new LeaseWatch(() => now);
    for (const nothing of [null, {}, { spec: null }, { spec: { leaseDurationSeconds: -5 } }]) {
      watch.observe(nothing);
      expect(watch.left).toBe(30_000);
    }
    now += 30_000;
    watch.observe({ spec: { leaseDurationSeconds: -5 } });
    expect(watch.left).toBe(0);
  });
});
