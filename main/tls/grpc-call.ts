import { connect, type IncomingHttpHeaders } from 'node:http2';

export interface GrpcCall {
  readonly host: string;
  readonly port: number;
  /** DNS name that the server's certificate must bear. */
  readonly serverName: string;
  /** Certificates, PEM, one of which the server's chain must end in. */
  readonly ca: string;
  /** `/package.Service/Method`. */
  readonly method: string;
  /** Goes out as `authorization: Bearer`. */
  readonly token: string;
  readonly message: Uint8Array;
  /** Milliseconds for all of it. */
  readonly timeout: number;
}

/** A server may answer with that much; what we ask for takes a few kilobytes. */
const LARGEST_ANSWER = 1024 * 1024;
/** Flag (not compressed) and length before a message. */
const PREFIX = 5;

/**
 * One unary gRPC call over a connection of its own (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md). By hand
 * because `@grpc/grpc-js` would be two thirds of a program that lies in a ConfigMap, for one call in twelve hours.
 *
 * @throws Error with grpc-status and grpc-message, or what was wrong with the connection
 */
export async function callUnary(call: GrpcCall): Promise<Uint8Array> {
  const { host, port, serverName, ca } = call;
  const session = connect(`https://${host.includes(':') ? `[${host}]` : host}:${port}`, {
    servername: serverName,
    ca,
    minVersion: 'TLSv1.2',
  });
  try {
    return await new Promise<Uint8Array>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer within ${call.timeout / 1000} s`)), call.timeout);
      session.on('close', () => clearTimeout(timer));
      session.on('error', reject);
      const stream = session.request({
        ':method': 'POST',
        ':path': call.method,
        'content-type': 'application/grpc',
        te: 'trailers',
        'grpc-timeout': `${call.timeout}m`,
        authorization: `Bearer ${call.token}`,
      });
      let headers: IncomingHttpHeaders = {};
      const chunks: Buffer[] = [];
      let length = 0;
      stream.on('response', (received) => {
        headers = received;
      });
      stream.on('trailers', (received) => {
        headers = { ...headers, ...received };
      });
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > LARGEST_ANSWER) reject(new Error(`the answer is longer than ${LARGEST_ANSWER} bytes`));
      });
      stream.on('error', reject);
      stream.on('close', () => reject(new Error('the connection was closed before the answer')));
      stream.on('end', () => {
        try {
          resolve(messageIn(headers, Buffer.concat(chunks)));
        } catch (error) {
          reject(error);
        }
      });
      stream.end(framed(call.message));
    });
  } finally {
    session.destroy();
  }
}

function framed(message: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(PREFIX + message.length);
  bytes.writeUInt32BE(message.length, 1);
  bytes.set(message, PREFIX);
  return bytes;
}

function messageIn(headers: IncomingHttpHeaders, body: Buffer): Uint8Array {
  const status = headers['grpc-status'];
  if (status === undefined) throw new Error(`no gRPC server: HTTP status ${headers[':status'] ?? 'missing'}`);
  if (status !== '0') throw new Error(`grpc-status ${status}: ${unescaped(String(headers['grpc-message'] ?? ''))}`);
  if (body.length < PREFIX || body[0] !== 0 || body.readUInt32BE(1) !== body.length - PREFIX) {
    throw new Error('the answer is not one uncompressed gRPC message');
  }
  return body.subarray(PREFIX);
}

/** grpc-message is percent-encoded UTF-8; anything else is shown as it is. */
function unescaped(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
