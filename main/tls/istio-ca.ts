import { readWireFields } from '../../app/decode/protobuf/wire-reader.ts';
import { callUnary } from './grpc-call.ts';

/** Where workload certificates are given out: istiod, or what stands in for it. */
export interface IstioCa {
  readonly host: string;
  readonly port: number;
  /** DNS name that its certificate must bear. */
  readonly serverName: string;
}

export interface CertificateRequest {
  /** PKCS #10, PEM. */
  readonly request: string;
  /** Service account's token for the audience `istio-ca`. */
  readonly token: string;
  /** Certificates, PEM, that the CA's own must chain to. */
  readonly root: string;
  /** Milliseconds that the certificate is asked to be valid for. */
  readonly lifetime: number;
}

const METHOD = '/istio.v1.auth.IstioCertificateService/CreateCertificate';
const TIMEOUT = 10_000;

// Fields of IstioCertificateRequest and IstioCertificateResponse, security/v1alpha1/ca.proto of istio.io/api.
const CSR = 1;
const VALIDITY_DURATION = 3;
const CERT_CHAIN = 1;
const MOST_FIELDS = 20;

/**
 * Has a certificate signed for the identity of the token's service account; gives its chain, PEM, the leaf first.
 *
 * @throws Error that says what the CA or the connection to it objected to
 */
export async function requestCertificate(ca: IstioCa, asked: CertificateRequest): Promise<string> {
  const csr = Buffer.from(asked.request);
  const answer = await callUnary({
    ...ca,
    ca: asked.root,
    method: METHOD,
    token: asked.token,
    timeout: TIMEOUT,
    message: Buffer.concat([
      varints(CSR * 8 + 2, csr.length),
      csr,
      varints(VALIDITY_DURATION * 8, Math.ceil(asked.lifetime / 1000)),
    ]),
  });
  const { fields, problem } = readWireFields(answer, MOST_FIELDS);
  const chain = fields.filter(({ number }) => number === CERT_CHAIN).map(({ bytes }) => Buffer.from(bytes).toString());
  if (problem || chain.length === 0) throw new Error('the answer holds no certificate');
  return chain.map((certificate) => `${certificate.trimEnd()}\n`).join('');
}

/** https://protobuf.dev/programming-guides/encoding/#varints */
function varints(...values: readonly number[]): Buffer {
  const bytes: number[] = [];
  for (let value of values) {
    for (; value > 0x7f; value = Math.floor(value / 0x80)) bytes.push((value % 0x80) + 0x80);
    bytes.push(value);
  }
  return Buffer.of(...bytes);
}
