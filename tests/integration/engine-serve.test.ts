import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Engine } from '../../main/engine/engine.ts';
import { type Serving, serve } from '../../main/engine/serve/server.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';

let engine: TestEngine;
let serving: Serving;
let cookie: string;
let origin: string;

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

function ask(
  path: string,
  headers: Record<string, string> = {},
  { method = 'GET', body = '' }: { method?: string; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: serving.port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: text }));
    });
    sent.on('error', reject);
    sent.end(body, 'latin1');
  });
}

/** Opens the contract's socket: the status of the refusal, or the open socket. */
function openSocket(headers: Record<string, string>, path = '/api'): Promise<WebSocket | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${serving.port}${path}`, { headers });
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.on('error', reject);
  });
}

beforeAll(async () => {
  engine = startTestEngine('serve');
  const folder = join(engine.folder, 'renderer');
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>view</title>');
  writeFileSync(join(engine.folder, 'secret.html'), 'secret');
  const { handlers, events, transfers } = engine satisfies Engine;
  serving = await serve({ handlers, events, folder, transfers: transfers!, port: 0 });
  origin = `http://127.0.0.1:${serving.port}`;
  const start = await ask(new URL(serving.startAddress).pathname + new URL(serving.startAddress).search);
  expect(start.status).toBe(200);
  cookie = String(start.headers['set-cookie']).split(';')[0]!;
});

afterAll(async () => {
  await serving.close();
  await engine.dispose();
});

describe('without the token', () => {
  it('answers nothing but 401 and 403', async () => {
    const paths = ['/', '/index.html', '/?token=', `/?token=${'A'.repeat(43)}`, '/api', '/download/0', '/nothing'];
    for (const path of paths) expect((await ask(path)).status).toBe(401);
    expect((await ask('/upload', { origin }, { method: 'POST', body: 'x' })).status).toBe(401);
    expect((await ask('/', { cookie: cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')) })).status).toBe(401);
    expect(await openSocket({ origin })).toBe(401);
  });

  it('cannot be reached from another interface', async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((address) => address !== undefined && !address.internal && address.family === 'IPv4');
    if (outside === undefined) return;
    await expect(
      new Promise((resolve, reject) => connect(serving.port, outside.address, () => resolve(0)).on('error', reject)),
    ).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('with the token', () => {
  it('gives a cookie that no script can read and no other site can send, and takes the token out of the address', async () => {
    const start = await ask(`/${new URL(serving.startAddress).search}`);
    expect(String(start.headers['set-cookie'])).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
    expect(start.headers.refresh).toBe('0; url=/');
    expect(start.headers['referrer-policy']).toBe('no-referrer');
  });

  it('serves the view under a strict policy, and only the view', async () => {
    const page = await ask('/', { cookie });
    expect(page).toMatchObject({ status: 200, body: '<!doctype html><title>view</title>' });
    expect(page.headers['content-security-policy']).toContain("script-src 'self';");
    expect(page.headers['content-security-policy']).toContain("trusted-types 'none'");
    for (const path of ['/../secret.html', '/%2e%2e/secret.html', '/..%2fsecret.html', '/%00', '/%']) {
      expect((await ask(path, { cookie })).status).toBe(404);
    }
    expect((await ask('/', { cookie }, { method: 'PUT' })).status).toBe(405);
  });

  it('refuses another Host and another Origin', async () => {
    expect((await ask('/', { cookie, host: `evil.example:${serving.port}` })).status).toBe(403);
    expect((await ask('/', { cookie, host: '127.0.0.1' })).status).toBe(403);
    expect((await ask('/', { cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect((await ask('/', { cookie, origin: 'null' })).status).toBe(403);
    expect((await ask('/upload', { cookie }, { method: 'POST', body: 'x' })).status).toBe(403);
    expect(await openSocket({ cookie })).toBe(403);
    expect(await openSocket({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await openSocket({ cookie, origin }, '/other')).toBe(403);
  });

  it('answers the contract and refuses what is not in it', async () => {
    const socket = (await openSocket({ cookie, origin })) as WebSocket;
    const answers = new Map<number, { result?: unknown; error?: { code: string } }>();
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      if ('id' in frame) answers.set(frame.id, frame);
    });
    const requests: readonly (readonly [name: string, params: unknown])[] = [
      ['engine.hello', {}],
      ['constructor', {}],
      ['flows.window', { filter: '', order: { column: 'id', descending: false }, offset: 0, limit: 1e9 }],
      [
        'flows.window',
        { filter: 'http.respons == 1', order: { column: 'id', descending: false }, offset: 0, limit: 1 },
      ],
      ['flows.detail', { id: 0 }],
      ['session.save', { target: { path: '/etc/passwd', permit: '' }, filter: '' }],
      ['settings.set', { other: 1 }],
    ];
    socket.send('not json');
    for (const [id, [name, params]] of requests.entries()) socket.send(JSON.stringify({ id, name, params }));
    await expect.poll(() => answers.size).toBe(requests.length);
    expect(answers.get(0)!.result).toMatchObject({ mode: 'serve', version: 'test' });
    const codes = requests.map((_, id) => answers.get(id)!.error?.code);
    expect(codes.slice(1)).toEqual([
      'request.unknown',
      'request.invalid',
      'filter.invalid',
      'flow.unknown',
      'session.path',
      'request.invalid',
    ]);
    expect(answers.get(3)!.error).toMatchObject({ at: [0, 12] });
    socket.close();
  });

  it('takes a file for opening and hands one out once', async () => {
    const sent = await ask('/upload?name=..%2f..%2fa.pcap', { cookie, origin }, { method: 'POST', body: 'hello' });
    const { path } = JSON.parse(sent.body) as { path: string };
    expect(path.startsWith(join(engine.folder, 'scratch'))).toBe(true);
    await expect(engine.handlers['session.open']({ path })).rejects.toThrow(/not a capture file/);
    expect(existsSync(path)).toBe(false);
    const { download } = await engine.handlers['session.save']({ target: null, filter: '' });
    const first = await ask(download, { cookie });
    expect(first.status).toBe(200);
    expect(first.headers['content-disposition']).toMatch(/^attachment; filename\*=UTF-8''.*\.pcapng$/);
    expect((await ask(download, { cookie })).status).toBe(404);
    const offered = () =>
      readdirSync(join(engine.folder, 'scratch'), { recursive: true }).some((name) => String(name).includes('offer-'));
    await expect.poll(offered).toBe(false);
  });

  it('starts nothing that it was sent', async () => {
    const sent = await ask('/upload?name=wireshark.exe', { cookie, origin }, { method: 'POST', body: '#!/bin/sh\n' });
    const { path } = JSON.parse(sent.body) as { path: string };
    // As every file is on Windows.
    chmodSync(path, 0o700);
    await expect(engine.handlers['settings.set']({ wiresharkPath: path })).rejects.toThrow('not a program');
    await expect(engine.handlers['settings.set']({ helmPath: path })).rejects.toThrow('not a program');
  });

  it('keeps of the files it was sent the one that is shown, for this user alone', async () => {
    const capture = readFileSync(
      join(import.meta.dirname, '../fixtures/captures/http/h1-python-client.pcap'),
      'latin1',
    );
    const paths: string[] = [];
    for (const name of ['one.pcap', 'two.pcap.gz']) {
      const sent = await ask(`/upload?name=${name}`, { cookie, origin }, { method: 'POST', body: capture });
      const { path } = JSON.parse(sent.body) as { path: string };
      paths.push(path);
    }
    expect(statSync(paths[0]!).mode & 0o777).toBe(0o600);
    await engine.handlers['session.open']({ path: paths[0]! });
    expect(paths.map((path) => existsSync(path))).toEqual([true, true]);
    await engine.handlers['session.open']({ path: paths[1]! });
    expect(paths.map((path) => existsSync(path))).toEqual([false, true]);
    const { download } = await engine.handlers['session.save']({ target: null, filter: '' });
    expect((await ask(download, { cookie })).headers['content-disposition']).toMatch(/''two\.pcapng$/);
    for (const name of [
      '',
      '..',
      '.',
      '...',
      '%2e%2e%2f',
      '%00',
      '..%5c..%5cC:',
      `${encodeURIComponent('€'.repeat(300))}.pcap`,
    ]) {
      const sent = await ask(`/upload?name=${name}`, { cookie, origin }, { method: 'POST', body: 'x' });
      const { path } = JSON.parse(sent.body) as { path: string };
      expect(dirname(dirname(path)), name).toMatch(new RegExp(`/scratch/${process.pid}-[\\w.-]+$`));
    }
  });
});
