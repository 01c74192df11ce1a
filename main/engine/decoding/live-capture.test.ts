import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CaptureDocument, CaptureEvent } from '../../../app/capture/document.ts';
import { createPacketBuffers, ExchangePackets } from '../../../app/synth/exchange-packets.ts';
import { callDocuments } from '../../../tests/support/capture-documents.ts';
import { FlowStore } from '../session/flow-store.ts';
import { SessionWriter } from '../session/session-writer.ts';
import { SpillFile } from '../store/spill-file.ts';
import { LiveCapture } from './live-capture.ts';

const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-live-capture-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [{ metadata }] = callDocuments(1) as [CaptureDocument];
const time = 1_790_000_000_000_000_000n;
const [request, half, rest]: CaptureEvent[][] = [
  [
    {
      kind: 'headers',
      side: 'request',
      time,
      headers: [
        [':authority', 'catalog'],
        [':path', '/watch'],
        [':method', 'GET'],
      ],
    },
    { kind: 'end', side: 'request', time, reset: false },
  ],
  [
    {
      kind: 'headers',
      side: 'answer',
      time,
      headers: [
        [':status', '200'],
        ['content-length', '10'],
      ],
    },
    { kind: 'data', side: 'answer', time, bytes: Uint8Array.of(1, 2, 3, 4, 5), length: 5 },
  ],
  [
    { kind: 'data', side: 'answer', time, bytes: Uint8Array.of(6, 7, 8, 9, 10), length: 5 },
    { kind: 'end', side: 'answer', time, reset: false },
  ],
] as [CaptureEvent[], CaptureEvent[], CaptureEvent[]];

const minutes = (count: number) => count * 60_000;

describe('a capture whose last part does not come', () => {
  it('is shown as far as it came after a time, is counted, and does not come in the way of what comes after', () => {
    const spill = new SpillFile(join(folder, 'spill'));
    const flows = new FlowStore(spill);
    const problems: unknown[] = [];
    const capture = new LiveCapture(new SessionWriter(join(folder, 'session.pcapng')), spill, flows, (problem) =>
      problems.push(problem),
    );
    const packets = new ExchangePackets({
      protocol: 'http/1.1',
      client: { ...metadata.source, port: 40_002 },
      server: metadata.destination,
      initialSequence: 7,
      buffers: createPacketBuffers(),
    });
    let part = 0;
    const take = (events: CaptureEvent[], final: boolean) => {
      const pcap = packets.add(events, final, time);
      capture.document({ type: 'capture', part: part++, final, metadata, events: [], pcap }, []);
      capture.flush();
    };
    const states = () => Array.from({ length: flows.count }, (_, id) => flows.observations(id).producer?.state);

    capture.expire(minutes(1));
    take(request!, false);
    capture.expire(minutes(60));
    take(half!, false);
    // An hour is nothing to a stream; the clock runs from what came last.
    capture.expire(minutes(129));
    capture.flush();
    expect([states(), capture.problems]).toEqual([['open'], []]);
    capture.expire(minutes(131));
    capture.flush();
    expect(states()).toEqual(['unanswered']);
    expect(flows.observations(0).producer?.answer?.body.length).toBe(5);
    expect(capture.problems).toEqual([
      {
        severity: 'note',
        code: 'capture.unfinished',
        text: 'Captures shown incomplete, because nothing more of them arrived within 70 minutes: 1.',
      },
    ]);
    capture.expire(minutes(300));
    expect(capture.problems).toHaveLength(1);

    take(rest!, true);
    capture.expire(minutes(400));
    capture.flush();
    expect(states()[0]).toBe('unanswered');
    expect(problems).toEqual([]);
    spill.close();
  });
});
