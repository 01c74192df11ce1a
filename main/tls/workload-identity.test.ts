import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createJsonLog } from '../log.ts';
import { type CertificateAuthority, createCertificateAuthority } from './certificates.ts';
import { createWorkloadIdentity, type WorkloadIdentity } from './workload-identity.ts';

/** What a certificate service may answer: a chain, or a status with a message. */
type Answer = { readonly chain: readonly string[] } | { readonly status: number; readonly message: string };

/** Answers like istiod over TLS; the real one is asked in tests/cluster/certificates.test.ts. */
describe('a certificate of the CA of the mesh', () => {
  const lines: string[] = [];
  const log = createJsonLog('test', 'debug', (line) => lines.push(line));
  let authority: CertificateAuthority;
  let server: Http2SecureServer;
  let folder: string;
  let identity: WorkloadIdentity | null = null;
  let asked: { path: string; token: string }[] = [];
  let answer: () => Answer | Promise<Answer>;

  beforeEach(async () => {
    lines.length = 0;
    asked = [];
    folder = mkdtempSync(join(tmpdir(), 'workload-identity-'));
    authority = await createCertificateAuthority('mesh');
    server = createSecureServer(await authority.issue({ dns: ['istiod.istio-system.svc'] }));
    server.on('stream', (stream, headers) => {
      asked.push({ path: String(headers[':path']), token: String(headers.authorization) });
      stream.on('error', () => {});
      stream.resume();
      stream.on('end', async () => {
        const given = await answer();
        if ('status' in given) {
          const trailers = { 'grpc-status': given.status, 'grpc-message': encodeURIComponent(given.message) };
          stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...trailers }, { endStream: true });
          return;
        }
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        stream.end(message(given.chain));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    writeFileSync(join(folder, 'token'), 'first\n');
    writeFileSync(join(folder, 'root'), authority.certificate);
  });

  afterEach(() => {
    identity?.close();
    server.close();
    rmSync(folder, { recursive: true });
  });

  function start(serverName = 'istiod.istio-system.svc'): WorkloadIdentity {
    identity = createWorkloadIdentity({
      ca: { host: '127.0.0.1', port: (server.address() as { port: number }).port, serverName },
      token: join(folder, 'token'),
      root: join(folder, 'root'),
      lifetime: 3_600_000,
      log,
    });
    return identity;
  }

  const leaf = async (milliseconds: number) => {
    const valid = { from: new Date(Date.now() - 60_000), until: new Date(Date.now() + milliseconds) };
    return { chain: [(await authority.issue({ uri: ['spiffe://td/ns/a/sa/b'] }, valid)).cert, authority.certificate] };
  };
  const eventually = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 20 });

  it('is asked for with the token of the moment, and again before it ends', async () => {
    answer = () => leaf(3_000);
    const source = start();
    expect(() => source.current()).toThrow('no certificate yet');
    const seen: string[] = [];
    source.watch(({ cert }) => seen.push(cert));
    await eventually(() => expect(seen).toHaveLength(1));
    writeFileSync(join(folder, 'token'), 'second');
    expect(source.current().ca).toBe(authority.certificate);
    await eventually(() => expect(seen).toHaveLength(2));
    expect(source.current().cert).toBe(seen[1]);
    expect(asked).toEqual([
      { path: '/istio.v1.auth.IstioCertificateService/CreateCertificate', token: 'Bearer first' },
      { path: '/istio.v1.auth.IstioCertificateService/CreateCertificate', token: 'Bearer second' },
    ]);
    expect(lines.join('')).not.toMatch(/first|second|PRIVATE/);
  });

  it('is asked for again when it was refused, and why is said once', async () => {
    const refusal = { status: 16, message: 'authentication failed: the token is for another audience' };
    answer = () => (asked.length < 3 ? refusal : leaf(3_600_000));
    const source = start();
    await eventually(() => expect(source.current().cert).toContain('CERTIFICATE'));
    expect(asked).toHaveLength(3);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('grpc-status 16: authentication failed: the token is for another audience');
  });

  it.each([
    ['no root', () => rmSync(join(folder, 'root')), 'the root of the mesh is not there'],
    ['no token', () => rmSync(join(folder, 'token')), 'the token for the CA of the mesh is not there'],
    [
      'an answer that is none',
      () => {
        answer = () => ({ chain: [] });
      },
      'the answer holds no certificate',
    ],
  ])('says what is missing: %s', async (_, arrange, sentence) => {
    answer = () => leaf(3_600_000);
    arrange();
    start();
    await eventually(() => expect(lines.join('')).toContain(sentence));
  });

  it('is never asked of somebody else', async () => {
    answer = () => leaf(3_600_000);
    start('istiod.other.svc');
    await eventually(() => expect(lines.join('')).toContain('istiod.other.svc'));
    writeFileSync(join(folder, 'root'), (await createCertificateAuthority('stranger')).certificate);
    identity?.close();
    start();
    await eventually(() => expect(lines.at(-1)).toMatch(/self-signed|unable to verify|signature/));
    expect(asked).toEqual([]);
  });
});

/** IstioCertificateResponse in gRPC's frame. */
function message(chain: readonly string[]): Buffer {
  const fields = chain.map((certificate) => {
    const { length } = certificate;
    return Buffer.concat([Buffer.of(0x0a, (length & 0x7f) | 0x80, length >> 7), Buffer.from(certificate)]);
  });
  const body = Buffer.concat(fields);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}
