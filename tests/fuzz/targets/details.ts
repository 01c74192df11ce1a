import { readCaptureComment } from '../../../app/capture/comment.ts';
import { decodeAvps } from '../../../app/decode/diameter/avps.ts';
import { checkFilter } from '../../../app/filter/check.ts';
import { completeFilter } from '../../../app/filter/complete.ts';
import { latin1 } from '../../support/bytes.ts';
import { dictionary } from '../../support/diameter.ts';
import type { FuzzTarget } from '../fuzz-target.ts';
import { mutate } from '../mutate.ts';
import { commentSeed, diameterMessages } from '../seeds.ts';

/** AVPs are decoded when they are looked at. */
export const avps: FuzzTarget = {
  name: 'avps',
  generate: (random) => mutate(random.pick(diameterMessages), random.pick(diameterMessages), random),
  run(input) {
    decodeAvps(input, dictionary);
  },
};

const filterSeeds = [
  'http.request.method == "GET" && !(http.response.code >= 500 or tcp.port in {80, 8000..8100})',
  'diameter.cmd.code == 272 and diameter.Session-Id contains "pcef" xor ip.addr == 10.42.0.0/16',
  'k8s.src.pod matches "^cart-[0-9a-f]+$" && frame.time >= "2026-11-22 14:00:00" || checkout timeout',
].map(latin1);

/** What a person types, and where the cursor stands. */
export const filters: FuzzTarget = {
  name: 'filters',
  generate: (random) => mutate(random.pick(filterSeeds), random.pick(filterSeeds), random),
  run(input, random) {
    const text = Buffer.from(input).toString(random.below(2) === 0 ? 'latin1' : 'utf8');
    checkFilter(text, 0);
    completeFilter(text, random.below(text.length + 1));
  },
};

/** Comments in capture files, which anyone may have written. */
export const comments: FuzzTarget = {
  name: 'comments',
  generate: (random) => mutate(commentSeed, commentSeed, random),
  run(input) {
    readCaptureComment(Buffer.from(input).toString('utf8'));
  },
};
