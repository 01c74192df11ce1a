import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { madeUpDetail } from '../../tests/support/made-up/detail.ts';
import type { FlowDetail } from '../api/types.ts';
import type { Header } from '../model/exchange.ts';
import { curlCommand, grpcurlCommand } from './call-command.ts';

const detail = Array.from({ length: 50 }, (_, id) => madeUpDetail(id)).find(({ request }) => request?.kind === 'http')!;

function flow(startLine: string, headers: readonly Header[], protocol: FlowDetail['row']['protocol']): FlowDetail {
  const { request, row } = detail;
  if (request?.kind !== 'http') throw new Error('not HTTP');
  return { ...detail, row: { ...row, protocol }, request: { ...request, startLine, headers } };
}

/** What the program is given, by a real shell; standard input last. */
function argumentsOf(program: string, command: string): string[] {
  const shell = `${program}() { printf '%s\\0' "$@"; case "$*" in *@-*) cat;; esac; }; ${command}`;
  return execFileSync('sh', ['-c', shell], { encoding: 'latin1', input: '' }).split('\0');
}

const fields: readonly Header[] = [
  { name: 'Host', value: 'shop:8080' },
  { name: 'X-Note', value: "it's $HOME `id` \\" },
  { name: 'Content-Length', value: '9' },
];
const post = flow('POST /cart?a=1&b=2 HTTP/1.1', fields, 'HTTP/1.1');
const note = "X-Note: it's $HOME `id` \\";

it('makes curl repeat a request, whatever its texts are', () => {
  expect(argumentsOf('curl', curlCommand(post, Buffer.from("@it's\n!"))!)).toEqual([
    ...['http://shop:8080/cart?a=1&b=2', '-X', 'POST', '-H', note],
    ...['-H', 'content-type:', '--data-raw', "@it's\n!", ''],
  ]);
  const get = flow(
    'GET /a HTTP/2',
    [
      { name: ':authority', value: 'b' },
      { name: 'accept', value: '*/*' },
    ],
    'HTTP/2',
  );
  expect(argumentsOf('curl', curlCommand(get, new Uint8Array(0))!)).toEqual([
    ...['http://b/a', '--http2-prior-knowledge', '-H', 'accept: */*', ''],
  ]);
});

it('hands a body of bytes to curl by its standard input', () => {
  const given = argumentsOf('curl', curlCommand(post, Uint8Array.of(255, 0, 1))!);
  expect(given.slice(-4)).toEqual(['--data-binary', '@-', '\xff', '\x01']);
});

it('gives no program an option or a file that a capture made up', () => {
  const authority = { name: ':authority', value: '-K/tmp/evil' };
  const hostile = flow(
    'GET /[1-9999]{a,b} HTTP/2',
    [
      authority,
      { name: ':scheme', value: '-o/tmp/evil' },
      { name: '@/etc/passwd', value: 'x' },
      { name: 'x-empty', value: '' },
    ],
    'HTTP/2',
  );
  expect(argumentsOf('curl', curlCommand(hostile, new Uint8Array(0))!)).toEqual([
    ...['http://-K/tmp/evil/[1-9999]{a,b}', '--globoff', '--http2-prior-knowledge', '-H', 'x-empty;', ''],
  ]);
  const call = flow('POST /-vv HTTP/2', [authority, { name: ':path', value: '/-vv' }], 'gRPC');
  expect(argumentsOf('grpcurl', grpcurlCommand(call, [])!)).toEqual(['-plaintext', '--', '-K/tmp/evil', '-vv', '']);
});

it('can be pasted: no control character is left that a terminal would obey, and programs are given them all the same', () => {
  const paste = "\x1b[201~\x03; touch /tmp/evil\n\u009b'\\";
  const hostile = flow(
    'POST /a HTTP/1.1',
    [
      { name: 'Host', value: 'a' },
      { name: 'X-Note', value: paste },
    ],
    'HTTP/1.1',
  );
  const command = curlCommand(hostile, Buffer.from(`${paste}\tend`))!;
  expect(command.replaceAll('\n', '')).toMatch(/^\P{Cc}*$/u);
  const given = execFileSync('bash', ['-c', `curl() { printf '%s\\0' "$@"; }; ${command}`], { encoding: 'utf8' });
  expect(given.split('\0')).toEqual([
    ...['http://a/a', '-X', 'POST', '-H', `X-Note: ${paste}`, '-H', 'content-type:', '--data-raw', `${paste}\tend`, ''],
  ]);
});

it('makes grpcurl repeat a call with its messages', () => {
  const headers = [
    { name: ':path', value: '/shop.Shop/Place' },
    { name: ':authority', value: 'shop:50051' },
    { name: 'content-type', value: 'application/grpc' },
    { name: 'x-tenant', value: 'a b' },
  ];
  const call = flow('POST /shop.Shop/Place HTTP/2', headers, 'gRPC');
  expect(argumentsOf('grpcurl', grpcurlCommand(call, ['{"a":1}', '{"a":"\'"}'])!)).toEqual([
    ...['-plaintext', '-H', 'x-tenant: a b', '-d', '{"a":1}\n{"a":"\'"}', '--', 'shop:50051', 'shop.Shop/Place', ''],
  ]);
  expect(grpcurlCommand(post, [])).toBeNull();
});
