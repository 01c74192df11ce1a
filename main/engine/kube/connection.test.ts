import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CertificateAuthority, createCertificateAuthority } from '../../tls/certificates.ts';
import { KubeConnection } from './connection.ts';
import { readContexts } from './contexts.ts';

let authority: CertificateAuthority;
const stack: (() => unknown)[] = [];

beforeAll(async () => {
  authority = await createCertificateAuthority('test');
});
afterEach(() => {
  for (const end of stack.splice(0)) end();
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack.push(() => server.close());
  return (server.address() as { port: number }).port;
}

async function startApi(answer: RequestListener, ip = '127.0.0.1'): Promise<number> {
  const { cert, key } = await authority.issue({ ip: [ip] });
  return listen(createServer({ cert, key }, answer));
}

/** A connection by a kubeconfig with one cluster and one user. */
async function open(cluster: object, user: object): Promise<KubeConnection> {
  const folder = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  const file = join(folder, 'config');
  writeFileSync(
    file,
    JSON.stringify({
      clusters: [
        {
          name: 'eu',
          cluster: { 'certificate-authority-data': Buffer.from(authority.certificate).toString('base64'), ...cluster },
        },
      ],
      users: [{ name: 'anna', user }],
      contexts: [{ name: 'lab', context: { cluster: 'eu', user: 'anna' } }],
    }),
  );
  const { contexts } = await readContexts([file]);
  const connection = new KubeConnection(contexts[0]!.config());
  stack.push(
    () => connection.close(),
    () => rmSync(folder, { recursive: true }),
  );
  return connection;
}

const get = (connection: KubeConnection) => connection.json({ method: 'GET', path: '/version' });
const onlyWith =
  (token: string): RequestListener =>
  ({ headers }, response) =>
    response.writeHead(headers.authorization === `Bearer ${token}` ? 200 : 401).end(JSON.stringify({ token }));
const tokenUntil = (time: number) => `e30.${Buffer.from(JSON.stringify({ exp: time / 1000 })).toString('base64url')}.x`;

describe('a connection to an API server', () => {
  it('says that the token is not accepted, and when it ran out', async () => {
    const server = `https://127.0.0.1:${await startApi(onlyWith('right'))}`;
    await expect(get(await open({ server }, { token: 'wrong' }))).rejects.toThrow(
      'The API server does not accept the credentials: log in again (the token may have expired).',
    );
    await expect(get(await open({ server }, { token: tokenUntil(Date.UTC(2026, 2, 1, 12)) }))).rejects.toThrow(
      'The token of the user anna expired on 2026-03-01 12:00 UTC: log in again.',
    );
  });

  it('reads a token from its file', async () => {
    const server = `https://127.0.0.1:${await startApi(onlyWith('right'))}`;
    const folder = mkdtempSync(join(tmpdir(), 'token-'));
    stack.push(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'token'), 'wrong\n');
    const connection = await open({ server }, { tokenFile: join(folder, 'token'), token: 'wrong' });
    await expect(get(connection)).rejects.toThrow('does not accept the credentials');
    // As it is rotated.
    writeFileSync(join(folder, 'token'), 'right\n');
    expect(await get(connection)).toEqual({ token: 'right' });
  });

  it('asks a plugin again for credentials that are not accepted any more', async () => {
    let right = 'first';
    const server = `https://127.0.0.1:${await startApi((request, response) => onlyWith(right)(request, response))}`;
    const folder = mkdtempSync(join(tmpdir(), 'token-'));
    stack.push(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'token');
    const print = `console.log(JSON.stringify({ kind: 'ExecCredential', status: { token: require('fs').readFileSync(${JSON.stringify(file)}, 'utf8') } }))`;
    writeFileSync(file, right);
    const connection = await open({ server }, { exec: { command: process.execPath, args: ['-e', print] } });
    expect(await get(connection)).toEqual({ token: 'first' });
    right = 'second';
    writeFileSync(file, right);
    expect(await get(connection)).toEqual({ token: 'second' });
    right = 'third';
    await expect(get(connection)).rejects.toThrow('does not accept the credentials');
  });

  it('says why the credentials cannot be had', async () => {
    const connection = await open({ server: 'https://127.0.0.1:1' }, { exec: { command: 'no-such-plugin' } });
    await expect(get(connection)).rejects.toThrow(
      'The kubeconfig gives no credentials: no-such-plugin cannot be started: there is no such program in the PATH.',
    );
  });

  it('says that nobody is there, or not whom it expects', async () => {
    const closed = await listen(createHttpServer());
    stack.pop()!();
    await expect(get(await open({ server: `https://127.0.0.1:${closed}` }, {}))).rejects.toThrow(
      /ECONNREFUSED.*is the cluster running\?/,
    );
    await expect(get(await open({ server: 'https://no-such-host.invalid' }, {}))).rejects.toThrow(
      /(ENOTFOUND|EAI_AGAIN).*is the VPN up\?/,
    );
    const api = await startApi(onlyWith(''), '10.9.9.9');
    await expect(get(await open({ server: `https://127.0.0.1:${api}` }, {}))).rejects.toThrow(
      /another name: tls-server-name/,
    );
    const stranger = Buffer.from((await createCertificateAuthority('stranger')).certificate).toString('base64');
    await expect(
      get(await open({ server: `https://127.0.0.1:${api}`, 'certificate-authority-data': stranger }, {})),
    ).rejects.toThrow(/not signed by a trusted authority/);
  });

  it('gives up on a server that takes connections and says nothing', async () => {
    const silent = await listen(createHttpServer().on('connection', (socket: Socket) => socket.pause()));
    const connection = await open({ server: `http://127.0.0.1:${silent}` }, {});
    await expect(connection.json({ method: 'GET', path: '/version', timeout: 300 })).rejects.toThrow(
      'no answer in 0.3 seconds',
    );
  });

  it('asks a server that is too busy again when it says so, unless nobody wants the answer any more', async () => {
    let busy = 2;
    let asked = 0;
    const server = `https://127.0.0.1:${await startApi((request, response) => {
      asked++;
      if (busy-- > 0) response.writeHead(429, { 'retry-after': '1' }).end('{"message":"too many requests"}');
      else onlyWith('right')(request, response);
    })}`;
    const connection = await open({ server }, { token: 'right' });
    expect(await get(connection)).toEqual({ token: 'right' });
    expect(asked).toBe(3);
    busy = 1;
    const ending = new AbortController();
    const waiting = connection.send({ method: 'GET', path: '/version', signal: ending.signal });
    setTimeout(() => ending.abort(), 200);
    await expect(waiting).rejects.toThrow(/abort/);
  });

  it('takes long answers compressed, unless the kubeconfig wants them as they are', async () => {
    const long = { items: Array.from({ length: 10_000 }, () => 'pod') };
    const asked: string[] = [];
    const server = `https://127.0.0.1:${await startApi(({ headers }, response) => {
      asked.push(String(headers['accept-encoding'] ?? ''));
      if (!headers['accept-encoding']) return response.end(JSON.stringify(long));
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(long)));
    })}`;
    expect(await get(await open({ server }, {}))).toEqual(long);
    expect(await get(await open({ server, 'disable-compression': true }, {}))).toEqual(long);
    expect(asked).toEqual(['gzip', '']);
  });

  it('goes by the proxy that the kubeconfig names', async () => {
    const api = await startApi(onlyWith('right'));
    let tunnels = 0;
    const proxy = createHttpServer().on('connect', (request, socket: Socket) => {
      tunnels++;
      const far = connect(api, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      far.pipe(socket).pipe(far);
      expect(request.url).toBe(`127.0.0.1:${api}`);
    });
    const connection = await open(
      { server: `https://127.0.0.1:${api}`, 'proxy-url': `http://127.0.0.1:${await listen(proxy)}` },
      { token: 'right' },
    );
    expect(await get(connection)).toEqual({ token: 'right' });
    expect(tunnels).toBe(1);
  });
});
