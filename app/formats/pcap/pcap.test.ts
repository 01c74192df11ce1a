import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pieces } from '../../../tests/support/bytes.ts';
import { readCapture } from '../../../tests/support/read-capture.ts';
import { fromHex } from '../../bytes/hex.ts';
import { joinBytes } from '../../bytes/join.ts';
import { pcapFileHeader, pcapRecord } from './pcap-writer.ts';

/** One packet `aabbcc` of 5 bytes on the wire, at 2 s and 3 units, Ethernet, snapshot length 65535. */
const FILES = {
  'microseconds, little-endian':
    'd4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000 02000000 03000000 03000000 05000000 aabbcc',
  'microseconds, big-endian':
    'a1b2c3d4 0002 0004 00000000 00000000 0000ffff 00000001 00000002 00000003 00000003 00000005 aabbcc',
  'nanoseconds, little-endian':
    '4d3cb2a1 0200 0400 00000000 00000000 ffff0000 01000000 02000000 03000000 03000000 05000000 aabbcc',
  'nanoseconds, big-endian':
    'a1b23c4d 0002 0004 00000000 00000000 0000ffff 00000001 00000002 00000003 00000003 00000005 aabbcc',
};

describe('pcap reader', () => {
  it.each(Object.entries(FILES))('reads %s', (name, hex) => {
    const { packets, problems, interfaces } = readCapture([fromHex(hex)!]);
    expect(problems).toEqual([]);
    expect(interfaces).toEqual([{ id: 0, linkType: 1, snapLength: 65_535, name: '', description: '' }]);
    expect(packets).toEqual([
      {
        time: name.startsWith('micro') ? 2_000_003_000n : 2_000_000_003n,
        linkType: 1,
        data: fromHex('aabbcc'),
        originalLength: 5,
        interfaceId: 0,
        interfaceName: '',
        comments: [],
        offset: 24,
      },
    ]);
  });

  it('reads what the writer wrote, split anywhere', () => {
    const packet = fc.record({
      // A header of zeros alone would be taken for a hole in the file.
      time: fc.bigInt({ min: 1000n, max: 4_294_967_295_999_999_999n }),
      data: fc.uint8Array({ maxLength: 400 }),
      cut: fc.nat(100),
    });
    fc.assert(
      fc.property(
        fc.array(packet, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
        (wanted, lengths) => {
          const file = joinBytes([
            pcapFileHeader(101),
            ...wanted.map(({ time, data, cut }) => pcapRecord(time, data, data.length + cut)),
          ]);
          const { packets, problems } = readCapture(pieces(file, lengths));
          expect(problems).toEqual([]);
          expect(
            packets.map(({ time, data, originalLength }) => ({ time, data, cut: originalLength - data.length })),
          ).toEqual(wanted);
        },
      ),
    );
  });

  it('says that the last packet is cut, and where', () => {
    const file = joinBytes([pcapFileHeader(1), pcapRecord(1n, new Uint8Array(40)), pcapRecord(2n, new Uint8Array(40))]);
    const { packets, problems } = readCapture([file.subarray(0, file.length - 1)]);
    expect(packets).toHaveLength(1);
    expect(problems).toEqual([
      {
        severity: 'warning',
        code: 'pcap.truncated',
        text: 'The file ends in the middle of its last packet.',
        range: [80, 55],
      },
    ]);
    expect(readCapture([file.subarray(0, 10)]).problems).toMatchObject([{ code: 'pcap.header', range: [0, 10] }]);
  });

  it.each([1, 7, 1000])('goes on behind a damaged length, in chunks of %i bytes', (chunk) => {
    const time = 1_700_000_000_000_000_000n;
    const records = Array.from({ length: 6 }, (_, index) =>
      pcapRecord(time + BigInt(index), new Uint8Array(60 + index).fill(index + 0x41)),
    );
    const file = joinBytes([pcapFileHeader(1), ...records]);
    const second = 24 + records[0]!.length;
    file.fill(0xff, second + 8, second + 12);
    const { packets, problems } = readCapture(pieces(file, [chunk]));
    expect(packets.map(({ data }) => data[0]! - 0x41)).toEqual([0, 2, 3, 4, 5]);
    expect(problems).toMatchObject([{ code: 'pcap.length', range: [second, records[1]!.length] }]);
  });

  const time = 1_700_000_000_000_000_000n;
  const records = Array.from({ length: 6 }, (_, index) =>
    pcapRecord(time + BigInt(index), ethernetLike(60 + index, index)),
  );
  const good = joinBytes([pcapFileHeader(1), ...records]);

  /** Bytes as a frame has them: the numbers in it make no header of a packet. */
  function ethernetLike(length: number, first: number): Uint8Array {
    return new Uint8Array(length).fill(0xc2).fill(first, 0, 1);
  }

  it.each([
    ['a little too long', 1, 4, [0, 1, 3, 4, 5]],
    ['a little too short', 1, -4, [0, 1, 2, 3, 4, 5]],
    ['longer than the rest of the file', 3, 60_000, [0, 1, 2, 4, 5]],
    ['longer than the rest of the file, near its end', 4, 60_000, [0, 1, 2, 3, 5]],
  ])('goes on behind a length that is %s', (_, record, by, expected) => {
    const start = 24 + records.slice(0, record).reduce((sum, { length }) => sum + length, 0);
    for (const chunk of [1, 33, 1000]) {
      const file = good.slice();
      const view = new DataView(file.buffer);
      for (const at of [8, 12]) view.setUint32(start + at, view.getUint32(start + at, true) + by, true);
      const { packets, problems } = readCapture(pieces(file, [chunk]));
      expect(packets.map(({ data }) => data[0])).toEqual(expected);
      expect(problems).toMatchObject([{ code: 'pcap.length' }]);
    }
  });

  it('steps over a hole of zeros, and takes one at the end for none of its packets', () => {
    const [header, ...rest] = [pcapFileHeader(1), ...records];
    const hole = new Uint8Array(500);
    const within = readCapture([joinBytes([header, ...rest.slice(0, 3), hole, ...rest.slice(3)])]);
    expect(within.packets.map(({ data }) => data[0])).toEqual([0, 1, 2, 3, 4, 5]);
    expect(within.problems).toMatchObject([{ code: 'pcap.length', range: [24 + 76 + 77 + 78, 500] }]);
    expect(readCapture([joinBytes([good, hole])]).packets).toHaveLength(6);
  });

  it('takes odd packets as they are', () => {
    const days = 86_400_000_000_000n;
    const odd = [
      pcapRecord(time, new Uint8Array(60), 60),
      pcapRecord(time + 9n * days, new Uint8Array(60), 60),
      pcapRecord(time + 99n * days, new Uint8Array(0), 60),
      pcapRecord(time + 99n * days + 1n, new Uint8Array(60), 10),
      pcapRecord(time + 99n * days + 2n, new Uint8Array(60), 10),
      pcapRecord(time + 999n * days, new Uint8Array(60), 60),
    ];
    const { packets, problems } = readCapture(pieces(joinBytes([pcapFileHeader(1), ...odd]), [19]));
    expect([packets.length, problems]).toEqual([6, []]);
  });

  it('takes packets that are larger than tools write them, where all fits together', () => {
    const large = [60, 300_000, 300_000, 60].map((length, index) =>
      pcapRecord(time + BigInt(index), ethernetLike(length, index)),
    );
    const { packets, problems } = readCapture([joinBytes([pcapFileHeader(1), ...large])]);
    expect([packets.map(({ data }) => data.length), problems]).toEqual([[60, 300_000, 300_000, 60], []]);
  });

  it('says when nothing is to be found behind a damaged length', () => {
    const file = joinBytes([pcapFileHeader(1), pcapRecord(1n, new Uint8Array(3)), new Uint8Array(50).fill(0xff)]);
    const { packets, problems } = readCapture(pieces(file, [13]));
    expect(packets).toHaveLength(1);
    expect(problems).toMatchObject([{ code: 'pcap.length', range: [43, 50] }]);
  });
});
