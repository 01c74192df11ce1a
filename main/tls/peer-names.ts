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

/** Who a workload of a mesh is, by its SPIFFE identity: `spiffe://<trust domain>/ns/<namespace>/sa/<service account>`. */
export interface Workload {
  readonly trustDomain: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/**
 * The workload that a certificate is of; null when it is of none, or of several (X509-SVID section 2). Beside its SPIFFE identity there
 * may be URIs of other kinds, as Aspen Mesh's custom fields are.
 */
export function workloadOf(certificate: PeerCertificate): Workload | null {
  const [uri = '', second] = peerNames(certificate).uris.filter((name) => name.startsWith('spiffe://'));
  if (second !== undefined) return null;
  const [, trustDomain, namespace, serviceAccount] = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(uri) ?? [];
  if (trustDomain === undefined || namespace === undefined || serviceAccount === undefined) return null;
  return { trustDomain, namespace, serviceAccount };
}

/** Why a peer is no workload of the mesh with this SPIFFE trust domain; '' when it is. With '' any domain will do. */
export function checkWorkload(trustDomain: string, certificate: PeerCertificate): string {
  const workload = workloadOf(certificate);
  if (workload !== null && (trustDomain === '' || workload.trustDomain === trustDomain)) return '';
  const identity = peerNames(certificate).uris.join(', ') || 'none';
  return `its identity is ${identity}, which is not a workload of the mesh${trustDomain && ` ${trustDomain}`}`;
}
