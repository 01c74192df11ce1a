import type { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import type { ExchangeState, Protocol, Transport } from '../../../app/model/exchange.ts';
import type { DiameterSummary, FlowSummary, Party, Status } from '../../../app/model/flow.ts';
import { putFloat, putNumber, putText, type RecordReader } from '../store/record-bytes.ts';
import type { SharedTextReader, SharedTextWriter } from './shared-texts.ts';

/** Flags of what a summary has. */
const HAS_DURATION = 1;
const HAS_STATUS = 2;
const STATUS_IS_ERROR = 4;
const HAS_SEVERITY = 8;
const HAS_STREAM_ID = 16;
const HAS_DIAMETER = 32;
const CUT = 64;
const LOSSY = 128;
const ANSWERED = 256;

export function putSummary(into: ByteBuilder, texts: SharedTextWriter, summary: FlowSummary): void {
  const { duration, status, severity, streamId, diameter } = summary;
  putNumber(
    into,
    (duration === null ? 0 : HAS_DURATION) |
      (status === null ? 0 : HAS_STATUS) |
      (status?.error ? STATUS_IS_ERROR : 0) |
      (severity === null ? 0 : HAS_SEVERITY) |
      (streamId === undefined ? 0 : HAS_STREAM_ID) |
      (diameter === undefined ? 0 : HAS_DIAMETER) |
      (summary.cut ? CUT : 0) |
      (summary.lossy ? LOSSY : 0) |
      (summary.answered ? ANSWERED : 0),
  );
  texts.put(into, summary.protocol);
  putFloat(into, summary.time);
  if (duration !== null) putFloat(into, duration);
  putParty(into, texts, summary.source);
  putParty(into, texts, summary.destination);
  texts.put(into, summary.method);
  putText(into, summary.target);
  texts.put(into, summary.host);
  if (status !== null) {
    texts.put(into, status.kind);
    putNumber(into, status.code);
    texts.put(into, status.text);
  }
  texts.put(into, summary.state);
  putNumber(into, summary.requestSize);
  putNumber(into, summary.answerSize);
  putNumber(into, summary.messageCount[0]);
  putNumber(into, summary.messageCount[1]);
  texts.put(into, summary.vantage);
  if (severity !== null) texts.put(into, severity);
  texts.put(into, summary.transport);
  putNumber(into, summary.stream);
  if (streamId !== undefined) putNumber(into, streamId);
  if (diameter !== undefined) putDiameter(into, texts, diameter);
  putText(into, summary.sessionId);
  putText(into, summary.requestId);
  putText(into, summary.traceId);
}

export function readSummary(from: RecordReader, texts: SharedTextReader): FlowSummary {
  const has = from.number();
  const summary: FlowSummary = {
    protocol: texts.read(from) as Protocol,
    time: from.float(),
    duration: has & HAS_DURATION ? from.float() : null,
    source: readParty(from, texts),
    destination: readParty(from, texts),
    method: texts.read(from),
    target: from.text(),
    host: texts.read(from),
    status: has & HAS_STATUS ? readStatus(from, texts, (has & STATUS_IS_ERROR) !== 0) : null,
    state: texts.read(from) as ExchangeState,
    requestSize: from.number(),
    answerSize: from.number(),
    messageCount: [from.number(), from.number()],
    cut: (has & CUT) !== 0,
    lossy: (has & LOSSY) !== 0,
    vantage: texts.read(from) as FlowSummary['vantage'],
    severity: has & HAS_SEVERITY ? (texts.read(from) as FlowSummary['severity']) : null,
    answered: (has & ANSWERED) !== 0,
    transport: texts.read(from) as Transport,
    stream: from.number(),
    ...(has & HAS_STREAM_ID && { streamId: from.number() }),
    ...(has & HAS_DIAMETER && { diameter: readDiameter(from, texts) }),
    sessionId: from.text(),
    requestId: from.text(),
    traceId: from.text(),
  };
  return summary;
}

function readStatus(from: RecordReader, texts: SharedTextReader, error: boolean): Status {
  return { kind: texts.read(from) as Status['kind'], code: from.number(), text: texts.read(from), error };
}

function putParty(into: ByteBuilder, texts: SharedTextWriter, party: Party): void {
  texts.put(into, party.address);
  putNumber(into, party.port);
  texts.put(into, party.namespace);
  texts.put(into, party.pod);
  texts.put(into, party.service);
  texts.put(into, party.workload);
  texts.put(into, party.node);
  texts.put(into, party.serviceAccount);
}

function readParty(from: RecordReader, texts: SharedTextReader): Party {
  return {
    address: texts.read(from),
    port: from.number(),
    namespace: texts.read(from),
    pod: texts.read(from),
    service: texts.read(from),
    workload: texts.read(from),
    node: texts.read(from),
    serviceAccount: texts.read(from),
  };
}

function putDiameter(into: ByteBuilder, texts: SharedTextWriter, diameter: DiameterSummary): void {
  putNumber(into, diameter.commandCode);
  putNumber(into, diameter.applicationId);
  texts.put(into, diameter.originHost);
  texts.put(into, diameter.originRealm);
  texts.put(into, diameter.destinationHost);
  texts.put(into, diameter.destinationRealm);
}

function readDiameter(from: RecordReader, texts: SharedTextReader): DiameterSummary {
  return {
    commandCode: from.number(),
    applicationId: from.number(),
    originHost: texts.read(from),
    originRealm: texts.read(from),
    destinationHost: texts.read(from),
    destinationRealm: texts.read(from),
  };
}
