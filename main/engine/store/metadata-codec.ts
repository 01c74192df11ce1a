import type { ByteBuilder } from '../../../app/bytes/byte-builder.ts';
import type { CaptureMetadata } from '../../../app/capture/metadata.ts';
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

/** @param put writes a text; who has texts that come again may write them once */
export function putMetadata(
  into: ByteBuilder,
  metadata: CaptureMetadata,
  put = (text: string) => putText(into, text),
): void {
  const { pod, upstream, upstreamCluster, responseCodeDetails, responseFlags, redacted, cut, lostParts } = metadata;
  putNumber(
    into,
    (upstream === undefined ? 0 : UPSTREAM) |
      (upstreamCluster === undefined ? 0 : UPSTREAM_CLUSTER) |
      (responseCodeDetails === undefined ? 0 : DETAILS) |
      (responseFlags === undefined ? 0 : FLAGS) |
      (redacted === undefined ? 0 : REDACTED) |
      (cut === undefined ? 0 : CUT) |
      (metadata.reset === undefined ? 0 : RESET) |
      (lostParts === undefined ? 0 : LOST_PARTS),
  );
  put(metadata.id);
  put(metadata.role);
  put(pod.namespace);
  put(pod.pod);
  put(pod.service);
  put(pod.workload);
  put(pod.node);
  put(pod.serviceAccount);
  put(metadata.protocol);
  putEndpoint(into, metadata.source, put);
  putEndpoint(into, metadata.destination, put);
  put(metadata.connection);
  if (upstream !== undefined) putEndpoint(into, upstream, put);
  if (upstreamCluster !== undefined) put(upstreamCluster);
  if (responseCodeDetails !== undefined) put(responseCodeDetails);
  if (responseFlags !== undefined) put(responseFlags);
  if (redacted !== undefined) putList(into, redacted, (_, name) => put(name));
  if (cut !== undefined) {
    // One more than the length; 0 where that side was not cut.
    putNumber(into, (cut.request ?? -1) + 1);
    putNumber(into, (cut.answer ?? -1) + 1);
  }
  if (lostParts !== undefined) putNumber(into, lostParts);
}

/** @param text reads what `put` wrote */
export function readMetadata(from: RecordReader, text = () => from.text()): CaptureMetadata {
  const present = from.number();
  return {
    version: 1,
    id: text(),
    role: text() as CaptureMetadata['role'],
    pod: {
      namespace: text(),
      pod: text(),
      service: text(),
      workload: text(),
      node: text(),
      serviceAccount: text(),
    },
    protocol: text() as CaptureMetadata['protocol'],
    source: readEndpoint(from, text),
    destination: readEndpoint(from, text),
    connection: text(),
    ...(present & UPSTREAM && { upstream: readEndpoint(from, text) }),
    ...(present & UPSTREAM_CLUSTER && { upstreamCluster: text() }),
    ...(present & DETAILS && { responseCodeDetails: text() }),
    ...(present & FLAGS && { responseFlags: text() }),
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

export function putEndpoint(
  into: ByteBuilder,
  { address, port }: Endpoint,
  put = (text: string) => putText(into, text),
): void {
  put(address);
  putNumber(into, port);
}

export function readEndpoint(from: RecordReader, text = () => from.text()): Endpoint {
  return { address: text(), port: from.number() };
}
