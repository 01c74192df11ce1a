import { createDissector } from '../../app/assemble/dissector.ts';
import { joinBytes } from '../../app/bytes/join.ts';
import type { ProtocolDescriptor } from '../../app/decode/stream-decoder.ts';
import { createCaptureFileReader } from '../../app/formats/capture-file-reader.ts';
import { LINKTYPE_RAW } from '../../app/formats/pcap/pcap-format.ts';
import { pcapFileHeader, pcapRecord } from '../../app/formats/pcap/pcap-writer.ts';
import { interfaceBlock, packetBlock, sectionHeaderBlock } from '../../app/formats/pcapng/pcapng-writer.ts';
import { pieces } from '../support/bytes.ts';
import { ACK, FIN, ipPacket, SYN, tcpSegment } from '../support/packets.ts';

/**
 * Speed of the layers below the protocols: file reader, IP, TCP reassembly and hand-over. Run it with
 * `node tests/bench/assemble-bench.ts [megabytes]`.
 */
const megabytes = Number(process.argv[2] ?? 64);

/** Takes every stream and does nothing with it, so that only the layers below are measured. */
function sinkProtocol(count: (bytes: number) => void): ProtocolDescriptor {
  return {
    name: 'sink',
    fields: [],
    ports: [],
    sniff: () => 'yes',
    create: () => ({ data: (_direction, bytes) => count(bytes.length), gap: () => {}, end: () => {} }),
  };
}

/** IP packets of connections that take turns, each with `exchanges` questions of 300 bytes and answers of `answerLength`. */
function* traffic(total: number, exchanges: number, answerLength: number): Generator<Uint8Array> {
  const question = new Uint8Array(300).fill(0x61);
  const answer = pieces(new Uint8Array(answerLength).fill(0x62), [1448]);
  const parallel = 50;
  let bytes = 0;
  for (let round = 0; bytes < total; round++) {
    const ends = Array.from({ length: parallel }, (_, index) => {
      const port = 1024 + ((round * parallel + index) % 60_000);
      const c = { from: `10.0.${index}.1`, to: '10.1.0.1', fromPort: port, toPort: 80, next: round * 7919 };
      const s = { from: '10.1.0.1', to: `10.0.${index}.1`, fromPort: 80, toPort: port, next: round * 104_729 };
      return [c, s] as const;
    });
    function send(index: number, side: 0 | 1, flags: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array {
      const end = ends[index]![side];
      const segment = tcpSegment({
        ...end,
        sequence: end.next,
        acknowledgement: ends[index]![1 - side]!.next,
        flags,
        payload,
      });
      end.next = (end.next + payload.length + ((flags & (SYN | FIN)) !== 0 ? 1 : 0)) >>> 0;
      const packet = ipPacket(end.from, end.to, 6, segment);
      bytes += packet.length;
      return packet;
    }
    for (let index = 0; index < parallel; index++) {
      yield send(index, 0, SYN);
      yield send(index, 1, SYN | ACK);
    }
    for (let exchange = 0; exchange < exchanges; exchange++) {
      for (let index = 0; index < parallel; index++) yield send(index, 0, ACK, question);
      for (const part of answer) for (let index = 0; index < parallel; index++) yield send(index, 1, ACK, part);
    }
    for (let index = 0; index < parallel; index++) {
      yield send(index, 0, FIN | ACK);
      yield send(index, 1, FIN | ACK);
    }
  }
}

const shapes = [
  { name: 'small answers (200 B), 20 exchanges', exchanges: 20, answerLength: 200 },
  { name: 'large answers (60 KB), 5 exchanges', exchanges: 5, answerLength: 60_000 },
  { name: 'one exchange for each connection', exchanges: 1, answerLength: 1000 },
];
const start = BigInt(1_700_000_000) * 1_000_000_000n;
for (const { name, exchanges, answerLength } of shapes) {
  const packets = [...traffic(megabytes * 1e6, exchanges, answerLength)];
  const at = (index: number) => start + BigInt(index) * 1000n;
  const formats = {
    pcap: [pcapFileHeader(LINKTYPE_RAW), ...packets.map((packet, index) => pcapRecord(at(index), packet))],
    pcapng: [
      sectionHeaderBlock({}),
      interfaceBlock(LINKTYPE_RAW, 'eth0'),
      ...packets.map((packet, index) => packetBlock(0, at(index), packet)),
    ],
  };
  console.log(`${name}: ${packets.length} packets`);
  for (const [format, parts] of Object.entries(formats)) {
    const file = joinBytes(parts);
    const chunks = pieces(file, [1 << 20]);
    for (const layer of ['reader', 'dissector']) {
      let best = Number.POSITIVE_INFINITY;
      let delivered = 0;
      for (let attempt = 0; attempt < 3; attempt++) {
        delivered = 0;
        const dissector = createDissector({
          protocols: [
            sinkProtocol((length) => {
              delivered += length;
            }),
          ],
          sink: { open: () => {}, change: () => {}, close: () => {} },
          store: { append: () => 0 },
        });
        const before = performance.now();
        const reader = createCaptureFileReader({
          packet: layer === 'reader' ? () => {} : (packet) => dissector.packet(packet),
          problem: (problem) => console.log(problem),
        });
        for (const chunk of chunks) reader.push(chunk);
        reader.end();
        dissector.end();
        best = Math.min(best, performance.now() - before);
      }
      const rate = (file.length / 1e6 / (best / 1e3)).toFixed(0);
      const packetRate = (packets.length / best).toFixed(0);
      console.log(
        `  ${format.padEnd(7)} ${layer.padEnd(10)} ${rate.padStart(5)} MB/s ${packetRate.padStart(6)} packets/ms, ${delivered} bytes of streams`,
      );
    }
  }
}
