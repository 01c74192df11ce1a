import { X509Certificate } from 'node:crypto';
import type { RequestOptions } from 'node:https';

/** A sentence when the credentials of a request have run out, as far as they say so themselves; else ''. */
export function expirySentence({ headers, cert }: RequestOptions, user: string, now = Date.now()): string {
  const whose = user === '' ? '' : ` of the user ${user}`;
  const token = /^Bearer (\S+)/.exec(
    String((headers as Record<string, unknown> | undefined)?.Authorization ?? ''),
  )?.[1];
  if (token !== undefined) return sentence(`The token${whose}`, expiryOfToken(token), now);
  if (typeof cert === 'string' || Buffer.isBuffer(cert)) {
    return sentence(`The certificate${whose}`, expiryOfCertificate(cert), now);
  }
  return '';
}

function sentence(what: string, expiry: number | null, now: number): string {
  if (expiry === null || expiry > now) return '';
  return `${what} expired on ${new Date(expiry).toISOString().slice(0, 16).replace('T', ' ')} UTC: log in again.`;
}

/** Of a JSON web token (RFC 7519 section 4.1.4); null where it is none, or says nothing. */
function expiryOfToken(token: string): number | null {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof exp === 'number' ? exp * 1000 : null;
  } catch {
    return null;
  }
}

function expiryOfCertificate(cert: string | Buffer): number | null {
  try {
    return Date.parse(new X509Certificate(cert).validTo);
  } catch {
    return null;
  }
}
