import type { FlowRow } from '../../../app/api/types.ts';
import type { Protocol } from '../../../app/model/exchange.ts';
import type { Party, Status } from '../../../app/model/flow.ts';

/** Flows that are made of their number alone, so that a session of a million of them costs no memory. */
export const beginning = Date.UTC(2026, 10, 22, 14, 7, 52);

interface Kind {
  readonly protocol: Protocol;
  readonly source: string;
  readonly destination: string;
  readonly method: string;
  readonly target: string;
  readonly host: string;
  readonly status: Status | null;
  readonly duration: number | null;
  readonly sizes: readonly [number, number];
}

function status(kind: Status['kind'], code: number, text = String(code)): Status {
  const error = kind === 'http' ? code >= 500 : kind === 'grpc' ? code !== 0 : code >= 3000;
  return { kind, code, text, error };
}

const kinds: readonly Kind[] = [
  http('HTTP/1.1', 'shop/frontend', 'shop/catalog', 'GET', '/products?limit=20', 200, 4.1, [0, 18_200]),
  grpc('shop/frontend', 'shop/cart', 'hipstershop.CartService/GetCart', [0, 'OK'], 1.9, [42, 370]),
  grpc('shop/checkout', 'shop/payments', 'hipstershop.PaymentService/Charge', [0, 'OK'], 38.4, [380, 720]),
  diameter('epc/pcef', 'epc/ocs', 'CCR-U', 'Gy · pcef.epc;1876543210;7', 2001, 12.7, [620, 580]),
  http('HTTP/2', 'shop/frontend', 'shop/recommend', 'GET', '/v2/recommendations?user=4711', 200, 22, [0, 6_300]),
  grpc('shop/checkout', 'shop/shipping', 'hipstershop.ShippingService/ShipOrder', [14, 'UNAVAILABLE'], 1_003, [96, 0]),
  http('HTTP/1.1', 'shop/checkout', 'shop/email', 'POST', '/v1/confirmations', 503, 3_020, [120, 94]),
  diameter('epc/pcrf', 'epc/pcef', 'RAR', 'Gx · pcrf.epc;99812;2', 2001, 6.2, [330, 310]),
  grpc('shop/frontend', 'shop/catalog', 'hipstershop.ProductCatalog/Watch', null, null, [64, 30_900]),
  http('HTTP/1.1', 'shop/frontend', 'shop/catalog', 'GET', '/products/OLJCESPC7Z', 200, 3.3, [0, 1_900]),
  diameter('epc/pcef', 'epc/ocs', 'CCR-U', 'Gy · pcef.epc;1876543211;3', 4012, 9.9, [600, 388]),
  http('HTTP/1.1', 'shop/frontend', 'shop/catalog', 'GET', '/static/img/watch.jpg', 200, 7, [0, 84_600]),
  http('HTTP/1.1', 'shop/frontend', 'shop/checkout', 'POST', '/api/checkout', 500, 4_310, [412, 100]),
];

/** The flow with this number: always the same one. */
export function madeUpFlow(id: number): FlowRow {
  const kind = kinds[(id * 7 + Math.floor(id / 13)) % kinds.length]!;
  const jitter = 1 + ((id * 2654435761) % 1000) / 2000;
  const open = kind.status === null && kind.duration === null;
  const cut = kind.target.endsWith('.jpg');
  return {
    id,
    protocol: kind.protocol,
    time: beginning + id * 11.37,
    duration: kind.duration === null ? null : kind.duration * jitter,
    source: party(kind.source, id, 40_000 + (id % 20_000)),
    destination: party(kind.destination, id >> 3, kind.protocol === 'Diameter' ? 3868 : 8080),
    method: kind.method,
    target: kind.target,
    host: kind.host,
    status: kind.status,
    state: open ? 'open' : 'complete',
    requestSize: kind.sizes[0],
    answerSize: Math.round(kind.sizes[1] * jitter),
    messageCount: kind.protocol === 'gRPC' ? [1, open ? 48 : 1] : [0, 0],
    cut,
    lossy: id % 997 === 996,
    vantage: id % 5 === 4 ? 'consumer' : 'both',
    severity: cut ? 'note' : kind.status?.error ? 'warning' : null,
    answered: !open,
    transport: 'tcp',
    stream: id,
    sessionId: kind.protocol === 'Diameter' ? (kind.target.split(' · ')[1] ?? '') : '',
    requestId: `9f1c2a70-6f0d-4b55-8000-${id.toString(16).padStart(12, '0')}`,
    traceId: '',
  };
}

function http(
  protocol: Protocol,
  source: string,
  destination: string,
  method: string,
  target: string,
  code: number,
  duration: number,
  sizes: [number, number],
): Kind {
  const host = destination.split('/')[1] ?? '';
  return { protocol, source, destination, method, target, host, status: status('http', code), duration, sizes };
}

function grpc(
  source: string,
  destination: string,
  target: string,
  result: [number, string] | null,
  duration: number | null,
  sizes: [number, number],
): Kind {
  const host = destination.split('/')[1] ?? '';
  const method = target.split('/')[1] ?? '';
  return {
    protocol: 'gRPC',
    source,
    destination,
    method,
    target,
    host,
    status: result && status('grpc', result[0], result[1]),
    duration,
    sizes,
  };
}

function diameter(
  source: string,
  destination: string,
  method: string,
  target: string,
  code: number,
  duration: number,
  sizes: [number, number],
): Kind {
  const host = 'epc.mnc001.mcc262.3gppnetwork.org';
  return {
    protocol: 'Diameter',
    source,
    destination,
    method,
    target,
    host,
    status: status('diameter', code),
    duration,
    sizes,
  };
}

function party(name: string, seed: number, port: number): Party {
  const [namespace = '', workload = ''] = name.split('/');
  const suffix =
    namespace === 'epc'
      ? String(seed % 2)
      : ['7d9f86c5b4-x2k8p', '5c44d9f7b6-9hqwz', '66b8f5c97d-4mtlv', '84c6b77d5f-c6rjn'][seed % 4];
  return {
    namespace,
    pod: `${workload}-${suffix}`,
    service: workload,
    workload,
    node: `node-${seed % 9}`,
    serviceAccount: workload,
    address: `10.42.${workload.length}.${1 + (seed % 4)}`,
    port,
  };
}
