import { fromBase64 } from '../../bytes/base64.ts';
import type { CaptureEvent } from '../../capture/document.ts';
import type { CapturedProtocol } from '../../capture/metadata.ts';
import type { PodIdentity } from '../../model/endpoint.ts';
import type { Nanoseconds } from '../../model/exchange.ts';

/** A HAR entry as events of an exchange. */
export interface EntryExchange {
  readonly protocol: CapturedProtocol;
  /** Host of the URL. */
  readonly host: string;
  readonly port: number;
  /** `serverIPAddress` or ''. */
  readonly address: string;
  /** `_clientIPAddress` or ''. */
  readonly clientAddress: string;
  /** `_k8s`: who was at either end; null where nothing is said. */
  readonly source: PodIdentity | null;
  readonly destination: PodIdentity | null;
  readonly start: Nanoseconds;
  readonly events: readonly CaptureEvent[];
}

type Json = Readonly<Record<string, unknown>>;
type Fields = readonly (readonly [name: string, value: string])[];

/** Names of Kubernetes are DNS names. RFC 1035 section 2.3.4. */
const maximumName = 253;
const textEncoder = new TextEncoder();

/** Reads one element of `log.entries`. Throws an Error that says what is missing. */
export function readEntry(value: unknown): EntryExchange {
  const entry = object(value);
  const request = object(entry.request);
  const response = object(entry.response);
  const url = readUrl(text(request.url));
  const protocol = protocolOf(text(request.httpVersion), text(response.httpVersion));
  const times = readTimes(entry);
  const events: CaptureEvent[] = [...requestEvents(request, url, protocol, times)];
  const status = number(response.status);
  // Browsers write status 0 for a request that failed or was cancelled before an answer.
  if (status > 0) events.push(...answerEvents(response, status, text(request.method), times));
  return {
    protocol,
    host: url.host,
    port: number(entry._serverPort) & 0xffff || url.port,
    address: text(entry.serverIPAddress).replace(/^\[|\]$/g, ''),
    clientAddress: text(entry._clientIPAddress),
    source: readIdentity(entry._k8s, 'source'),
    destination: readIdentity(entry._k8s, 'destination'),
    start: times.start,
    events,
  };
}

function readIdentity(value: unknown, end: 'source' | 'destination'): PodIdentity | null {
  const ends = typeof value === 'object' && value !== null ? (value as Json) : {};
  const stated = ends[end];
  if (typeof stated !== 'object' || stated === null) return null;
  const part = (name: keyof PodIdentity): string => clean(text((stated as Json)[name])).slice(0, maximumName);
  const identity = {
    namespace: part('namespace'),
    pod: part('pod'),
    service: part('service'),
    workload: part('workload'),
    node: part('node'),
    serviceAccount: part('serviceAccount'),
  };
  return identity.pod === '' && identity.service === '' ? null : identity;
}

interface Times {
  readonly start: Nanoseconds;
  readonly requestEnd: Nanoseconds;
  readonly answerStart: Nanoseconds;
  readonly end: Nanoseconds;
}

function readTimes(entry: Json): Times {
  const start = readTime(text(entry.startedDateTime));
  const timings = typeof entry.timings === 'object' && entry.timings !== null ? (entry.timings as Json) : {};
  const phase = (name: string): bigint => nanoseconds(number(timings[name]));
  const end = start + nanoseconds(number(entry.time));
  const later = (time: bigint): bigint => (time > start ? time : start);
  const answerStart = later(end - phase('receive'));
  return { start, requestEnd: later(answerStart - phase('wait')), answerStart, end };
}

const nanoseconds = (milliseconds: number): bigint =>
  BigInt(Math.round(Math.max(0, Math.min(milliseconds, 1e12)) * 1e6));

/** RFC 3339 with up to nine digits of a second's fraction. */
function readTime(value: string): Nanoseconds {
  const milliseconds = Date.parse(value);
  if (Number.isNaN(milliseconds))
    throw new Error(`startedDateTime ${JSON.stringify(value.slice(0, 40))} is not a time`);
  const fraction = /\.(\d{1,9})/.exec(value)?.[1] ?? '';
  return BigInt(Math.floor(milliseconds / 1000)) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
}

function protocolOf(requestVersion: string, answerVersion: string): CapturedProtocol {
  const version = `${requestVersion || answerVersion}`.toLowerCase();
  if (/^(h2|h2c|http\/2(\.0)?)$/.test(version)) return 'http/2';
  if (/^(h3|http\/3(\.0)?)(-\d+)?$/.test(version)) return 'http/3';
  return version === 'http/1.0' ? 'http/1.0' : 'http/1.1';
}

interface Url {
  readonly scheme: string;
  readonly authority: string;
  readonly host: string;
  readonly port: number;
  readonly target: string;
}

/** `scheme://authority/target`; the fragment is not sent. RFC 3986 section 3. */
function readUrl(value: string): Url {
  const match = /^([a-z][a-z0-9+.-]*):\/\/(?:[^@/?#]*@)?(\[[^\]]*\]|[^:/?#]*)(?::(\d{1,5}))?([^#]*)/i.exec(value);
  if (match === null) throw new Error(`${JSON.stringify(value.slice(0, 80))} is not an HTTP URL`);
  const [, scheme = '', host = '', port, rest = ''] = match;
  const secure = /^(https|wss)$/i.test(scheme);
  return {
    scheme: secure ? 'https' : 'http',
    authority: port === undefined ? host : `${host}:${port}`,
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? (secure ? 443 : 80) : Number(port) & 0xffff,
    target: rest.startsWith('/') ? rest : `/${rest}`,
  };
}

function requestEvents(request: Json, url: Url, protocol: CapturedProtocol, times: Times): CaptureEvent[] {
  const method = text(request.method) || 'GET';
  const fields = readFields(request.headers);
  const authority = fields.find(([name]) => name === 'host')?.[1] ?? url.authority;
  const postData =
    typeof request.postData === 'object' && request.postData !== null ? (request.postData as Json) : null;
  const body =
    postData === null ? null : readBody(text(postData.text), text(postData._encoding) || text(postData.encoding));
  const missing = body === null || body.length === 0 ? Math.max(0, number(request.bodySize)) : 0;
  const pseudo: Fields = [
    [':authority', clean(authority)],
    [':path', clean(url.target).replaceAll(' ', '%20')],
    [':method', clean(method).replaceAll(' ', '')],
    [':scheme', url.scheme],
  ];
  const plain = protocol === 'http/2' || protocol === 'http/3' ? fields.filter(([name]) => name !== 'host') : fields;
  return message(
    'request',
    [...pseudo, ...plain],
    body,
    missing,
    readFields(request._trailers),
    times.start,
    times.requestEnd,
  );
}

function answerEvents(response: Json, status: number, method: string, times: Times): CaptureEvent[] {
  const content = typeof response.content === 'object' && response.content !== null ? (response.content as Json) : {};
  const without = method === 'HEAD' || status < 200 || status === 204 || status === 304;
  const body = without || content.text === undefined ? null : readBody(text(content.text), text(content.encoding));
  const missing = without || (body !== null && body.length > 0) ? 0 : Math.max(0, number(content.size));
  const fields: Fields = [[':status', String(status).padStart(3, '0')], ...readFields(response.headers)];
  return message(
    'answer',
    fields,
    body,
    missing,
    readFields(response._trailers),
    times.answerStart,
    times.end,
    without,
  );
}

/**
 * HAR has bodies with content and transfer coding undone, so the fields that speak of the coded body do not hold: the
 * content coding is left out, and the length is that of the body here.
 */
function message(
  side: 'request' | 'answer',
  fields: Fields,
  body: Uint8Array | null,
  missing: number,
  trailers: Fields,
  start: Nanoseconds,
  end: Nanoseconds,
  keepLength = false,
): CaptureEvent[] {
  const bytes = body ?? new Uint8Array(0);
  const length = bytes.length + missing;
  const headers = fields.flatMap(([name, value]): Fields => {
    if (name === 'content-encoding' && !keepLength) return [];
    if (name === 'content-length' && !keepLength) return [[name, String(length)]];
    return [[name, value]];
  });
  const events: CaptureEvent[] = [{ kind: 'headers', side, time: start, headers }];
  if (length > 0) events.push({ kind: 'data', side, time: end, bytes, length });
  if (trailers.length > 0) events.push({ kind: 'trailers', side, time: end, headers: trailers });
  events.push({ kind: 'end', side, time: end, reset: false });
  return events;
}

function readBody(value: string, encoding: string): Uint8Array {
  return (encoding === 'base64' ? fromBase64(value) : null) ?? textEncoder.encode(value);
}

/** Header fields in lower case, without pseudo-header fields, which browsers list among them. */
function readFields(value: unknown): Fields {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each: unknown): Fields => {
    const field = typeof each === 'object' && each !== null ? (each as Json) : {};
    const name = clean(text(field.name)).toLowerCase();
    return name === '' || name.startsWith(':') ? [] : [[name, clean(text(field.value))]];
  });
}

/** No line ends and zeros: a field is one line. RFC 9110 section 5.5. */
function clean(value: string): string {
  return value.replaceAll(/[\r\n\0]+/g, ' ');
}

function object(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('request or response is missing');
  return value as Json;
}

const text = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
