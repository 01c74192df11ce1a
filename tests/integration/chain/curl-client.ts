import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HeaderPair, HttpCallSeen } from './calls.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
/** Run side by side. */
const PROCESSES = 8;
const SIZES = [1, 300, 300, 6000, 45_000] as const;

type Asked = Omit<HttpCallSeen, 'answer'>;

/** What the client is to ask. */
function ask(kind: string, number: number): Asked {
  const method = METHODS[number % METHODS.length]!;
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const body = hasBody ? Buffer.alloc(SIZES[number % SIZES.length]!, `${number}·`) : Buffer.alloc(0);
  return {
    call: `${kind}-${number}`,
    method,
    target: `/${kind}/${number}?q=%C3%BC&n=${number}`,
    headers: [
      ['x-call', `${kind}-${number}`],
      ['x-empty', ''],
      ['cookie', `session=${number}`],
      ...(hasBody ? [['content-type', 'application/x-test'] as const] : []),
    ],
    body: body.toString('base64'),
    trailers: [],
  };
}

/** Calls made by curl, many side by side, and what it saw. */
export async function runCurl(
  kind: string,
  port: number,
  count: number,
  version: '--http1.1' | '--http2-prior-knowledge',
): Promise<HttpCallSeen[]> {
  const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-curl-'));
  try {
    const asked = Array.from({ length: count }, (_, number) => ask(kind, number));
    const configurations = asked.map((one, number) => configuration(folder, one, number, port, version));
    const runs = Array.from({ length: PROCESSES }, (_, run) =>
      curl(
        join(folder, `config-${run}`),
        configurations.filter((_one, number) => number % PROCESSES === run),
      ),
    );
    await Promise.all(runs);
    return asked.map((one, number) => ({ ...one, answer: readAnswer(folder, number) }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function curl(file: string, configurations: readonly string[]): Promise<void> {
  writeFileSync(file, configurations.join('next\n'));
  const program = spawn('curl', ['--no-progress-meter', '--config', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [status] = (await once(program, 'exit')) as [number | null];
  if (status !== 0) throw new Error(`curl ended with status ${status}`);
}

function configuration(folder: string, one: Asked, number: number, port: number, version: string): string {
  const lines = [
    // A connection for each: curl 7.88 fails on the second HTTP/2 call of one that began with prior knowledge.
    `url = "http://${one.call}.test${one.target}"`,
    `connect-to = "::127.0.0.1:${port}"`,
    version.slice(2),
    `request = ${one.method}`,
    `output = "${join(folder, `${number}.body`)}"`,
    `dump-header = "${join(folder, `${number}.head`)}"`,
    // An empty field is written with a semicolon.
    ...one.headers.map(([name, value]) => `header = "${name}${value === '' ? ';' : `: ${value}`}"`),
  ];
  if (one.body !== '') {
    const file = join(folder, `${number}.upload`);
    writeFileSync(file, Buffer.from(one.body, 'base64'));
    lines.push(`data-binary = "@${file}"`);
  }
  return `${lines.join('\n')}\n`;
}

function readAnswer(folder: string, number: number): HttpCallSeen['answer'] {
  const [head = '', trailers = ''] = blocks(readFileSync(join(folder, `${number}.head`), 'latin1'));
  const [statusLine = '', ...fields] = head.split('\r\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: fields.map(field),
    trailers: trailers.split('\r\n').filter(Boolean).map(field),
    body: readIfThere(join(folder, `${number}.body`)).toString('base64'),
  };
}

/** The last answer's fields, and its trailers; those of a `100 Continue` before are left out. */
function blocks(text: string): string[] {
  const all = text.split('\r\n\r\n');
  return all.slice(all.findLastIndex((block) => /^HTTP\/\S+ (?!1)/.test(block)));
}

function field(line: string): HeaderPair {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

/** curl makes no file for an empty body. */
function readIfThere(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
