import type {
  DiameterDetail,
  FlowDetail,
  HttpDetail,
  MessageDetail,
  ObservationDetail,
} from '../../../app/api/types.ts';
import { applicationName } from '../../../app/decode/diameter/applications.ts';
import { decodeAvps } from '../../../app/decode/diameter/avps.ts';
import { commandTitle } from '../../../app/decode/diameter/commands.ts';
import type { DiameterDictionary } from '../../../app/decode/diameter/dictionary.ts';
import { notesOf } from '../../../app/flows/notes.ts';
import { milliseconds } from '../../../app/flows/observation.ts';
import { headerValue } from '../../../app/flows/status.ts';
import type { DiameterMessage, Exchange, HttpMessage, Message } from '../../../app/model/exchange.ts';
import type { FlowObservations, FlowStore } from '../session/flow-store.ts';
import { readBody } from '../store/read-body.ts';
import type { Spill } from '../store/spill.ts';

/** What a flow's detail is made of. */
export interface DetailSources {
  readonly flows: FlowStore;
  readonly spill: Spill;
  readonly dictionary: DiameterDictionary;
}

/** Command flags by their bit. RFC 6733 section 3. */
const diameterFlags = [
  [0x80, 'Request'],
  [0x40, 'Proxiable'],
  [0x20, 'Error'],
  [0x10, 'Retransmitted'],
] as const;

function startLine(message: HttpMessage): string {
  return message.method === ''
    ? `HTTP/${message.version} ${message.status} ${message.reason}`.trimEnd()
    : `${message.method} ${message.target} HTTP/${message.version}`;
}

function httpDetail(message: HttpMessage, trueLength: number | undefined): HttpDetail {
  return {
    kind: 'http',
    startLine: startLine(message),
    headers: message.headers,
    trailers: message.trailers,
    stored: message.body.stored,
    length: Math.max(message.body.length, trueLength ?? 0),
    contentType: headerValue(message.headers, 'content-type'),
    contentEncoding: headerValue(message.headers, 'content-encoding'),
    complete: message.complete,
    startTime: milliseconds(message.startTime),
    endTime: milliseconds(message.endTime),
  };
}

function diameterDetail(message: DiameterMessage, sources: DetailSources): DiameterDetail {
  const bytes = readBody(sources.spill, message.body);
  const name = applicationName(message.applicationId);
  return {
    kind: 'diameter',
    command: commandTitle(message.commandCode, (message.flags & 0x80) !== 0),
    application: name === String(message.applicationId) ? name : `${name} (${message.applicationId})`,
    flags: diameterFlags.filter(([bit]) => (message.flags & bit) !== 0).map(([, flag]) => flag),
    hopByHopId: message.hopByHopId,
    endToEndId: message.endToEndId,
    avps: decodeAvps(bytes, sources.dictionary),
    stored: message.body.stored,
    length: message.body.length,
    startTime: milliseconds(message.startTime),
    endTime: milliseconds(message.endTime),
  };
}

function messageDetail(
  message: Message | null,
  trueLength: number | undefined,
  sources: DetailSources,
): MessageDetail | null {
  if (message === null) return null;
  return message.kind === 'http' ? httpDetail(message, trueLength) : diameterDetail(message, sources);
}

function time(message: Message | null, which: 'startTime' | 'endTime'): number | null {
  return message === null ? null : milliseconds(message[which]);
}

function observationDetail(exchange: Exchange, vantage: ObservationDetail['vantage']): ObservationDetail {
  const { conversation, request, answer } = exchange;
  const capture = conversation.capture;
  return {
    vantage,
    pod: capture?.pod ?? null,
    source: capture?.source ?? conversation.client,
    destination: capture?.destination ?? conversation.server,
    upstream: capture?.upstream ?? null,
    upstreamCluster: capture?.upstreamCluster ?? '',
    protocol: capture?.protocol ?? exchange.protocol,
    connection: capture?.connection ?? String(conversation.stream),
    responseCodeDetails: capture?.responseCodeDetails ?? '',
    responseFlags: capture?.responseFlags ?? '',
    requestStart: time(request, 'startTime'),
    requestEnd: time(request, 'endTime'),
    answerStart: time(answer, 'startTime'),
    answerEnd: time(answer, 'endTime'),
    state: exchange.state,
    captureId: capture?.id ?? '',
    redacted: capture?.redacted ?? [],
  };
}

/** The observation whose message of that side holds more; the consumer's where both hold the same. */
export function fullerExchange(seen: FlowObservations, side: 'request' | 'answer'): Exchange | null {
  const first = seen.consumer ?? seen.wire;
  const stored = (exchange: Exchange | null) => exchange?.[side]?.body.stored ?? -1;
  return stored(seen.producer) > stored(first) ? seen.producer : first;
}

/** Everything that the detail pane shows of a flow but bodies. Throws RangeError when there is no such flow. */
export function flowDetail(id: number, sources: DetailSources): FlowDetail {
  const row = sources.flows.index.get(id);
  const seen = sources.flows.observations(id);
  const side = (name: 'request' | 'answer') => {
    const exchange = fullerExchange(seen, name);
    return messageDetail(exchange?.[name] ?? null, exchange?.conversation.capture?.cut?.[name], sources);
  };
  const exchanges = [seen.consumer, seen.producer, seen.wire].filter((exchange) => exchange !== null);
  return {
    row,
    request: side('request'),
    answer: side('answer'),
    informational: (exchanges[0]?.informational ?? []).map((message) => httpDetail(message, undefined)),
    observations: [
      ...(seen.consumer === null ? [] : [observationDetail(seen.consumer, 'consumer')]),
      ...(seen.producer === null ? [] : [observationDetail(seen.producer, 'producer')]),
      ...(seen.wire === null ? [] : [observationDetail(seen.wire, 'wire')]),
    ],
    notes: notesOf(seen),
    problems: exchanges.flatMap((exchange) => exchange.problems),
  };
}
