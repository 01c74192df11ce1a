import type { HttpMessage } from '../model/exchange.ts';
import { defineField, type FilterField } from './field.ts';
import {
  coded,
  GRPC,
  HTTP,
  HTTP2,
  headerFields,
  headersOf,
  httpMessageValues,
  numeric,
  PLAIN_HTTP,
  presence,
  WEBSOCKET,
} from './field-source.ts';
import { HTTP_HEADER_FIELDS, HTTP2_HEADER_FIELDS } from './fields-header.ts';

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

/** A host as it was sent, with its port: what a filter with a port in it is compared with. */
function authorityAsSent(protocols: ReadonlySet<string>) {
  return [httpMessageValues('request', protocols, ({ authority }) => authority)];
}

/** A target may have all of it (RFC 9112 section 3.2.2), or be a host alone, for CONNECT, or an asterisk. */
function fullUri({ scheme, authority, target }: HttpMessage): string | undefined {
  if (!target.startsWith('/')) return target.includes('://') ? target : undefined;
  return authority === '' ? undefined : `${scheme || 'http'}://${authority}${target}`;
}

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
  defineField(
    'http.request',
    'presence',
    'The request was seen.',
    [coded('method', (method) => (method === '' ? undefined : 1), HTTP)],
    { wireshark: ['http.request', 'http2.headers.method'], side: 'request' },
  ),
  defineField(
    'http.response',
    'presence',
    'An answer was seen.',
    [
      numeric(
        ({ answered }) =>
          (id) =>
            answered(id) || Number.NaN,
        HTTP,
      ),
    ],
    { wireshark: ['http.response', 'http2.headers.status'], side: 'answer' },
  ),
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
  defineField(
    'http.request.full_uri',
    'string',
    'Scheme, host, path and query: "http://cart:8080/items?page=2".',
    [httpMessageValues('request', HTTP, fullUri)],
    { wireshark: ['http.request.full_uri', 'http2.request.full_uri'], side: 'request' },
  ),
  defineField(
    'http.host',
    'string',
    'Requested host, without its port; with its port when the value that it is compared with ends with one ("cart:8080").',
    [coded('host', (host) => host, HTTP)],
    { withPort: authorityAsSent(HTTP) },
  ),
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
    'http.response.phrase',
    'string',
    'Reason phrase of the answer; HTTP/2 has none.',
    [httpMessageValues('answer', PLAIN_HTTP, ({ reason }) => reason)],
    { wireshark: ['http.response.phrase'], side: 'answer' },
  ),
  defineField(
    'http.time',
    'duration',
    'Duration of the call; a plain number is seconds, as in Wireshark.',
    [numeric((columns) => columns.duration, HTTP)],
    { unit: 1000 },
  ),
  ...HTTP_HEADER_FIELDS,
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
  defineField(
    'http2.headers.authority',
    'string',
    'Host of an HTTP/2 request, as http.host.',
    [coded('host', (host) => host, HTTP2)],
    { withPort: authorityAsSent(HTTP2) },
  ),
  defineField('http2.header.name', 'string', 'Names of header and trailer fields of HTTP/2, of either side.', [
    headersOf(HTTP2, ({ name }) => name),
  ]),
  defineField('http2.header.value', 'string', 'Values of header and trailer fields of HTTP/2, of either side.', [
    headersOf(HTTP2, ({ value }) => value),
  ]),
  ...HTTP2_HEADER_FIELDS,
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
