import type { FlowDetail, HttpDetail } from '../api/types.ts';
import { toBase64 } from '../bytes/base64.ts';
import { headerValue } from '../decode/http/exchange.ts';
import { headerNameForm } from '../mesh/option-forms.ts';
import type { Header } from '../model/exchange.ts';

const utf8 = new TextEncoder();

/** Fields that the program makes by itself, or that belong to the connection. */
const ownFields = new Set(['host', 'content-length', 'connection', 'transfer-encoding', 'te', 'expect', 'upgrade']);
const grpcFields = new Set([...ownFields, 'content-type', 'user-agent', 'grpc-encoding', 'grpc-accept-encoding']);

/** Control characters but tab and line feed: pasted, a terminal obeys them (Ctrl-C, the end of a bracketed paste) before the shell sees a quote. */
const obeyed = /(?![\t\n])\p{Cc}/u;

/** One word of a POSIX shell. */
function quoted(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  return obeyed.test(text) ? dollarQuoted(text) : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Dollar-single-quotes (POSIX.1-2024, section 2.2.4), in which every control character is written by its bytes. */
function dollarQuoted(text: string): string {
  const written = text.replace(/[\\'\p{Cc}]/gu, (character) =>
    [...utf8.encode(character)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join(''),
  );
  return `$'${written}'`;
}

function authorityOf({ headers }: HttpDetail, { row }: FlowDetail): string {
  const stated = headerValue(headers, ':authority') || headerValue(headers, 'host');
  const { address, port } = row.destination;
  return stated || `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

function fieldArguments(
  headers: readonly Header[],
  without: ReadonlySet<string>,
  field: (name: string, value: string) => string,
): string[] {
  return (
    headers
      // Only what is a name: -H @file would send what is in a file.
      .filter(({ name }) => headerNameForm.test(name) && !without.has(name.toLowerCase()))
      .map(({ name, value }) => `-H ${quoted(field(name, value))}`)
  );
}

/** A field as curl takes it: of one without a value it would leave out all, but for the semicolon. */
function curlField(name: string, value: string): string {
  return value === '' ? `${name};` : `${name}: ${value}`;
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
  // Nothing else: it stands first in an argument, which would be an option if it began with a dash.
  const scheme = headerValue(request.headers, ':scheme').toLowerCase() === 'https' ? 'https' : 'http';
  const url = /^https?:/i.test(target) ? target : `${scheme}://${authorityOf(request, detail)}${target}`;
  const text = shellText(body);
  const parts = [
    `curl ${quoted(url)}`,
    // Else it would take brackets and braces for many addresses.
    ...(/[[\]{}]/.test(url) ? ['--globoff'] : []),
    ...(method === 'GET' && body.length === 0 ? [] : method === 'HEAD' ? ['--head'] : [`-X ${quoted(method)}`]),
    ...(version.startsWith('HTTP/2') && scheme === 'http' ? ['--http2-prior-knowledge'] : []),
    ...fieldArguments(request.headers, ownFields, curlField),
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
    ...fieldArguments(request.headers, grpcFields, (name, value) => `${name}: ${value}`),
    ...(messages.length === 0 ? [] : [`-d ${quoted(messages.join('\n'))}`]),
    // Whatever they begin with, they are no options.
    `-- ${quoted(authorityOf(request, detail))} ${quoted(path)}`,
  ].join(' \\\n  ');
}
