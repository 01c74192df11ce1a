import { joinBytes } from '../../../app/bytes/join.ts';
import { decodeBatch } from '../../../app/capture/decode-batch.ts';
import { createDocumentSplitter, StreamFormatError } from '../../../app/capture/document-splitter.ts';
import { encodeBatch } from '../../../app/capture/encode-batch.ts';
import { encodeDocument, encodeMessage } from '../../../app/capture/stream-encode.ts';
import {
  parseAcknowledgement,
  parseFromAggregator,
  parseFromTail,
  parseTailRequest,
} from '../../../app/capture/stream-parse.ts';
import {
  answerFields,
  batchOf,
  CapturedEvents,
  recordOf,
  requestFields,
  simpleExchange,
} from '../../support/captured.ts';
import type { FuzzTarget } from '../fuzz-target.ts';
import { mutate } from '../mutate.ts';
import { fileSeeds, metadata } from '../seeds.ts';

const events = new CapturedEvents()
  .headers('request', requestFields('POST', '/cart'))
  .data('request', 'part', 4000)
  .end('request', true)
  .headers('answer', answerFields(503))
  .trailers('answer', [['grpc-status', '14']]).events;

const batchSeeds: readonly Uint8Array[] = [
  encodeBatch(batchOf(0, [])),
  encodeBatch(
    batchOf(7, [recordOf(1, simpleExchange('/a', 'body')), recordOf(2, events, { final: false, connection: null })]),
  ),
];

/** Batches of the filter: a damaged one is refused, with a value and not with an exception. */
export const batches: FuzzTarget = {
  name: 'batches',
  generate: (random) => mutate(random.pick(batchSeeds), random.pick(batchSeeds), random),
  run(input) {
    decodeBatch(input);
  },
};

const documentSeeds: readonly Uint8Array[] = [
  encodeMessage({ type: 'ack', sequence: 9n }),
  encodeDocument({ type: 'capture', part: 0, final: true, metadata, events, pcap: fileSeeds[0]! }, 1n),
  encodeDocument(
    {
      type: 'heartbeat',
      time: 1n,
      namespace: 'shop',
      pod: 'cart-1',
      instances: 2,
      exchanges: 7,
      messages: 0,
      capturing: true,
    },
    2n,
  ),
];

/** The stream of documents: a damaged one is refused with the error that says so. */
export const documents: FuzzTarget = {
  name: 'documents',
  generate: (random) =>
    mutate(joinBytes([random.pick(documentSeeds), random.pick(documentSeeds)]), random.pick(documentSeeds), random),
  run(input, random) {
    const splitter = createDocumentSplitter((document) => {
      for (const parse of [parseFromAggregator, parseFromTail, parseAcknowledgement, parseTailRequest]) {
        refusedOnlyBy(() => parse(document));
      }
    });
    refusedOnlyBy(() => {
      for (let at = 0; at < input.length; ) {
        const end = at + 1 + random.below(100);
        splitter.push(input.subarray(at, end));
        at = end;
      }
    });
  },
};

function refusedOnlyBy(run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof StreamFormatError)) throw error;
  }
}
