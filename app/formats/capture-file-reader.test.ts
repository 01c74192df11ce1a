import { describe, expect, it } from 'vitest';
import { latin1, pieces } from '../../tests/support/bytes.ts';
import { readCapture } from '../../tests/support/read-capture.ts';
import { pcapFileHeader, pcapRecord } from './pcap/pcap-writer.ts';
import { sectionHeaderBlock } from './pcapng/pcapng-writer.ts';

describe('capture file reader', () => {
  it("hands out bytes whose slices are copies, also of Node's Buffers", () => {
    const record = Buffer.concat([pcapFileHeader(1), pcapRecord(5n, Uint8Array.of(1, 2, 3))]);
    const { packets } = readCapture([record]);
    record.fill(0);
    expect(packets[0]!.data).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('knows both formats by their first bytes, even one by one', () => {
    expect(readCapture(pieces(pcapFileHeader(1), [1])).sections[0]?.format).toBe('pcap');
    expect(readCapture(pieces(sectionHeaderBlock({}), [1])).sections[0]?.format).toBe('pcapng');
  });

  it.each([
    ['', 'file.empty', 'The file is empty.'],
    [
      'ab',
      'file.format',
      'This is not a capture file that can be read here (pcap, pcapng, BSON, HAR): it has only 2 bytes.',
    ],
    [
      '\xff\xd8\xff\xe0 JFIF',
      'file.format',
      'This is not a capture file that can be read here (pcap, pcapng, BSON, HAR): it begins with the mark of a JPEG image.',
    ],
    [
      'GET / HTTP/1.1',
      'file.format',
      'This is not a capture file that can be read here (pcap, pcapng, BSON, HAR): it begins with the bytes 47 45 54 20.',
    ],
  ])('says in one sentence what %j is', (text, code, sentence) => {
    for (const lengths of [[1], [100]]) {
      const { problems, packets } = readCapture(pieces(latin1(text), lengths));
      expect(packets).toEqual([]);
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatchObject({ severity: 'error', code, text: sentence });
    }
  });
});
