import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCaptureComment } from '../../../app/capture/comment.ts';
import type { CaptureDocument } from '../../../app/capture/document.ts';
import { createPcapngReader } from '../../../app/formats/pcapng/pcapng-reader.ts';
import type { Packet } from '../../../app/model/packet.ts';
import { callDocuments } from '../../../tests/support/capture-documents.ts';
import { SessionWriter } from './session-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-session-writer-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [first, second] = callDocuments(1) as [CaptureDocument, CaptureDocument];
const packet: Packet = {
  time: 1n,
  linkType: 101,
  data: Uint8Array.of(0x45),
  originalLength: 1,
  interfaceId: 0,
  interfaceName: 'shop/catalog-0',
  comments: [],
};

describe('the metadata in a session file', () => {
  it('is written with the first part of a capture, and again when a part tells more', () => {
    const writer = new SessionWriter(join(folder, 'session.pcapng'));
    const part = (number: number, final: boolean, responseFlags = '') => {
      const metadata = { ...first.metadata, responseFlags };
      const comments = writer.comments({ ...first, part: number, final, metadata });
      writer.document('shop/catalog-0', [], [{ ...packet, comments }]);
    };
    part(0, false);
    part(1, false);
    part(2, false, 'UT');
    writer.document('shop/catalog-0', [], [{ ...packet, comments: writer.comments(second) }]);
    part(3, true, 'UT');
    // The same capture again, as after a break of the tail: nothing is remembered of it.
    part(3, true, 'UT');
    writer.close();

    const flags: (string | undefined)[] = [];
    const reader = createPcapngReader({
      packet: ({ comments: [comment] }) => {
        flags.push(comment === undefined ? undefined : readCaptureComment(comment)?.responseFlags);
      },
      problem: (problem) => expect.unreachable(problem.text),
    });
    reader.push(readFileSync(writer.path));
    reader.end();
    expect(flags).toEqual(['', undefined, 'UT', '', undefined, 'UT']);
  });
});
