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

export function putMetadata(into: ByteBuilder, metadata: CaptureMetadata): void {
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
  putText(into, metadata.id);
  putText(into, metadata.role);
  putText(into, pod.namespace);
  putText(into, pod.pod);
  putText(into, pod.service);
  putText(into, pod.workload);
  putText(into, pod.node);
  putText(into, pod.serviceAccount);
  putText(into, metadata.protocol);
  putEndpoint(into, metadata.source);
  putEndpoint(into, metadata.destination);
  putText(into, metadata.connection);
  if (upstream !== undefined) putEndpoint(into, upstream);
  if (upstreamCluster !== undefined) putText(into, upstreamCluster);
  if (responseCodeDetails !== undefined) putText(into, responseCodeDetails);
  if (responseFlags !== undefined) putText(into, responseFlags);
  if (redacted !== undefined) putList(into, redacted, putText);
  if (cut !== undefined) {
    // One more than the length; 0 where that side was not cut.
    putNumber(into, (cut.request ?? -1) + 1);
    putNumber(into, (cut.answer ?? -1) + 1);
  }
  if (lostParts !== undefined) putNumber(into, lostParts);
}

export function readMetadata(from: RecordReader): CaptureMetadata {
  const present = from.number();
  return {
    version: 1,
    id: from.text(),
    role: from.text() as CaptureMetadata['role'],
    pod: {
      namespace: from.text(),
      pod: from.text(),
      service: from.text(),
      workload: from.text(),
      node: from.text(),
      serviceAccount: from.text(),
    },
    protocol: from.text() as CaptureMetadata['protocol'],
    source: readEndpoint(from),
    destination: readEndpoint(from),
    connection: from.text(),
    ...(present & UPSTREAM && { upstream: readEndpoint(from) }),
    ...(present & UPSTREAM_CLUSTER && { upstreamCluster: from.text() }),
    ...(present & DETAILS && { responseCodeDetails: from.text() }),
    ...(present & FLAGS && { responseFlags: from.text() }),
    ...(present & REDACTED && { redacted: from.list((reader) => reader.text()) }),
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

export function putEndpoint(into: ByteBuilder, { address, port }: Endpoint): void {
  putText(into, address);
  putNumber(into, port);
}

export function readEndpoint(from: RecordReader): Endpoint {
  return { address: from.text(), port: from.number() };
}
