import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { TlsIdentity } from './certificate-files.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 86_400_000;

/** Names that a leaf certificate stands for, as subject alternative names (RFC 5280 section 4.2.1.6). */
export interface LeafNames {
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  /** SPIFFE: `spiffe://cluster.local/ns/<namespace>/sa/<service account>`. */
  readonly uri?: readonly string[];
}

/** A certificate authority that lives in memory: for the demo cluster and for tests. */
export interface CertificateAuthority {
  /** Its own certificate and key, PEM. */
  readonly certificate: string;
  readonly key: string;
  issue(names: LeafNames, valid?: { readonly from: Date; readonly until: Date }): Promise<TlsIdentity>;
}

export async function createCertificateAuthority(name: string, now = new Date()): Promise<CertificateAuthority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const validity = { from: new Date(now.getTime() - DAY), until: new Date(now.getTime() + 365 * DAY) };
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    notBefore: validity.from,
    notAfter: validity.until,
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const certificate = authority.toString('pem');
  return {
    certificate,
    key: await exportKey(keys),
    issue: (names, valid = validity) => issue(authority, keys.privateKey, certificate, names, valid),
  };
}

async function issue(
  authority: X509Certificate,
  signingKey: webcrypto.CryptoKey,
  ca: string,
  names: LeafNames,
  valid: { readonly from: Date; readonly until: Date },
): Promise<TlsIdentity> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const leaf = await X509CertificateGenerator.create({
    issuer: authority.subject,
    // Istio's workload certificates have an empty subject, too.
    subject: '',
    notBefore: valid.from,
    notAfter: valid.until,
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new BasicConstraintsExtension(false),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      new SubjectAlternativeNameExtension(
        [
          ...(names.dns ?? []).map((value) => ({ type: 'dns' as const, value })),
          ...(names.ip ?? []).map((value) => ({ type: 'ip' as const, value })),
          ...(names.uri ?? []).map((value) => ({ type: 'url' as const, value })),
        ],
        true,
      ),
    ],
  });
  return { cert: leaf.toString('pem'), key: await exportKey(keys), ca };
}

async function exportKey({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  return PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY');
}
