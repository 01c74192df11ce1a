import { formatEndpoint } from '../../app/capture/endpoint-text.ts';
import type { PropertyTree } from './proxy-wasm/properties.ts';
import type { ProxyWasmVm } from './proxy-wasm/vm.ts';
import type { ExchangeOutcome, HttpTap, Tap, TappedConnection, TcpTap } from './tap.ts';

/** Shows what a sidecar sees to the capture filter in a VM, with the properties that Envoy would have. */
export function filterTap(vm: ProxyWasmVm): Tap {
  return {
    http(connection): HttpTap {
      let outcome: ExchangeOutcome | null = null;
      let answered = false;
      const stream = vm.httpStream({
        ...connectionProperties(connection),
        request: { protocol: connection.protocol.toUpperCase() },
        get upstream() {
          return answered ? { address: formatEndpoint(connection.upstream) } : undefined;
        },
        get response() {
          if (!outcome) return undefined;
          return { code_details: outcome.responseCodeDetails, flags: BigInt(outcome.responseFlags) };
        },
      });
      return {
        requestHeaders: (headers, end) => stream.requestHeaders(headers, end),
        requestBody: (bytes, end) => stream.requestBody(bytes, end),
        requestTrailers: (trailers) => stream.requestTrailers(trailers),
        responseHeaders: (headers, end) => {
          answered = true;
          stream.responseHeaders(headers, end);
        },
        responseBody: (bytes, end) => stream.responseBody(bytes, end),
        responseTrailers: (trailers) => stream.responseTrailers(trailers),
        done: (how) => {
          outcome = how;
          stream.done();
        },
      };
    },
    tcp(connection): TcpTap {
      return vm.tcpConnection({
        ...connectionProperties(connection),
        upstream: { address: formatEndpoint(connection.upstream) },
      });
    },
  };
}

/** `envoy.config.core.v3.TrafficDirection` */
const inbound = 1n;
const outbound = 2n;

function connectionProperties(connection: TappedConnection): PropertyTree {
  return {
    connection: { id: BigInt(connection.id) },
    source: { address: formatEndpoint(connection.source) },
    destination: { address: formatEndpoint(connection.destination), port: BigInt(connection.destination.port) },
    xds: {
      listener_direction: connection.role === 'consumer' ? outbound : inbound,
      cluster_name: connection.upstreamCluster,
    },
  };
}
