import { generateKeyPairSync, sign } from 'node:crypto';

/** A new key and a request for a certificate of it, both PEM. */
export interface SigningRequest {
  readonly key: string;
  readonly request: string;
}

// Tags of DER (ITU-T X.690).
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const SEQUENCE = 0x30;
const ATTRIBUTES = 0xa0;
/** AlgorithmIdentifier of ecdsa-with-SHA256, 1.2.840.10045.4.3.2 (RFC 5758 section 3.2). */
const ECDSA_WITH_SHA256 = element(SEQUENCE, Buffer.from('06082a8648ce3d040302', 'hex'));

/**
 * Makes a P-256 key and a PKCS #10 request (RFC 2986) without subject or names: istiod takes these from the token of the requester.
 * Node cannot write requests, and a library that can would be two thirds of a program that lies in a ConfigMap.
 */
export function createSigningRequest(): SigningRequest {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const information = element(
    SEQUENCE,
    element(INTEGER, Buffer.of(0)),
    element(SEQUENCE),
    publicKey.export({ type: 'spki', format: 'der' }),
    element(ATTRIBUTES),
  );
  const signature = element(BIT_STRING, Buffer.of(0), sign('sha256', information, privateKey));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    request: pem('CERTIFICATE REQUEST', element(SEQUENCE, information, ECDSA_WITH_SHA256, signature)),
  };
}

/** Tag, length and content: no element of such a request is longer than 255 bytes. */
function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const length = content.length < 0x80 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

function pem(label: string, bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
