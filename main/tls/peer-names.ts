import { checkServerIdentity, type PeerCertificate } from 'node:tls';

/** Subject alternative names of a certificate, by their kind. */
export interface PeerNames {
  readonly dns: readonly string[];
  /** SPIFFE identities among them. */
  readonly uris: readonly string[];
}

/** Node writes `DNS:a.example, URI:spiffe://…`, and a name that could be mistaken for several as a JSON string. */
const ONE_NAME = /(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,"]*)/g;

export function peerNames({ subjectaltname = '' }: Pick<PeerCertificate, 'subjectaltname'>): PeerNames {
  const names = Array.from(subjectaltname.matchAll(ONE_NAME), ([, kind = '', value = '']) => ({ kind, value }));
  const of = (wanted: string) => names.filter(({ kind }) => kind === wanted).map(({ value }) => value);
  return { dns: of('DNS'), uris: of('URI') };
}

/** What a service's certificate has to say. */
export interface ExpectedService {
  /** DNS name that it is reached by. */
  readonly name: string;
  /** SPIFFE identity that will do for a certificate without DNS names, as istiod gives them out; '' when none will. */
  readonly identity: string;
}

/**
 * Why a certificate is not the service's; undefined when it is. A common name does not do (RFC 9525 section 6.3), and Node would
 * fall back to it.
 */
export function checkService({ name, identity }: ExpectedService, certificate: PeerCertificate): Error | undefined {
  const { dns, uris } = peerNames(certificate);
  if (dns.length > 0 && !checkServerIdentity(name, certificate)) return undefined;
  if (dns.length === 0 && identity !== '' && uris.includes(identity)) return undefined;
  const names = [...dns, ...uris].join(', ') || 'no name';
  const mismatch =
    identity === '' || dns.length > 0
      ? `does not match the configured address ${name}`
      : `matches neither the configured address ${name} nor ${identity}`;
  return new Error(`its certificate is for ${names}, which ${mismatch}`);
}

/** Why a peer is not the one of this SPIFFE identity; '' when it is, or when any will do (`identity` is ''). */
export function checkIdentity(identity: string, certificate: PeerCertificate): string {
  const { uris } = peerNames(certificate);
  if (identity === '' || uris.includes(identity)) return '';
  return `its identity is ${uris.join(', ') || 'none'}, not ${identity}`;
}

/** Why a peer is no workload of the mesh with this SPIFFE trust domain; '' when it is. With '' any domain will do. */
export function checkWorkload(trustDomain: string, certificate: PeerCertificate): string {
  const { uris } = peerNames(certificate);
  const isWorkload = uris.some((uri) => {
    const [, domain = ''] = /^spiffe:\/\/([^/]+)\/ns\/[^/]+\/sa\/[^/]+$/.exec(uri) ?? [];
    return domain !== '' && (trustDomain === '' || domain === trustDomain);
  });
  if (isWorkload) return '';
  return `its identity is ${uris.join(', ') || 'none'}, which is no workload of the mesh${trustDomain && ` ${trustDomain}`}`;
}
