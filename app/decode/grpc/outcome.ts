import { fromBase64 } from '../../bytes/base64.ts';
import { decodePercent } from '../../bytes/percent.ts';
import type { HttpMessage } from '../../model/exchange.ts';
import { headerValue } from '../http/exchange.ts';
import { protobufJsonText } from '../protobuf/json-text.ts';
import type { ProtobufSchema } from '../protobuf/schema.ts';
import { DELIMITED, readWireFields } from '../protobuf/wire-reader.ts';
import { grpcStatusName, parseGrpcStatus } from './status-code.ts';

/** How a gRPC call ended, as its trailers (or the headers of an answer without messages) say. */
export interface GrpcOutcome {
  readonly code: number;
  /** `UNAVAILABLE`. */
  readonly name: string;
  /** grpc-message with its percent encoding undone, else the message inside of the details. */
  readonly message: string;
  /** What grpc-status-details-bin holds beside code and message: an error detail each, as JSON with its `@type`. */
  readonly details: readonly string[];
  /** What could not be read of the details; ''. */
  readonly problem: string;
}

/** Details that are read of one status, and characters of each. */
const MAX_DETAILS = 64;
const MAX_DETAIL_TEXT = 16_384;

/**
 * Reads how a call ended; null when the answer does not say. `schema` may know types of details that google.rpc does not have.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#responses
 */
export function grpcOutcome(answer: HttpMessage, schema: ProtobufSchema | null): GrpcOutcome | null {
  const field = (name: string) => headerValue(answer.trailers, name) || headerValue(answer.headers, name);
  const code = parseGrpcStatus(field('grpc-status'));
  if (code === null) return null;
  const { message, details, problem } = readDetails(field('grpc-status-details-bin'), schema);
  const ownMessage = decodePercent(field('grpc-message'));
  return { code, name: grpcStatusName(code), message: ownMessage || message, details, problem };
}

/** A google.rpc.Status. https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto */
function readDetails(value: string, schema: ProtobufSchema | null) {
  const nothing = { message: '', details: [] as string[], problem: '' };
  if (value === '') return nothing;
  const candidates = binaryValue(value).map((bytes) => readWireFields(bytes, MAX_DETAILS));
  const status = candidates.find(({ problem }) => problem === null) ?? candidates[0];
  if (status === undefined) return { ...nothing, problem: 'grpc-status-details-bin is not base64.' };
  const delimited = status.fields.filter(({ wireType }) => wireType === DELIMITED);
  const message = delimited.findLast(({ number }) => number === 2)?.bytes ?? new Uint8Array(0);
  return {
    message: new TextDecoder('utf-8', { ignoreBOM: true }).decode(message),
    details: delimited
      .filter(({ number }) => number === 3)
      .map((field) => protobufJsonText(field.bytes, 'google.protobuf.Any', schema, MAX_DETAIL_TEXT).text),
    problem: status.problem === null ? '' : `grpc-status-details-bin: ${status.problem.text}`,
  };
}

/**
 * What the bytes of a `-bin` field may be. Beside base64 there is "true binary": a zero octet, then the bytes as they are
 * (https://github.com/grpc/proposal/blob/master/G1-true-binary-metadata.md). A header's text was read as UTF-8 where it is
 * that, else as ISO 8859-1: which of the two is not known here.
 */
function binaryValue(value: string): Uint8Array[] {
  if (!value.startsWith('\0')) {
    const bytes = fromBase64(value);
    return bytes === null ? [] : [bytes];
  }
  const raw = value.slice(1);
  return [new TextEncoder().encode(raw), Uint8Array.from(raw, (character) => character.charCodeAt(0))];
}
