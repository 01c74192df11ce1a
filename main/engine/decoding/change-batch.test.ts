import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlowExchanges } from '../../../app/flows/flow-sink.ts';
import type { FlowSummary, Party, Status } from '../../../app/model/flow.ts';
import type { Problem } from '../../../app/model/problem.ts';
import type { ConversationMark } from '../store/conversation-mark.ts';
import { applyChanges } from './apply-changes.ts';
import { ChangeBatch } from './change-batch.ts';
import type { DecodedSink } from './decoded-sink.ts';

type Told =
  | readonly ['add', FlowSummary, FlowExchanges]
  | readonly ['update', number, FlowSummary, FlowExchanges]
  | readonly ['remove', number]
  | readonly ['recorded', number, number, ConversationMark]
  | readonly ['problem', Problem];

/** Writes down what it is told. */
class Recorder implements DecodedSink {
  readonly told: Told[] = [];
  #flows = 0;

  add(summary: FlowSummary, exchanges: FlowExchanges): number {
    this.told.push(['add', summary, exchanges]);
    return this.#flows++;
  }
  update(id: number, summary: FlowSummary, exchanges: FlowExchanges): void {
    this.told.push(['update', id, summary, exchanges]);
  }
  remove(id: number): void {
    this.told.push(['remove', id]);
  }
  recorded(number: number, offset: number, conversation: ConversationMark): void {
    this.told.push(['recorded', number, offset, conversation]);
  }
  problem(problem: Problem): void {
    this.told.push(['problem', problem]);
  }
}

function tell(sink: DecodedSink, told: Told): void {
  switch (told[0]) {
    case 'add':
      sink.add(told[1], told[2]);
      break;
    case 'update':
      sink.update(told[1], told[2], told[3]);
      break;
    case 'remove':
      sink.remove(told[1]);
      break;
    case 'recorded':
      sink.recorded(told[1], told[2], told[3]);
      break;
    case 'problem':
      sink.problem(told[1]);
  }
}

const text = fc.oneof(fc.constantFrom('', 'shop', 'cart'), fc.string({ unit: 'grapheme', maxLength: 300 }));
const count = fc.oneof(fc.nat(300), fc.maxSafeNat());
const id = fc.nat(2 ** 31 - 2);
const port = fc.nat(65_535);
const party: fc.Arbitrary<Party> = fc.record({
  address: text,
  port,
  namespace: text,
  pod: text,
  service: text,
  workload: text,
  node: text,
  serviceAccount: text,
});
const status: fc.Arbitrary<Status> = fc.record({
  kind: fc.constantFrom('http', 'grpc', 'diameter', 'diameter-experimental'),
  code: fc.nat(2 ** 32 - 1),
  text,
  error: fc.boolean(),
});
const summary: fc.Arbitrary<FlowSummary> = fc.record(
  {
    protocol: fc.constantFrom('HTTP/1.1', 'gRPC', 'Diameter'),
    time: fc.double({ noNaN: true }),
    duration: fc.option(fc.double({ noNaN: true })),
    source: party,
    destination: party,
    method: text,
    target: text,
    host: text,
    status: fc.option(status),
    state: fc.constantFrom('open', 'complete', 'reset', 'unanswered'),
    requestSize: count,
    answerSize: count,
    messageCount: fc.tuple(id, id),
    cut: fc.boolean(),
    lossy: fc.boolean(),
    vantage: fc.constantFrom('consumer', 'producer', 'both', 'wire'),
    severity: fc.constantFrom(null, 'note', 'warning', 'error'),
    answered: fc.boolean(),
    transport: fc.constantFrom('tcp', 'sctp', 'exported-pdu'),
    stream: id,
    streamId: fc.nat(2 ** 31 - 1),
    diameter: fc.record({
      commandCode: id,
      applicationId: fc.nat(2 ** 32 - 1),
      originHost: text,
      originRealm: text,
      destinationHost: text,
      destinationRealm: text,
    }),
    sessionId: text,
    requestId: text,
    traceId: text,
  },
  {
    requiredKeys: [
      ...([
        'protocol',
        'time',
        'duration',
        'source',
        'destination',
        'method',
        'target',
        'host',
        'status',
        'state',
      ] as const),
      ...(['requestSize', 'answerSize', 'messageCount', 'cut', 'lossy', 'vantage', 'severity', 'answered'] as const),
      ...(['transport', 'stream'] as const),
      ...(['sessionId', 'requestId', 'traceId'] as const),
    ],
  },
);
const number = fc.oneof(fc.constant(-1), id);
const exchanges: fc.Arbitrary<FlowExchanges> = fc.record({ consumer: number, producer: number, wire: number });
const mark: fc.Arbitrary<ConversationMark> = fc.record({
  stream: id,
  port,
  speaks: fc.constantFrom('other', 'http2', 'diameter'),
});
const problem: Problem = { severity: 'warning', code: 'tcp.gap', text: 'Bytes are missing.', range: [3, 4] };
const change: fc.Arbitrary<Told> = fc.oneof(
  fc.tuple(fc.constant('add' as const), summary, exchanges),
  fc.tuple(fc.constant('update' as const), id, summary, exchanges),
  fc.tuple(fc.constant('remove' as const), id),
  fc.tuple(fc.constant('recorded' as const), id, count, mark),
  fc.constant(['problem', problem] as const),
);

describe('a batch of changes', () => {
  it('is told again as it was told, batch after batch', () => {
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 4 }), (batches) => {
        const batch = new ChangeBatch();
        const recorder = new Recorder();
        for (const changes of batches) {
          for (const told of changes) tell(batch, told);
          const bytes = batch.take();
          expect(bytes === null).toBe(changes.length === 0);
          if (bytes !== null) applyChanges(bytes, recorder);
        }
        expect(recorder.told).toEqual(batches.flat());
      }),
    );
  });

  it('gives the ids that who applies it gives', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(summary, exchanges), { minLength: 1, maxLength: 5 }), (flows) => {
        const batch = new ChangeBatch();
        expect(flows.map(([flow, seen]) => batch.add(flow, seen))).toEqual(flows.map((_, index) => index));
      }),
    );
  });
});
