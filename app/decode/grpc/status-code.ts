/** Names of the gRPC status codes by number. https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
] as const;

/** The name of a status code; the number itself where it has none. */
export function grpcStatusName(code: number): string {
  return NAMES[code] ?? String(code);
}

/** The code that a grpc-status field says; null when it says none. */
export function parseGrpcStatus(value: string): number | null {
  return /^\d{1,9}$/.test(value) ? Number(value) : null;
}
