import fc from 'fast-check';
import type { FieldReference, FilterNode, Literal, Operator } from '../../app/filter/syntax.ts';
import type { DiameterSummary, FlowSummary, Party, Status } from '../../app/model/flow.ts';

const range = [0, 0] as const;

/** Few values for everything, so that filters hit. */
const party: fc.Arbitrary<Party> = fc.record({
  namespace: fc.constantFrom('', 'shop', 'epc'),
  pod: fc.constantFrom('', 'cart-1', 'cart-2', 'web-1'),
  service: fc.constantFrom('', 'cart', 'web'),
  workload: fc.constantFrom('', 'cart'),
  node: fc.constantFrom('', 'node-1'),
  serviceAccount: fc.constant(''),
  address: fc.constantFrom('10.42.0.7', '10.42.1.8', '192.168.0.1', 'fd00::7'),
  port: fc.constantFrom(80, 8080, 3868, 40000),
});

const statuses: Readonly<Record<'http' | 'grpc' | 'diameter', fc.Arbitrary<Status | null>>> = {
  http: fc.constantFrom(null, ...[200, 404, 503].map((code) => status('http', code, String(code), code >= 500))),
  grpc: fc.constantFrom(null, status('grpc', 0, 'OK', false), status('grpc', 14, 'UNAVAILABLE', true)),
  diameter: fc.constantFrom(
    null,
    status('diameter', 2001, '2001', false),
    status('diameter-experimental', 5030, '5030', true),
  ),
};

function status(kind: Status['kind'], code: number, text: string, error: boolean): Status {
  return { kind, code, text, error };
}

const diameter: fc.Arbitrary<DiameterSummary> = fc.record({
  commandCode: fc.constantFrom(272, 258),
  applicationId: fc.constantFrom(4, 16777238),
  originHost: fc.constantFrom('', 'pcef.epc', 'ocs.epc'),
  originRealm: fc.constant('epc'),
  destinationHost: fc.constant(''),
  destinationRealm: fc.constant('epc'),
});

const common = {
  time: fc.constantFrom(0, 1000.25, 2000, 3000),
  duration: fc.constantFrom(null, 0, 1, 250.5),
  source: party,
  destination: party,
  state: fc.constantFrom('open', 'complete', 'reset', 'unanswered'),
  requestSize: fc.constantFrom(0, 10),
  answerSize: fc.constantFrom(0, 90, 5e9),
  cut: fc.boolean(),
  lossy: fc.boolean(),
  vantage: fc.constantFrom('consumer', 'both', 'wire'),
  severity: fc.constantFrom(null, 'note', 'error'),
  answered: fc.boolean(),
  transport: fc.constantFrom('tcp', 'sctp', 'exported-pdu'),
  stream: fc.constantFrom(0, 1, 2),
  requestId: fc.constantFrom('', 'request-1', 'request-2'),
  traceId: fc.constantFrom('', 'trace-1'),
} as const;

const http = fc.record({
  ...common,
  protocol: fc.constantFrom('HTTP/1.1', 'HTTP/2', 'WebSocket'),
  method: fc.constantFrom('GET', 'POST', ''),
  target: fc.constantFrom('/cart', '/cart?item=1', '/näh/🧵', ''),
  host: fc.constantFrom('', 'shop', 'Shop.example'),
  status: statuses.http,
  messageCount: fc.constant([0, 0] as const),
  sessionId: fc.constant(''),
});

const grpc = fc.record({
  ...common,
  protocol: fc.constantFrom('gRPC', 'gRPC-Web'),
  method: fc.constantFrom('Place', 'Get'),
  target: fc.constantFrom('shop.Cart/Place', 'shop.Cart/Get', 'Odd'),
  host: fc.constant('shop'),
  status: statuses.grpc,
  messageCount: fc.constantFrom([1, 1] as const, [0, 7] as const),
  streamId: fc.constantFrom(1, 3),
  sessionId: fc.constant(''),
});

const diameterFlow = fc.record({
  ...common,
  protocol: fc.constant('Diameter'),
  method: fc.constantFrom('CCR-U', 'AAR'),
  target: fc.constantFrom('Gx · session;1', 'Gx · session;2'),
  host: fc.constant('epc'),
  status: statuses.diameter,
  messageCount: fc.constant([0, 0] as const),
  diameter,
  sessionId: fc.constantFrom('session;1', 'session;2'),
});

/** A flow of any protocol. */
export const flowSummary = fc.oneof(http, grpc, diameterFlow) as fc.Arbitrary<FlowSummary>;

function literal(text: string, form: Literal['form']): Literal {
  return { text, form, range };
}

function reference(name: string): FieldReference {
  return { name, key: null, function: null, range };
}

const ORDER: readonly Operator[] = ['==', '!=', '===', '!==', '>', '<', '>=', '<='];

/** Fields with values worth comparing them with. */
const TEXT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  'http.request.method': ['GET', 'POST'],
  'http.request.uri': ['/cart', '/shop.Cart/Get', 'item', 'ä', '🧵'],
  'http.request.uri.path': ['/cart'],
  'http.host': ['shop', 'Shop.example'],
  'grpc.service': ['shop.Cart'],
  'diameter.Session-Id': ['session;1'],
  'diameter.Origin-Host': ['pcef.epc'],
  'k8s.pod': ['cart-1', 'cart'],
  'k8s.src.service': ['cart', 'web'],
  'k8s.namespace': ['shop'],
  'flow.state': ['open'],
  'flow.severity': ['error'],
  'flow.method': ['CCR-U', 'GET'],
  'flow.trace_id': ['trace-1'],
};
const NUMBER_FIELDS: Readonly<Record<string, readonly number[]>> = {
  'http.response.code': [200, 500],
  'http2.streamid': [1],
  'grpc.status_code': [0, 14],
  'diameter.cmd.code': [272],
  'diameter.Result-Code': [2001],
  'tcp.port': [80, 8080],
  'tcp.dstport': [8080],
  'tcp.stream': [1],
  'flow.duration': [0, 250.5],
  'flow.size': [0, 100],
};
const PATTERNS = ['^/cart$', 'c.r', '[ab]|2$', '(shop|web)', '\\d+', '^(?:a|s)', 'x?y*'];

function pairs<Value>(table: Readonly<Record<string, readonly Value[]>>): [string, Value][] {
  return Object.entries(table).flatMap(([name, values]) => values.map((value): [string, Value] => [name, value]));
}

const textTest = fc
  .tuple(
    fc.constantFrom(...pairs(TEXT_FIELDS)),
    fc.constantFrom<Operator>(...ORDER, 'contains'),
    fc.constantFrom('string', 'raw'),
  )
  .map(
    ([[name, value], operator, form]): FilterNode => ({
      kind: 'compare',
      field: reference(name),
      operator,
      value: literal(value, form as Literal['form']),
      range,
    }),
  );

const patternTest = fc.tuple(fc.constantFrom(...Object.keys(TEXT_FIELDS)), fc.constantFrom(...PATTERNS)).map(
  ([name, pattern]): FilterNode => ({
    kind: 'compare',
    field: reference(name),
    operator: 'matches',
    value: literal(pattern, 'string'),
    range,
  }),
);

const numberTest = fc.tuple(fc.constantFrom(...pairs(NUMBER_FIELDS)), fc.constantFrom(...ORDER)).map(
  ([[name, value], operator]): FilterNode => ({
    kind: 'compare',
    field: reference(name),
    operator,
    value: literal(String(value), 'word'),
    range,
  }),
);

const addressTest = fc
  .tuple(
    fc.constantFrom('ip.addr', 'ip.src'),
    fc.constantFrom(...ORDER.slice(0, 4)),
    fc.constantFrom('10.42.0.7', '10.42.0.0/16', '192.168.0.1'),
  )
  .map(
    ([name, operator, value]): FilterNode => ({
      kind: 'compare',
      field: reference(name),
      operator,
      value: literal(value, 'word'),
      range,
    }),
  );

const membership = fc.tuple(fc.constantFrom(...pairs(NUMBER_FIELDS)), fc.boolean()).map(
  ([[name, value], isRange]): FilterNode => ({
    kind: 'in',
    field: reference(name),
    items: [
      { from: literal(String(value), 'word'), to: isRange ? literal(String(value + 100), 'word') : null },
      { from: literal('3868', 'word'), to: null },
    ],
    range,
  }),
);

const present = fc
  .constantFrom('http', 'http2', 'grpc', 'diameter', 'flow.error', 'flow.cut', 'http.host', 'k8s.pod', 'flow.duration')
  .map((name): FilterNode => ({ kind: 'present', field: reference(name), range }));

const search = fc
  .constantFrom('cart', 'SHOP', 'unavail', '10.42', 'session;1', 'ÄH', 'a b', '200', 'in', 'http', 'say "hi"\\\n')
  .map((text): FilterNode => ({ kind: 'search', text, range }));

/** A filter as a tree, with places that mean nothing. */
export const filterNode: fc.Arbitrary<FilterNode> = fc.letrec<{ node: FilterNode }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(textTest, patternTest, numberTest, addressTest, membership, present, search),
    fc.record({ kind: fc.constant('not' as const), operand: tie('node'), range: fc.constant(range) }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const, 'xor' as const),
      left: tie('node'),
      right: tie('node'),
      range: fc.constant(range),
    }),
  ),
})).node;
