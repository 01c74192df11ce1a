import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pieces } from '../../../tests/support/bytes.ts';
import { readCapture } from '../../../tests/support/read-capture.ts';
import { fromHex } from '../../bytes/hex.ts';
import { joinBytes } from '../../bytes/join.ts';
import { interfaceClock } from './interface-clock.ts';
import { interfaceBlock, nameBlock, packetBlock, sectionHeaderBlock } from './pcapng-writer.ts';

const hex = (text: string) => fromHex(text)!;

const SECTION_BE = hex('0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c');
const SECTION_LE = hex('0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000');

describe('pcapng reader', () => {
  it('reads a big-endian section with two interfaces, resolution, offset and every kind of packet block', () => {
    const file = joinBytes([
      SECTION_BE,
      // Ethernet, snapshot length 4, if_name "e0", if_tsresol 2^-10, if_tsoffset 100.
      hex(`00000001 00000034 0001 0000 00000004 0002 0002 65300000 0009 0001 8a000000
           000e 0008 0000000000000064 0000 0000 00000034`),
      hex('00000001 00000014 0065 0000 00000000 00000014'),
      // Enhanced, interface 0: 3 s and 512/1024; comment "hi".
      hex(
        '00000006 00000030 00000000 00000000 00000e00 00000002 00000009 aabb0000 0001 0002 68690000 0000 0000 00000030',
      ),
      // Obsolete, interface 1, drops 7: 5 microseconds.
      hex('00000002 00000024 0001 0007 00000000 00000005 00000001 00000001 cc000000 00000024'),
      // Simple: 6 bytes on the wire, cut to the snapshot length.
      hex('00000003 00000014 00000006 01020304 00000014'),
    ]);
    const { packets, problems } = readCapture([file]);
    expect(problems).toEqual([]);
    expect(packets.map(({ offset: _offset, ...packet }) => packet)).toEqual([
      {
        time: 103_500_000_000n,
        linkType: 1,
        data: hex('aabb'),
        originalLength: 9,
        interfaceId: 0,
        interfaceName: 'e0',
        comments: ['hi'],
      },
      {
        time: 5000n,
        linkType: 101,
        data: hex('cc'),
        originalLength: 1,
        interfaceId: 1,
        interfaceName: '',
        comments: [],
      },
      {
        time: 5000n,
        linkType: 1,
        data: hex('01020304'),
        originalLength: 6,
        interfaceId: 0,
        interfaceName: 'e0',
        comments: [],
      },
    ]);
    expect(packets.map(({ offset }) => offset)).toEqual([100, 148, 184]);
  });

  it('begins anew with each section, in its byte order', () => {
    const packetLe = packetBlock(0, 7n, hex('0a'));
    const file = joinBytes([SECTION_BE, hex('00000001 00000014 0065 0000 00000000 00000014'), SECTION_LE, packetLe]);
    const { packets, problems } = readCapture([file]);
    expect(packets).toEqual([]);
    expect(problems).toMatchObject([{ code: 'pcapng.interface', range: [76, packetLe.length] }]);
  });

  it('skips custom, secret, statistics and unknown blocks', () => {
    const skipped = [
      hex('00000bad 00000010 00000001 00000010'),
      hex('40000bad 00000010 00000001 00000010'),
      hex('0000000a 00000014 544c534b 00000000 00000014'),
      hex('00000005 00000018 00000000 00000000 00000000 00000018'),
      hex('12345678 0000000c 0000000c'),
    ];
    const file = joinBytes([SECTION_BE, ...skipped, hex('00000001 00000014 0065 0000 00000000 00000014')]);
    expect(readCapture([file])).toMatchObject({ problems: [], interfaces: [{ id: 0, linkType: 101 }] });
  });

  it('gives names and the texts of the section', () => {
    const names: [string, string[]][] = [
      ['10.42.0.7', ['cart-7f9.shop', 'cart.shop.svc']],
      ['fd00::7', ['cart6']],
    ];
    const file = joinBytes([
      sectionHeaderBlock({
        hardware: 'loom',
        operatingSystem: 'Linux',
        application: 'Packet Inspector',
        comment: 'one',
      }),
      nameBlock([...names, ['not an address', ['x']]]),
    ]);
    const { sections, names: read, problems } = readCapture(pieces(file, [5]));
    expect(problems).toEqual([]);
    expect([...read]).toEqual(names);
    expect(sections).toEqual([
      {
        format: 'pcapng',
        comments: ['one'],
        hardware: 'loom',
        operatingSystem: 'Linux',
        application: 'Packet Inspector',
      },
    ]);
  });

  it('reads what the writer wrote, split anywhere', () => {
    const packet = fc.record({
      time: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      data: fc.uint8Array({ maxLength: 300 }),
      comments: fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(
        fc.array(packet, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
        (wanted, lengths) => {
          const file = joinBytes([
            sectionHeaderBlock({}),
            interfaceBlock(101, 'shop/cart-1'),
            ...wanted.map(({ time, data, comments }) => packetBlock(0, time, data, comments)),
          ]);
          const { packets, problems } = readCapture(pieces(file, lengths));
          expect(problems).toEqual([]);
          expect(packets.map(({ time, data, comments }) => ({ time, data, comments }))).toEqual(wanted);
          expect(
            packets.every(({ interfaceName, linkType }) => interfaceName === 'shop/cart-1' && linkType === 101),
          ).toBe(true);
        },
      ),
    );
  });

  const blocks = Array.from({ length: 5 }, (_, index) => packetBlock(0, BigInt(index), new Uint8Array(21).fill(index)));
  const start = joinBytes([sectionHeaderBlock({}), interfaceBlock(1, 'eth0')]);
  const damages: [string, (file: Uint8Array, block: number, length: number) => void][] = [
    ['length at its beginning', (file, block) => file.fill(0xff, block + 4, block + 8)],
    ['length of no multiple of four', (file, block) => file.set([file[block + 4]! + 1], block + 4)],
    ['length of zero', (file, block) => file.fill(0, block + 4, block + 8)],
    ['length at its end', (file, block, length) => file.fill(0x11, block + length - 4, block + length)],
    ['length that reaches over the next block', (file, block, length) => file.set([length + 8], block + 4)],
  ];
  for (const [what, damage] of damages) {
    it.each([1, 11, 4096])(`leaves out a block with a damaged ${what}, in chunks of %i bytes`, (chunk) => {
      const file = joinBytes([start, ...blocks]);
      const second = start.length + blocks[0]!.length;
      damage(file, second, blocks[1]!.length);
      const { packets, problems } = readCapture(pieces(file, [chunk]));
      expect(packets.map(({ data }) => data[0])).toEqual([0, 2, 3, 4]);
      expect(problems).toMatchObject([{ code: 'pcapng.block', range: [second, blocks[1]!.length] }]);
    });
  }

  it('reports a packet that claims more bytes than its block has, and goes on', () => {
    const file = joinBytes([start, ...blocks]);
    file[start.length + 20] = 200;
    const { packets, problems } = readCapture([file]);
    expect(packets.map(({ data }) => data[0])).toEqual([1, 2, 3, 4]);
    expect(problems).toMatchObject([{ code: 'pcapng.packet.length', range: [start.length, blocks[0]!.length] }]);
  });

  it.each([1, 11, 4096])(
    'finds the blocks behind a length that reaches over the end of the file, in chunks of %i bytes',
    (chunk) => {
      const file = joinBytes([start, ...blocks]);
      const fourth = start.length + 3 * blocks[0]!.length;
      new DataView(file.buffer).setUint32(fourth + 4, 4000, true);
      const { packets, problems } = readCapture(pieces(file, [chunk]));
      expect(packets.map(({ data }) => data[0])).toEqual([0, 1, 2, 4]);
      expect(problems).toMatchObject([{ code: 'pcapng.block', range: [fourth, blocks[3]!.length] }]);
    },
  );

  it('is not misled by bytes near the end of the file that might begin a longer block', () => {
    const lookAlike = packetBlock(0, 9n, new Uint8Array(40));
    new DataView(lookAlike.buffer, lookAlike.byteOffset).setUint32(36, 6, true);
    new DataView(lookAlike.buffer, lookAlike.byteOffset).setUint32(40, 200_000, true);
    lookAlike.fill(0x11, 4, 8);
    const { packets, problems } = readCapture([joinBytes([start, lookAlike, ...blocks])]);
    expect(packets.map(({ data }) => data[0])).toEqual([0, 1, 2, 3, 4]);
    expect(problems).toMatchObject([{ code: 'pcapng.block', range: [start.length, lookAlike.length] }]);
  });

  it('says that the last block is cut', () => {
    const file = joinBytes([start, ...blocks]);
    const { packets, problems } = readCapture([file.subarray(0, file.length - 6)]);
    expect(packets).toHaveLength(4);
    expect(problems).toMatchObject([
      { code: 'pcapng.truncated', range: [file.length - blocks[4]!.length, blocks[4]!.length - 6] },
    ]);
  });
});

describe('interface clock', () => {
  it('counts in powers of 10 and of 2, from an offset', () => {
    expect(interfaceClock(6, 0n)(0x0005_f5e1, 0x0000_0001)).toBe((0x0005_f5e1n * 2n ** 32n + 1n) * 1000n);
    expect(interfaceClock(6, -1n)(0, 2_500_000)).toBe(1_500_000_000n);
    expect(interfaceClock(9, 1n)(1, 1)).toBe(2n ** 32n + 1_000_000_001n);
    expect(interfaceClock(0, 0n)(0, 7)).toBe(7_000_000_000n);
    expect(interfaceClock(0x80 | 4, 0n)(0, 24)).toBe(1_500_000_000n);
    expect(interfaceClock(12, 0n)(0, 1_999_999)).toBe(1999n);
  });
});
