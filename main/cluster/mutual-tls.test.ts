import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, createServer } from 'node:tls';
import { expect, it } from 'vitest';
import { createJsonLog } from '../log.ts';
import { fixedIdentity } from '../tls/certificate-files.ts';
import { createCertificateAuthority } from '../tls/certificates.ts';
import { listen } from './listen.ts';
import { mutualTls, Refusals } from './mutual-tls.ts';

async function startServer() {
  const authority = await createCertificateAuthority('mesh');
  const lines: string[] = [];
  const counts = { refused: 0 };
  const server = createServer(mutualTls(fixedIdentity(await authority.issue({ dns: ['localhost'] }))));
  new Refusals(
    'a peer was refused',
    counts,
    createJsonLog('test', 'info', (line) => lines.push(line)),
  ).watch(server);
  const { address, close } = await listen(server, { host: '127.0.0.1', port: 0 });
  return { authority, counts, lines, port: 'port' in address ? address.port : 0, close };
}

it('a server with mutual TLS does not wait for a handshake that nobody goes on with when it is closed', async () => {
  const server = await startServer();
  const socket: Socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  const ended = once(socket, 'close');
  await server.close();
  await ended;
});

it('counts every client without a certificate, and logs the first of them', async () => {
  const server = await startServer();
  const { ca } = await server.authority.issue({ dns: ['client'] });
  for (let count = 1; count <= 3; count++) {
    const socket = connectTls({ port: server.port, host: '127.0.0.1', servername: 'localhost', ca });
    await once(socket, 'error');
    await expect.poll(() => server.counts.refused).toBe(count);
  }
  expect(server.lines).toHaveLength(1);
  expect(JSON.parse(server.lines[0]!)).toMatchObject({
    message: 'a peer was refused',
    reason: expect.stringMatching(/^at the TLS handshake: /),
    refused: 1,
  });
  await server.close();
});
