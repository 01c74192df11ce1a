import type { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import type {
  Body,
  BodyChunk,
  Conversation,
  DiameterMessage,
  Direction,
  Exchange,
  ExchangeState,
  Header,
  HttpMessage,
  Message,
  Protocol,
} from '../../../app/model/exchange.ts';
import type { Problem, Severity } from '../../../app/model/problem.ts';
import { putEndpoint, putWholeMetadata, readEndpoint, readMetadata } from './metadata-codec.ts';
import { putList, putNumber, putText, putTime, RecordReader } from './record-bytes.ts';

/** What stands where a message stands: none, HTTP or Diameter. */
const NOTHING = 0;
const HTTP = 1;
const DIAMETER = 2;

/** Appends a finished exchange as bytes for the spill file. */
export function encodeExchange(into: ByteBuilder, exchange: Exchange): void {
  putNumber(into, exchange.number);
  putText(into, exchange.protocol);
  putConversation(into, exchange.conversation);
  putNumber(into, exchange.streamId);
  putNumber(into, exchange.requestDirection);
  putMessage(into, exchange.request);
  putMessage(into, exchange.answer);
  putList(into, exchange.informational, putHttp);
  putNumber(into, exchange.messageCount[0]);
  putNumber(into, exchange.messageCount[1]);
  putText(into, exchange.state);
  putNumber(into, exchange.cancelled ? 1 : 0);
  putList(into, exchange.problems, putProblem);
}

/** The exchange that `encodeExchange` was given. Only for what this engine wrote itself. */
export function decodeExchange(bytes: Uint8Array): Exchange {
  const from = new RecordReader(bytes);
  return {
    number: from.number(),
    protocol: from.text() as Protocol,
    conversation: readConversation(from),
    streamId: from.number(),
    requestDirection: from.number() as Direction,
    request: readMessage(from),
    answer: readMessage(from),
    informational: from.list(readHttp),
    messageCount: [from.number(), from.number()],
    state: from.text() as ExchangeState,
    ...(from.number() === 1 ? { cancelled: true as const } : {}),
    problems: from.list(readProblem),
  };
}

function putConversation(into: ByteBuilder, conversation: Conversation): void {
  const { capture } = conversation;
  putNumber(into, conversation.stream);
  putText(into, conversation.transport);
  putEndpoint(into, conversation.client);
  putEndpoint(into, conversation.server);
  putText(into, conversation.interfaceName);
  putNumber(into, capture === null ? 0 : 1);
  if (capture !== null) putWholeMetadata(into, capture);
}

function readConversation(from: RecordReader): Conversation {
  return {
    stream: from.number(),
    transport: from.text() as Conversation['transport'],
    client: readEndpoint(from),
    server: readEndpoint(from),
    interfaceName: from.text(),
    capture: from.number() === 0 ? null : readMetadata(from),
  };
}

function putMessage(into: ByteBuilder, message: Message | null): void {
  if (message === null) {
    putNumber(into, NOTHING);
  } else if (message.kind === 'http') {
    putNumber(into, HTTP);
    putHttp(into, message);
  } else {
    putNumber(into, DIAMETER);
    putDiameter(into, message);
  }
}

function readMessage(from: RecordReader): Message | null {
  const kind = from.number();
  if (kind === NOTHING) return null;
  return kind === HTTP ? readHttp(from) : readDiameter(from);
}

function putHttp(into: ByteBuilder, message: HttpMessage): void {
  putTime(into, message.startTime);
  putTime(into, message.endTime);
  putText(into, message.version);
  putText(into, message.method);
  putText(into, message.target);
  putText(into, message.scheme);
  putText(into, message.authority);
  putNumber(into, message.status);
  putText(into, message.reason);
  putList(into, message.headers, putHeader);
  putList(into, message.trailers, putHeader);
  putBody(into, message.body);
  putNumber(into, message.complete ? 1 : 0);
}

function readHttp(from: RecordReader): HttpMessage {
  return {
    kind: 'http',
    startTime: from.time(),
    endTime: from.time(),
    version: from.text(),
    method: from.text(),
    target: from.text(),
    scheme: from.text(),
    authority: from.text(),
    status: from.number(),
    reason: from.text(),
    headers: from.list(readHeader),
    trailers: from.list(readHeader),
    body: readBody(from),
    complete: from.number() === 1,
  };
}

function putDiameter(into: ByteBuilder, message: DiameterMessage): void {
  putTime(into, message.startTime);
  putTime(into, message.endTime);
  putNumber(into, message.commandCode);
  putNumber(into, message.flags);
  putNumber(into, message.applicationId);
  putNumber(into, message.hopByHopId);
  putNumber(into, message.endToEndId);
  putText(into, message.sessionId);
  putNumber(into, message.resultCode);
  putNumber(into, message.experimentalVendorId);
  putText(into, message.originHost);
  putText(into, message.originRealm);
  putText(into, message.destinationHost);
  putText(into, message.destinationRealm);
  putNumber(into, message.ccRequestType);
  putBody(into, message.body);
  putNumber(into, message.complete ? 1 : 0);
}

function readDiameter(from: RecordReader): DiameterMessage {
  return {
    kind: 'diameter',
    startTime: from.time(),
    endTime: from.time(),
    commandCode: from.number(),
    flags: from.number(),
    applicationId: from.number(),
    hopByHopId: from.number(),
    endToEndId: from.number(),
    sessionId: from.text(),
    resultCode: from.number(),
    experimentalVendorId: from.number(),
    originHost: from.text(),
    originRealm: from.text(),
    destinationHost: from.text(),
    destinationRealm: from.text(),
    ccRequestType: from.number(),
    body: readBody(from),
    complete: from.number() === 1,
  };
}

function putHeader(into: ByteBuilder, { name, value, unknown }: Header): void {
  putText(into, name);
  putText(into, value);
  putNumber(into, unknown ? 1 : 0);
}

function readHeader(from: RecordReader): Header {
  const name = from.text();
  const value = from.text();
  return from.number() === 0 ? { name, value } : { name, value, unknown: true };
}

function putBody(into: ByteBuilder, body: Body): void {
  putNumber(into, body.stored);
  putNumber(into, body.length);
  putList(into, body.chunks, putChunk);
}

function readBody(from: RecordReader): Body {
  return { stored: from.number(), length: from.number(), chunks: from.list(readChunk) };
}

/** `lostBefore` is one more than it is, and 0 where it is absent. */
function putChunk(into: ByteBuilder, { time, offset, length, lostBefore }: BodyChunk): void {
  putTime(into, time);
  putNumber(into, offset);
  putNumber(into, length);
  putNumber(into, (lostBefore ?? -1) + 1);
}

function readChunk(from: RecordReader): BodyChunk {
  const chunk = { time: from.time(), offset: from.number(), length: from.number() };
  const lostBefore = from.number() - 1;
  return lostBefore < 0 ? chunk : { ...chunk, lostBefore };
}

function putProblem(into: ByteBuilder, { severity, code, text, range }: Problem): void {
  putText(into, severity);
  putText(into, code);
  putText(into, text);
  putNumber(into, range === undefined ? 0 : 1);
  if (range === undefined) return;
  putNumber(into, range[0]);
  putNumber(into, range[1]);
}

function readProblem(from: RecordReader): Problem {
  const problem = { severity: from.text() as Severity, code: from.text(), text: from.text() };
  return from.number() === 0 ? problem : { ...problem, range: [from.number(), from.number()] };
}
