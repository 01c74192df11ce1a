import type { FlowSummary } from '../../app/model/flow.ts';

/** The class that gives a protocol its colour; its name always stands beside it. */
export function protocolClass(protocol: FlowSummary['protocol']): 'http1' | 'http2' | 'grpc' | 'diameter' {
  if (protocol === 'Diameter') return 'diameter';
  if (protocol === 'gRPC' || protocol === 'gRPC-Web') return 'grpc';
  return protocol === 'HTTP/2' ? 'http2' : 'http1';
}

/** The class that gives a status its colour. */
export function statusClass(
  flow: Pick<FlowSummary, 'status' | 'state'>,
): 'is-ok' | 'is-error' | 'is-warning' | 'muted' {
  if (!flow.status) return flow.state === 'open' ? 'is-warning' : 'is-error';
  const { kind, code, error } = flow.status;
  if (error) return 'is-error';
  // A call of gRPC that was given up is no error, and no success either.
  return kind === 'http'
    ? code >= 400
      ? 'is-warning'
      : 'is-ok'
    : kind === 'grpc' && code !== 0
      ? 'is-warning'
      : 'is-ok';
}
