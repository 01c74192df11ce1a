import { u32le } from '../../bytes/integers.ts';
import { captureComment } from '../../capture/comment.ts';
import type { CaptureDocument } from '../../capture/document.ts';
import { ownNames } from '../../capture/document-names.ts';
import { interfaceNameOf, readDocumentPackets } from '../../capture/document-packets.ts';
import { createDocumentSplitter, MAXIMUM_DOCUMENT } from '../../capture/document-splitter.ts';
import type { FromAggregator } from '../../capture/stream-messages.ts';
import { parseFromAggregator } from '../../capture/stream-parse.ts';
import type { CaptureFileEvents, CaptureReader } from '../capture-events.ts';
import { LINKTYPE_RAW } from '../pcap/pcap-format.ts';

/** BSON element type of a string: documents of the analysis stream begin with their `type`. https://bsonspec.org/spec.html */
const ELEMENT_STRING = 2;

/** A BSON document whose first element is a string. Five bytes tell. */
export function isBsonMagic(head: Uint8Array): boolean {
  const length = u32le(head, 0);
  return length > 5 && length <= MAXIMUM_DOCUMENT && head[4] === ELEMENT_STRING;
}

/**
 * Reads documents of the analysis stream laid end to end (docs/analysis-stream.md): a receiver's `.bson` file, or any run
 * of them. Packets come as from a live capture: an interface for each pod, the metadata as the comment of the first
 * packet of each part, names of pods and services. A document that is not understood costs itself only.
 */
export function createBsonReader(events: CaptureFileEvents): CaptureReader {
  const interfaces = new Map<string, number>();
  let offset = 0;
  let stopped = false;

  function interfaceId(name: string): number {
    const known = interfaces.get(name);
    if (known !== undefined) return known;
    const id = interfaces.size;
    interfaces.set(name, id);
    events.interface?.({ id, linkType: LINKTYPE_RAW, snapLength: 0, name, description: '' });
    return id;
  }

  function parse(bytes: Uint8Array, start: number): FromAggregator | null {
    try {
      return parseFromAggregator(bytes);
    } catch (error) {
      const text = `A document was skipped: ${textOf(error)}.`;
      events.problem({ severity: 'warning', code: 'bson.document', text, range: [start, bytes.length] });
      return null;
    }
  }

  function capture(document: CaptureDocument, start: number, length: number): void {
    for (const [address, name] of ownNames(document)) events.names?.(address, [name]);
    readDocumentPackets(
      document,
      interfaceId(interfaceNameOf(document)),
      [captureComment(document.metadata)],
      (packet) => events.packet(packet, start),
      (problem) => events.problem({ ...problem, range: [start, length] }),
    );
  }

  const splitter = createDocumentSplitter((bytes) => {
    const start = offset;
    offset += bytes.length;
    const parsed = parse(bytes, start);
    if (parsed?.type === 'document' && parsed.document.type === 'capture')
      capture(parsed.document, start, bytes.length);
  });

  return {
    push(chunk) {
      if (stopped) return;
      try {
        splitter.push(chunk);
      } catch (error) {
        stopped = true;
        const text = `Reading ends here: ${textOf(error)}.`;
        events.problem({ severity: 'error', code: 'bson.length', text, range: [offset, 4] });
      }
    },
    end() {
      if (stopped || splitter.pending === 0) return;
      const text = `The last document is cut: only ${splitter.pending} bytes of it are present.`;
      events.problem({ severity: 'warning', code: 'bson.truncated', text, range: [offset, splitter.pending] });
    },
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
