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

/** A google.rpc.Status in base64. https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto */
function readDetails(base64: string, schema: ProtobufSchema | null) {
  const nothing = { message: '', details: [] as string[], problem: '' };
  if (base64 === '') return nothing;
  const bytes = fromBase64(base64);
  if (bytes === null) return { ...nothing, problem: 'grpc-status-details-bin is not base64.' };
  const { fields, problem } = readWireFields(bytes, MAX_DETAILS);
  const delimited = fields.filter(({ wireType }) => wireType === DELIMITED);
  const message = delimited.findLast(({ number }) => number === 2)?.bytes ?? new Uint8Array(0);
  return {
    message: new TextDecoder('utf-8', { ignoreBOM: true }).decode(message),
    details: delimited
      .filter(({ number }) => number === 3)
      .map((field) => protobufJsonText(field.bytes, 'google.protobuf.Any', schema, MAX_DETAIL_TEXT).text),
    problem: problem === null ? '' : `grpc-status-details-bin: ${problem.text}`,
  };
}
