import { createServer, type ServerHttp2Stream } from 'node:http2';
import protobuf from 'protobufjs';
import type { TlsIdentity } from '../../../main/tls/certificate-files.ts';

/** What Istio's agent does for its proxy: serves its certificate as `default` and the mesh's root as `ROOTCA` (SDS). */
export interface SecretServer extends AsyncDisposable {
  readonly port: number;
}

const { root } = protobuf.parse(
  `
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message DiscoveryRequest { string version_info = 1; repeated string resource_names = 3; string type_url = 4; string response_nonce = 5; }
  message DiscoveryResponse { string version_info = 1; repeated Any resources = 2; string type_url = 4; string nonce = 5; }
  message DataSource { bytes inline_bytes = 2; }
  message TlsCertificate { DataSource certificate_chain = 1; DataSource private_key = 2; }
  message CertificateValidationContext { DataSource trusted_ca = 1; }
  message Secret { string name = 1; TlsCertificate tls_certificate = 2; CertificateValidationContext validation_context = 4; }
`,
  { keepCase: true },
);
const secretType = 'type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret';

export async function startSecretServer(identity: TlsIdentity): Promise<SecretServer> {
  const server = createServer();
  server.on('stream', (stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    stream.on('error', () => {});
    readMessages(stream, (bytes) => {
      const request = decode('DiscoveryRequest', bytes);
      // A request with a nonce says that it has taken what it was sent.
      if (request.response_nonce) return;
      const names = request.resource_names as string[];
      writeMessage(
        stream,
        encode('DiscoveryResponse', {
          version_info: '1',
          nonce: '1',
          type_url: secretType,
          resources: names.map((name) => ({ type_url: secretType, value: encode('Secret', secret(name, identity)) })),
        }),
      );
    });
  });
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    async [Symbol.asyncDispose]() {
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function secret(name: string, { cert, key, ca }: TlsIdentity): object {
  const inline = (text: string) => ({ inline_bytes: Buffer.from(text) });
  return name === 'ROOTCA'
    ? { name, validation_context: { trusted_ca: inline(ca) } }
    : { name, tls_certificate: { certificate_chain: inline(cert), private_key: inline(key) } };
}

function encode(type: string, value: object): Uint8Array {
  const found = root.lookupType(type);
  return found.encode(found.fromObject(value)).finish();
}

function decode(type: string, bytes: Uint8Array): Record<string, unknown> {
  const found = root.lookupType(type);
  return found.toObject(found.decode(bytes), { arrays: true, defaults: true });
}

/** gRPC's framing: a byte for compression, four for the length, then the message. */
function readMessages(stream: ServerHttp2Stream, take: (bytes: Uint8Array) => void): void {
  let held = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    while (held.length >= 5 && held.length >= 5 + held.readUInt32BE(1)) {
      const end = 5 + held.readUInt32BE(1);
      take(held.subarray(5, end));
      held = held.subarray(end);
    }
  });
}

function writeMessage(stream: ServerHttp2Stream, bytes: Uint8Array): void {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  stream.write(Buffer.concat([head, bytes]));
}
