import { createDissector } from '../../../app/assemble/dissector.ts';
import { joinBytes } from '../../../app/bytes/join.ts';
import { protocols } from '../../../app/decode/registry.ts';
import { createCaptureFileReader } from '../../../app/formats/capture-file-reader.ts';
import { LINKTYPE_RAW } from '../../../app/formats/pcap/pcap-format.ts';
import { pcapFileHeader, pcapRecord } from '../../../app/formats/pcap/pcap-writer.ts';
import { readCapture } from '../../support/read-capture.ts';
import type { FuzzTarget } from '../fuzz-target.ts';
import { mutate } from '../mutate.ts';
import type { Random } from '../random.ts';
import { fileSeeds } from '../seeds.ts';

/** Capture files with damaged bytes. */
export const files: FuzzTarget = {
  name: 'files',
  generate: (random) => mutate(random.pick(fileSeeds), random.pick(fileSeeds), random),
  run: (input, random) => dissectFile(input, random),
};

/** Sound capture files whose packets are lost, repeated, out of order and changed. */
export const packets: FuzzTarget = {
  name: 'packets',
  generate(random) {
    const records = readCapture([random.pick(fileSeeds)]).packets.filter(({ linkType }) => linkType === LINKTYPE_RAW);
    const list = records.map(({ time, data, originalLength }) => ({ time, data, originalLength }));
    for (let count = random.below(8); count > 0 && list.length > 1; count--) {
      const at = random.below(list.length);
      const packet = list[at]!;
      switch (random.below(5)) {
        case 0:
          list.splice(at, 1);
          break;
        case 1:
          list.splice(random.below(list.length), 0, packet);
          break;
        case 2:
          list.splice(random.below(list.length), 0, ...list.splice(at, 1));
          break;
        case 3:
          list[at] = { ...packet, data: mutate(packet.data, packet.data, random) };
          break;
        default:
          list[at] = { ...packet, data: packet.data.subarray(0, random.below(packet.data.length)) };
      }
    }
    const written = list.map(({ time, data, originalLength }) =>
      pcapRecord(time, data, Math.max(data.length, originalLength)),
    );
    return joinBytes([pcapFileHeader(LINKTYPE_RAW), ...written]);
  },
  run: (input, random) => dissectFile(input, random),
};

/** Reads a file in random chunks, as the engine does. */
function dissectFile(input: Uint8Array, random: Random): void {
  let stored = 0;
  let exchanges = 0;
  const dissector = createDissector({
    protocols,
    sink: { open: () => exchanges++, change: () => {}, close: () => {} },
    store: {
      append(bytes) {
        stored += bytes.length;
        return stored - bytes.length;
      },
    },
    onProblem(problem) {
      if (problem.code === 'decoder.failed') throw new Error(problem.text);
    },
  });
  let problems = 0;
  const reader = createCaptureFileReader({ packet: (packet) => dissector.packet(packet), problem: () => problems++ });
  for (let at = 0; at < input.length; ) {
    const end = at + 1 + random.below(random.below(2) === 0 ? 64 : input.length);
    reader.push(input.subarray(at, end));
    at = end;
  }
  reader.end();
  dissector.end();
  if (stored > input.length) throw new Error(`${stored} bytes of bodies came out of ${input.length} bytes`);
  if (exchanges > input.length) throw new Error(`${exchanges} exchanges came out of ${input.length} bytes`);
  if (problems > input.length + 1) throw new Error(`${problems} problems came out of ${input.length} bytes`);
}
