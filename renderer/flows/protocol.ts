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
  if (flow.status.error) return 'is-error';
  return flow.status.kind === 'http' && flow.status.code >= 400 ? 'is-warning' : 'is-ok';
}
