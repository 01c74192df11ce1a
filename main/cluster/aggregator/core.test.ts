import { describe, expect, it } from 'vitest';
import type { CaptureDocument, StreamDocument } from '../../../app/capture/document.ts';
import { batchOf, CapturedEvents, recordOf, requestFields } from '../../../tests/support/captured.ts';
import { AggregatorCore } from './core.ts';

describe('an exchange whose last part does not come', () => {
  it('gets one after a silence, is counted, and is not held any more', () => {
    const offered: StreamDocument[] = [];
    let now = 1_790_000_000_000;
    const core = new AggregatorCore(
      {
        instance: 'a1',
        node: 'node-a',
        redact: [],
        isCaptured: () => true,
        maximumOpen: 100,
        maximumWaiting: 100,
        idle: 60_000,
        giveUpAnswerAfter: 30_000,
        heartbeatEvery: Number.POSITIVE_INFINITY,
      },
      { offer: (document) => offered.push(document) > 0, crowded: false },
      () => now,
    );
    const parts = () =>
      offered
        .filter((document): document is CaptureDocument => document.type === 'capture')
        .map(({ part, final, pcap }) => [part, final, pcap.length > 0]);
    const request = new CapturedEvents().headers('request', requestFields('POST', '/upload')).events;
    const more = new CapturedEvents().data('request', 'half').events;

    core.takeBatch(batchOf(1, [recordOf(1, request, { final: false })]));
    now += 50_000;
    core.takeBatch(batchOf(2, [recordOf(1, more, { part: 1, final: false, connection: null })]));
    now += 59_000;
    core.tick();
    expect([core.http.size, core.http.evicted]).toEqual([1, 0]);
    now += 2_000;
    core.tick();
    expect([core.http.size, core.http.evicted]).toEqual([0, 1]);
    expect(parts()).toEqual([
      [0, false, true],
      [1, false, true],
      [2, true, true],
    ]);
    // What comes of it after all has no beginning here, and is counted as lost.
    core.takeBatch(batchOf(3, [recordOf(1, more, { part: 2, connection: null })]));
    core.tick();
    expect(offered.at(-1)).toMatchObject({ type: 'loss', kind: 'part', count: 1 });
  });
});
