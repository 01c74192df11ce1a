import { ByteQueue } from '../bytes/byte-queue.ts';
import { plainBytes } from '../bytes/plain-bytes.ts';
import { createBsonReader, isBsonMagic } from './bson/bson-reader.ts';
import type { CaptureFileEvents, CaptureReader } from './capture-events.ts';
import { createHarReader, isHarStart } from './har/har-reader.ts';
import { createPcapReader, isPcapMagic } from './pcap/pcap-reader.ts';
import { createPcapngReader, isPcapngMagic } from './pcapng/pcapng-reader.ts';

const MAGIC_LENGTH = 5;
const SHOWN_BYTES = 4;

/**
 * Reads a capture file of any format, recognised by its first bytes. A file of none is reported once as
 * `file.format` (or `file.empty`) and the rest of it is ignored.
 */
export function createCaptureFileReader(events: CaptureFileEvents): CaptureReader {
  const head = new ByteQueue();
  let reader: CaptureReader | null = null;
  let refused = false;

  return {
    push(pushed) {
      if (refused) return;
      const chunk = plainBytes(pushed);
      if (reader !== null) {
        reader.push(chunk);
        return;
      }
      const bytes = head.join(chunk);
      if (bytes.length < MAGIC_LENGTH) {
        head.keep(bytes, 0);
        return;
      }
      reader = readerFor(bytes, events);
      if (reader !== null) {
        reader.push(bytes);
      } else {
        refused = true;
        notACapture(events, `it begins with ${beginning(bytes)}`, bytes.length);
      }
      head.clear();
    },
    end() {
      if (reader !== null) reader.end();
      else if (head.length > 0) notACapture(events, `it has only ${head.length} bytes`, head.length);
      else if (!refused)
        events.problem({ severity: 'error', code: 'file.empty', text: 'The file is empty.', range: [0, 0] });
    },
  };
}

function readerFor(head: Uint8Array, events: CaptureFileEvents): CaptureReader | null {
  if (isPcapngMagic(head)) return createPcapngReader(events);
  if (isPcapMagic(head)) return createPcapReader(events);
  if (isBsonMagic(head)) return createBsonReader(events);
  if (isHarStart(head)) return createHarReader(events);
  return null;
}

function notACapture(events: CaptureFileEvents, why: string, length: number): void {
  const text = `This is not a capture file that can be read here (pcap, pcapng, BSON, HAR): ${why}.`;
  events.problem({ severity: 'error', code: 'file.format', text, range: [0, Math.min(length, SHOWN_BYTES)] });
}

/** Kinds of files that people open by mistake, by their first bytes. */
const WELL_KNOWN: readonly (readonly [prefix: readonly number[], kind: string])[] = [
  [[0xff, 0xd8, 0xff], 'the mark of a JPEG image'],
  [[0x89, 0x50, 0x4e, 0x47], 'the mark of a PNG image'],
  [[0x50, 0x4b, 0x03, 0x04], 'the mark of a ZIP archive'],
  [[0x25, 0x50, 0x44, 0x46], 'the mark of a PDF document'],
  [[0x7f, 0x45, 0x4c, 0x46], 'the mark of a program'],
  [[0x1f, 0x8b], 'the mark of gzip'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'the mark of zstd'],
];

function beginning(head: Uint8Array): string {
  const known = WELL_KNOWN.find(([prefix]) => prefix.every((octet, index) => head[index] === octet));
  if (known !== undefined) return known[1];
  const digits = Array.from(head.subarray(0, SHOWN_BYTES), (octet) => octet.toString(16).padStart(2, '0'));
  return `the bytes ${digits.join(' ')}`;
}
