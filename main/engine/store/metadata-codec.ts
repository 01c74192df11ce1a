import type { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import type { CaptureMetadata } from '../../../app/capture/metadata.ts';
import { RecentMetadata } from '../../../app/capture/recent-metadata.ts';
import type { Endpoint } from '../../../app/model/endpoint.ts';
import { putList, putNumber, putText, type RecordReader } from './record-bytes.ts';

/** Which of the fields follow that may be absent. */
const UPSTREAM = 0x01;
const UPSTREAM_CLUSTER = 0x02;
const DETAILS = 0x04;
const FLAGS = 0x08;
const REDACTED = 0x10;
const CUT = 0x20;
const RESET = 0x40;
const LOST_PARTS = 0x80;

/** Writes a text of a record; texts that repeat may be written once each. */
export type PutText = (into: ByteBuilder, text: string) => void;
export type ReadText = (from: RecordReader) => string;

const readText: ReadText = (from) => from.text();

/** What `putMetadata` wrote in front of the id, and behind it. */
interface AroundId {
  readonly before: Uint8Array;
  readonly behind: Uint8Array;
}

const recent = new RecentMetadata<AroundId>();

/** Writes metadata with each text in full, which `readMetadata` reads. */
export function putWholeMetadata(into: ByteBuilder, metadata: CaptureMetadata): void {
  const around = recent.find(metadata);
  if (around !== undefined) {
    into.append(around.before);
    putText(into, metadata.id);
    into.append(around.behind);
    return;
  }
  const start = into.length;
  putNumber(into, presentIn(metadata));
  const before = into.bytes.slice(start, into.length);
  putText(into, metadata.id);
  const behind = into.length;
  putFieldsBehindId(into, metadata, putText);
  recent.remember(metadata, { before, behind: into.copy(behind) });
}

export function putMetadata(into: ByteBuilder, metadata: CaptureMetadata, put: PutText): void {
  putNumber(into, presentIn(metadata));
  put(into, metadata.id);
  putFieldsBehindId(into, metadata, put);
}

function presentIn(metadata: CaptureMetadata): number {
  const { upstream, upstreamCluster, responseCodeDetails, responseFlags, redacted, cut, lostParts } = metadata;
  return (
    (upstream === undefined ? 0 : UPSTREAM) |
    (upstreamCluster === undefined ? 0 : UPSTREAM_CLUSTER) |
    (responseCodeDetails === undefined ? 0 : DETAILS) |
    (responseFlags === undefined ? 0 : FLAGS) |
    (redacted === undefined ? 0 : REDACTED) |
    (cut === undefined ? 0 : CUT) |
    (metadata.reset === undefined ? 0 : RESET) |
    (lostParts === undefined ? 0 : LOST_PARTS)
  );
}

function putFieldsBehindId(into: ByteBuilder, metadata: CaptureMetadata, put: PutText): void {
  const { pod, upstream, upstreamCluster, responseCodeDetails, responseFlags, redacted, cut, lostParts } = metadata;
  put(into, metadata.role);
  put(into, pod.namespace);
  put(into, pod.pod);
  put(into, pod.service);
  put(into, pod.workload);
  put(into, pod.node);
  put(into, pod.serviceAccount);
  put(into, metadata.protocol);
  putEndpoint(into, metadata.source, put);
  putEndpoint(into, metadata.destination, put);
  put(into, metadata.connection);
  if (upstream !== undefined) putEndpoint(into, upstream, put);
  if (upstreamCluster !== undefined) put(into, upstreamCluster);
  if (responseCodeDetails !== undefined) put(into, responseCodeDetails);
  if (responseFlags !== undefined) put(into, responseFlags);
  if (redacted !== undefined) putList(into, redacted, put);
  if (cut !== undefined) {
    // One more than the length; 0 where that side was not cut.
    putNumber(into, (cut.request ?? -1) + 1);
    putNumber(into, (cut.answer ?? -1) + 1);
  }
  if (lostParts !== undefined) putNumber(into, lostParts);
}

/** @param text reads what `put` wrote */
export function readMetadata(from: RecordReader, text: ReadText = readText): CaptureMetadata {
  const present = from.number();
  return {
    version: 1,
    id: text(from),
    role: text(from) as CaptureMetadata['role'],
    pod: {
      namespace: text(from),
      pod: text(from),
      service: text(from),
      workload: text(from),
      node: text(from),
      serviceAccount: text(from),
    },
    protocol: text(from) as CaptureMetadata['protocol'],
    source: readEndpoint(from, text),
    destination: readEndpoint(from, text),
    connection: text(from),
    ...(present & UPSTREAM && { upstream: readEndpoint(from, text) }),
    ...(present & UPSTREAM_CLUSTER && { upstreamCluster: text(from) }),
    ...(present & DETAILS && { responseCodeDetails: text(from) }),
    ...(present & FLAGS && { responseFlags: text(from) }),
    ...(present & REDACTED && { redacted: from.list(text) }),
    ...(present & CUT && { cut: readCut(from) }),
    ...(present & RESET && { reset: true }),
    ...(present & LOST_PARTS && { lostParts: from.number() }),
  };
}

function readCut(from: RecordReader): NonNullable<CaptureMetadata['cut']> {
  const request = from.number() - 1;
  const answer = from.number() - 1;
  return { ...(request >= 0 && { request }), ...(answer >= 0 && { answer }) };
}

export function putEndpoint(into: ByteBuilder, { address, port }: Endpoint, put: PutText = putText): void {
  put(into, address);
  putNumber(into, port);
}

export function readEndpoint(from: RecordReader, text: ReadText = readText): Endpoint {
  return { address: text(from), port: from.number() };
}
