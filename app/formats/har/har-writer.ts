import type { FlowDetail, HttpDetail } from '../../api/types.ts';
import { toBase64 } from '../../bytes/base64.ts';
import { headerValue } from '../../flows/status.ts';
import type { PodIdentity } from '../../model/endpoint.ts';
import type { Header } from '../../model/exchange.ts';
import type { Party } from '../../model/flow.ts';
import { isoTime } from '../../model/iso-time.ts';
import type { HarEntry, HarNameValue, HarRequest, HarResponse } from './har-types.ts';

/** A flow with its bodies, content coding undone, as far as they were stored. */
export interface HarFlow {
  readonly detail: FlowDetail;
  readonly requestBody: Uint8Array;
  readonly answerBody: Uint8Array;
}

/** Writes a HAR 1.2 file piece by piece. */
export interface HarWriter {
  /** False for a flow that HAR has no form for: one that is not HTTP, whose request was not captured, or at a time that no calendar has. */
  add(flow: HarFlow): boolean;
  end(): void;
}

export function createHarWriter(write: (text: string) => void, creator: { name: string; version: string }): HarWriter {
  let entries = 0;
  write(`{"log":{"version":"1.2","creator":${JSON.stringify(creator)},"pages":[],"entries":[`);
  return {
    add(flow) {
      const entry = harEntry(flow);
      if (entry === null) return false;
      write(`${entries++ === 0 ? '' : ','}\n${JSON.stringify(entry)}`);
      return true;
    },
    end: () => write('\n]}}\n'),
  };
}

/** An exchange as HAR has it; null where HAR has no form for it. */
function harEntry({ detail, requestBody, answerBody }: HarFlow): HarEntry | null {
  const { request, answer, row } = detail;
  if (request?.kind !== 'http') return null;
  const startedDateTime = timeText(request.startTime);
  if (startedDateTime === null) return null;
  const response = answer?.kind === 'http' ? answer : null;
  const send = Math.max(0, request.endTime - request.startTime);
  const wait = response === null ? 0 : Math.max(0, response.startTime - request.endTime);
  const receive = response === null ? 0 : Math.max(0, response.endTime - response.startTime);
  return {
    startedDateTime,
    time: send + wait + receive,
    request: harRequest(request, detail, requestBody),
    response: response === null ? noResponse : harResponse(response, answerBody),
    cache: {},
    timings: { send, wait, receive },
    serverIPAddress: row.destination.address,
    connection: String(row.stream),
    _serverPort: row.destination.port,
    _clientIPAddress: row.source.address,
    ...(isNamed(row.source) || isNamed(row.destination)
      ? { _k8s: { source: identityOf(row.source), destination: identityOf(row.destination) } }
      : {}),
  };
}

function isNamed({ pod, service }: Party): boolean {
  return pod !== '' || service !== '';
}

function identityOf({ namespace, pod, service, workload, node, serviceAccount }: Party): PodIdentity {
  return { namespace, pod, service, workload, node, serviceAccount };
}

/** RFC 3339 with microseconds: what a number of milliseconds holds. Null for what no calendar has. */
function timeText(milliseconds: number): string | null {
  const whole = Math.floor(milliseconds);
  const micros = Math.min(999, Math.floor((milliseconds - whole) * 1000));
  return isoTime(whole)?.replace('Z', `${String(micros).padStart(3, '0')}Z`) ?? null;
}

function harRequest(request: HttpDetail, { row }: FlowDetail, body: Uint8Array): HarRequest {
  const [method = '', target = '', version = ''] = request.startLine.split(' ');
  const scheme = headerValue(request.headers, ':scheme') || 'http';
  const authority =
    headerValue(request.headers, ':authority') ||
    headerValue(request.headers, 'host') ||
    `${row.destination.address.includes(':') ? `[${row.destination.address}]` : row.destination.address}:${row.destination.port}`;
  const url = /^[a-z]+:\/\//i.test(target)
    ? target
    : `${scheme}://${authority}${target.startsWith('/') ? target : '/'}`;
  const query = /\?([^#]*)/.exec(url)?.[1] ?? '';
  const content = bodyText(body);
  return {
    method,
    url,
    httpVersion: version,
    cookies: [],
    headers: namesAndValues(request.headers),
    queryString: query === '' ? [] : query.split('&').map(queryParameter),
    ...(request.length === 0
      ? {}
      : {
          postData: {
            mimeType: request.contentType,
            params: [],
            text: content.text,
            ...(content.encoding === undefined ? {} : { _encoding: content.encoding }),
          },
        }),
    ...(request.trailers.length === 0 ? {} : { _trailers: namesAndValues(request.trailers) }),
    headersSize: -1,
    bodySize: request.length,
  };
}

function harResponse(answer: HttpDetail, body: Uint8Array): HarResponse {
  const [version = '', status = '', ...reason] = answer.startLine.split(' ');
  const { text, encoding } = bodyText(body);
  return {
    status: Number.parseInt(status, 10) || 0,
    statusText: reason.join(' '),
    httpVersion: version,
    cookies: [],
    headers: namesAndValues(answer.headers),
    content: {
      size: body.length > 0 ? body.length : answer.length,
      mimeType: answer.contentType,
      ...(body.length === 0 ? {} : { text }),
      ...(encoding === undefined ? {} : { encoding }),
    },
    redirectURL: headerValue(answer.headers, 'location'),
    ...(answer.trailers.length === 0 ? {} : { _trailers: namesAndValues(answer.trailers) }),
    headersSize: -1,
    bodySize: answer.length,
  };
}

const noResponse: HarResponse = {
  status: 0,
  statusText: '',
  httpVersion: '',
  cookies: [],
  headers: [],
  content: { size: 0, mimeType: '' },
  redirectURL: '',
  headersSize: -1,
  bodySize: -1,
};

function namesAndValues(headers: readonly Header[]): HarNameValue[] {
  return headers.filter(({ name }) => !name.startsWith(':')).map(({ name, value }) => ({ name, value }));
}

function queryParameter(text: string): HarNameValue {
  const [name = '', ...value] = text.split('=');
  return { name: unescapeQuery(name), value: unescapeQuery(value.join('=')) };
}

/** Undoes percent-encoding; text that is not of that form stays. */
function unescapeQuery(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text where the body is UTF-8, else base64. */
function bodyText(body: Uint8Array): { text: string; encoding?: 'base64' } {
  try {
    return { text: strictUtf8.decode(body) };
  } catch {
    return { text: toBase64(body), encoding: 'base64' };
  }
}
