import { defineField, type FilterField } from './field.ts';
import {
  coded,
  GRPC,
  HTTP,
  headerFields,
  headerValuesAs,
  numeric,
  PLAIN_HTTP,
  presence,
  WEBSOCKET,
} from './field-source.ts';

/** The target of a flow as a request line has it; gRPC flows show it without the leading slash. */
function requestTarget(read: (target: string) => string | undefined) {
  return [coded('target', read, PLAIN_HTTP), coded('target', (target) => read(`/${target}`), GRPC)];
}

function requestMethod(protocols: ReadonlySet<string>) {
  return [
    coded('method', (method) => method, intersection(PLAIN_HTTP, protocols)),
    // gRPC over HTTP/2 always uses POST: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
    coded('protocol', (protocol) => (protocols.has(protocol) ? 'POST' : undefined), GRPC),
  ];
}

function intersection(left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...left].filter((name) => right.has(name)));
}

function httpStatus(protocols: ReadonlySet<string>) {
  return [coded('status', (status) => (status?.kind === 'http' ? status.code : undefined), protocols)];
}

/** A header value that is a number; '' and lists are none. */
function wholeNumber(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

const HTTP2: ReadonlySet<string> = new Set(['HTTP/2', 'gRPC', 'gRPC-Web']);
const path = (target: string) => target.split('?', 1)[0];
const query = (target: string) => (target.includes('?') ? target.slice(target.indexOf('?') + 1) : undefined);
const http2Target = [
  coded('target', (target) => target, new Set(['HTTP/2'])),
  coded('target', (target) => `/${target}`, GRPC),
];

const HTTP_FIELDS: readonly FilterField[] = [
  defineField('http', 'protocol', 'HTTP of any version, including gRPC and WebSocket.', presence(HTTP), {
    wireshark: ['http', 'http2'],
  }),
  defineField('http.request.method', 'string', 'Method of the request; POST for gRPC.', requestMethod(HTTP), {
    wireshark: ['http.request.method', 'http2.headers.method'],
    side: 'request',
  }),
  defineField(
    'http.request.uri',
    'string',
    'Path and query as sent.',
    requestTarget((target) => target),
    {
      wireshark: ['http.request.uri', 'http2.headers.path'],
      side: 'request',
    },
  ),
  defineField('http.request.uri.path', 'string', 'Path without the query.', requestTarget(path), { side: 'request' }),
  defineField('http.request.uri.query', 'string', 'Query without the question mark.', requestTarget(query), {
    side: 'request',
  }),
  defineField(
    'http.request.version',
    'string',
    'HTTP/1.0 or HTTP/1.1.',
    [coded('protocol', (protocol) => (protocol.startsWith('HTTP/1.') ? protocol : undefined), PLAIN_HTTP)],
    { wireshark: ['http.request.version'], side: 'request' },
  ),
  defineField('http.host', 'string', 'Requested host, without its port.', [coded('host', (host) => host, HTTP)]),
  defineField(
    'http.response.code',
    'number',
    'Status code; gRPC calls have grpc.status_code instead.',
    httpStatus(HTTP),
    {
      wireshark: ['http.response.code', 'http2.headers.status'],
      side: 'answer',
    },
  ),
  defineField(
    'http.time',
    'duration',
    'Duration of the call; a plain number is seconds, as in Wireshark.',
    [numeric((columns) => columns.duration, HTTP)],
    { unit: 1000 },
  ),
  ...(
    [
      ['http.user_agent', 'user-agent', 'request'],
      ['http.referer', 'referer', 'request'],
      ['http.cookie', 'cookie', 'request'],
      ['http.authorization', 'authorization', 'request'],
      ['http.x_forwarded_for', 'x-forwarded-for', 'request'],
      ['http.server', 'server', 'answer'],
      ['http.location', 'location', 'answer'],
    ] as const
  ).map(([name, header, side]) =>
    defineField(name, 'string', `Header field ${header} of the ${side}.`, headerFields(header, side), {
      wireshark: header === 'x-forwarded-for' ? [name] : [name, `http2.headers.${header.replaceAll('-', '_')}`],
      side,
    }),
  ),
  defineField(
    'http.content_type',
    'string',
    'Header field content-type of either side.',
    headerFields('content-type', 'request', 'answer'),
    {
      wireshark: ['http.content_type', 'http2.headers.content_type'],
    },
  ),
  defineField(
    'http.content_length',
    'number',
    'Header field content-length of either side. The true lengths are flow.request.size and flow.response.size.',
    [headerValuesAs('content-length', ['request', 'answer'], HTTP, wholeNumber)],
    { wireshark: ['http.content_length', 'http2.headers.content_length'] },
  ),
  defineField(
    'http.file_data',
    'string',
    'Bodies of both sides as text: the first MiB of each, without undoing gzip or other content codings.',
    [{ kind: 'detail', protocols: HTTP, values: (details, id) => details.bodies(id) }],
  ),
  defineField(
    'http.header',
    'string',
    'Any header or trailer field of either side, by its name in brackets.',
    headerFields(null, 'request', 'answer'),
    { keyed: true },
  ),
  defineField(
    'http.request.header',
    'string',
    'A header or trailer field of the request, by its name in brackets.',
    headerFields(null, 'request'),
    { keyed: true },
  ),
  defineField(
    'http.response.header',
    'string',
    'A header or trailer field of the answer, by its name in brackets.',
    headerFields(null, 'answer'),
    { keyed: true },
  ),
];

const HTTP2_FIELDS: readonly FilterField[] = [
  defineField('http2', 'protocol', 'HTTP/2, including gRPC.', presence(HTTP2), { wireshark: ['http2'] }),
  defineField('http2.streamid', 'number', 'Stream identifier.', [numeric((columns) => columns.streamId, HTTP2)], {
    wireshark: ['http2.streamid'],
  }),
  defineField('http2.headers.method', 'string', 'Method of an HTTP/2 request.', requestMethod(HTTP2), {
    wireshark: ['http2.headers.method'],
    side: 'request',
  }),
  defineField('http2.headers.path', 'string', 'Path and query of an HTTP/2 request.', http2Target, {
    wireshark: ['http2.headers.path'],
    side: 'request',
  }),
  defineField('http2.headers.authority', 'string', 'Host of an HTTP/2 request, without its port.', [
    coded('host', (host) => host, HTTP2),
  ]),
  ...(
    [
      ['user_agent', 'user-agent', 'request'],
      ['referer', 'referer', 'request'],
      ['cookie', 'cookie', 'request'],
      ['authorization', 'authorization', 'request'],
      ['server', 'server', 'answer'],
      ['location', 'location', 'answer'],
    ] as const
  ).map(([name, header, side]) =>
    defineField(
      `http2.headers.${name}`,
      'string',
      `Header field ${header} of an HTTP/2 ${side}.`,
      [headerValuesAs(header, [side], HTTP2)],
      { wireshark: [`http2.headers.${name}`], side },
    ),
  ),
  defineField(
    'http2.headers.content_type',
    'string',
    'Header field content-type of HTTP/2, of either side.',
    [headerValuesAs('content-type', ['request', 'answer'], HTTP2)],
    { wireshark: ['http2.headers.content_type'] },
  ),
  defineField('http2.headers.status', 'number', 'Status code of an HTTP/2 answer; not of gRPC.', httpStatus(HTTP2), {
    wireshark: ['http2.headers.status'],
    side: 'answer',
  }),
];

const GRPC_FIELDS: readonly FilterField[] = [
  defineField('grpc', 'protocol', 'gRPC and gRPC-Web calls.', presence(GRPC), { wireshark: ['grpc'] }),
  defineField('grpc.status_code', 'number', 'Number of the grpc-status: 14 for UNAVAILABLE.', [
    coded('status', (status) => (status?.kind === 'grpc' ? status.code : undefined)),
  ]),
  defineField('grpc.status', 'string', 'Name of the grpc-status: "UNAVAILABLE".', [
    coded('status', (status) => (status?.kind === 'grpc' ? status.text : undefined)),
  ]),
  defineField('grpc.service', 'string', 'Service with its package: "shop.Checkout".', [
    coded('target', (target) => target.slice(0, Math.max(0, target.lastIndexOf('/'))), GRPC),
  ]),
  defineField('grpc.method', 'string', 'Method of the service: "PlaceOrder".', [
    coded('target', (target) => target.slice(target.lastIndexOf('/') + 1), GRPC),
  ]),
  defineField('websocket', 'protocol', 'WebSocket connections.', presence(WEBSOCKET), { wireshark: ['websocket'] }),
];

/** Fields of HTTP, gRPC and WebSocket. */
export const HTTP_CALL_FIELDS: readonly FilterField[] = [...HTTP_FIELDS, ...HTTP2_FIELDS, ...GRPC_FIELDS];
