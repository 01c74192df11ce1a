import { joinBytes } from '../../../app/bytes/join.ts';
import { protocols } from '../../../app/decode/registry.ts';
import { checkDecoding } from '../check-decoding.ts';
import type { FuzzTarget } from '../fuzz-target.ts';
import { mutate } from '../mutate.ts';
import { streamSeeds } from '../seeds.ts';

/** One connection of a protocol, whose bytes are damaged before they are put into segments. */
export const streams: FuzzTarget = {
  name: 'streams',
  generate(random) {
    const seed = random.pick(streamSeeds);
    const other = random.pick(streamSeeds);
    const client = random.below(4) === 0 ? seed.client : mutate(seed.client, other.client, random);
    const server = random.below(4) === 0 ? seed.server : mutate(seed.server, other.server, random);
    const index = protocols.findIndex(({ name }) => name === seed.protocol);
    return joinBytes([Uint8Array.of(index, client.length >>> 8, client.length & 255), client, server]);
  },
  run(input, random) {
    const protocol = protocols[input[0] ?? 0] ?? protocols[0]!;
    const split = 3 + (((input[1] ?? 0) << 8) | (input[2] ?? 0));
    checkDecoding(protocol, input.subarray(3, split), input.subarray(split), random);
  },
};
