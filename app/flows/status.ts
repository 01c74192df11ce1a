import { grpcStatusName, parseGrpcStatus } from '../decode/grpc/status-code.ts';
import type { Exchange, Header, HttpMessage } from '../model/exchange.ts';
import type { Status } from '../model/flow.ts';

/** The first value of a header field, or ''. `name` in lower case. */
export function headerValue(headers: readonly Header[], name: string): string {
  for (const header of headers) {
    if (header.name.length === name.length && header.name.toLowerCase() === name) return header.value;
  }
  return '';
}

/** A field of the trailers, or of the headers where there are no trailers (gRPC: Trailers-Only). */
export function closingValue(answer: HttpMessage, name: string): string {
  return headerValue(answer.trailers, name) || headerValue(answer.headers, name);
}

function grpcStatus(answer: HttpMessage): Status | null {
  const code = parseGrpcStatus(closingValue(answer, 'grpc-status'));
  return code === null ? null : { kind: 'grpc', code, text: grpcStatusName(code), error: code !== 0 };
}

/** What both ends make of a call that the client cancels. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md#errors */
const cancelledStatus: Status = { kind: 'grpc', code: 1, text: grpcStatusName(1), error: false };

/** The outcome of an exchange in the one typed column; null while it is not known. */
export function statusOf(exchange: Exchange): Status | null {
  const answer = exchange.answer;
  const cancelled = exchange.cancelled && exchange.protocol === 'gRPC' ? cancelledStatus : null;
  if (answer === null) return cancelled;
  if (answer.kind === 'diameter') {
    const code = answer.resultCode;
    if (code === 0) return null;
    const kind = answer.experimentalVendorId === 0 ? 'diameter' : 'diameter-experimental';
    return { kind, code, text: String(code), error: code >= 3000 };
  }
  if (exchange.protocol === 'gRPC' || exchange.protocol === 'gRPC-Web') {
    const status = grpcStatus(answer);
    if (status !== null) return status;
    // A proxy's or server's plain HTTP error is the outcome; a 200 without grpc-status is not known yet.
    if (answer.status === 200) return cancelled;
  }
  if (answer.status === 0) return cancelled;
  return { kind: 'http', code: answer.status, text: String(answer.status), error: answer.status >= 500 };
}
