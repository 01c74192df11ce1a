import type { FlowDetail, HttpDetail } from '../api/types.ts';
import { toBase64 } from '../bytes/base64.ts';
import { headerValue } from '../decode/http/exchange.ts';
import type { Header } from '../model/exchange.ts';

/** Fields that the program makes by itself, or that belong to the connection. */
const ownFields = new Set(['host', 'content-length', 'connection', 'transfer-encoding', 'te', 'expect', 'upgrade']);
const grpcFields = new Set([...ownFields, 'content-type', 'user-agent', 'grpc-encoding', 'grpc-accept-encoding']);

/** One word of a POSIX shell. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function authorityOf({ headers }: HttpDetail, { row }: FlowDetail): string {
  const stated = headerValue(headers, ':authority') || headerValue(headers, 'host');
  const { address, port } = row.destination;
  return stated || `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function fieldArguments(headers: readonly Header[], without: ReadonlySet<string>): string[] {
  return headers
    .filter(({ name }) => !name.startsWith(':') && !without.has(name.toLowerCase()))
    .map(({ name, value }) => `-H ${quoted(`${name}: ${value}`)}`);
}

/** Text that a shell passes on unchanged; null for other bytes. */
function shellText(body: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

/**
 * A curl command that makes the request of this flow again; null where it is not HTTP.
 * @param body as it was on the wire
 */
export function curlCommand(detail: FlowDetail, body: Uint8Array): string | null {
  const { request } = detail;
  if (request?.kind !== 'http') return null;
  const [method = 'GET', target = '/', version = ''] = request.startLine.split(' ');
  const scheme = headerValue(request.headers, ':scheme') || 'http';
  const url = /^https?:/i.test(target) ? target : `${scheme}://${authorityOf(request, detail)}${target}`;
  const text = shellText(body);
  const parts = [
    `curl ${quoted(url)}`,
    ...(method === 'GET' && body.length === 0 ? [] : method === 'HEAD' ? ['--head'] : [`-X ${quoted(method)}`]),
    ...(version.startsWith('HTTP/2') && scheme === 'http' ? ['--http2-prior-knowledge'] : []),
    ...fieldArguments(request.headers, ownFields),
    // Else curl would say that it is a form.
    ...(body.length > 0 && headerValue(request.headers, 'content-type') === '' ? [`-H 'content-type:'`] : []),
    ...(body.length === 0 ? [] : [text === null ? '--data-binary @-' : `--data-raw ${quoted(text)}`]),
  ];
  const command = parts.join(' \\\n  ');
  return text === null ? `echo ${toBase64(body)} | base64 -d | ${command}` : command;
}

/**
 * A grpcurl command that makes the call of this flow again; null where it is not gRPC.
 * @param messages those of the request as JSON; others cannot be given to grpcurl
 */
export function grpcurlCommand(detail: FlowDetail, messages: readonly string[]): string | null {
  const { request, row } = detail;
  if (request?.kind !== 'http' || row.protocol !== 'gRPC') return null;
  const path = headerValue(request.headers, ':path').replace(/^\//, '');
  if (path === '') return null;
  return [
    'grpcurl -plaintext',
    ...fieldArguments(request.headers, grpcFields),
    ...(messages.length === 0 ? [] : [`-d ${quoted(messages.join('\n'))}`]),
    `${quoted(authorityOf(request, detail))} ${quoted(path)}`,
  ].join(' \\\n  ');
}
