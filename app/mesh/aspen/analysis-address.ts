/** The analysis service by its address in the cluster. */
export interface AnalysisAddress {
  /** What its certificate has to name. */
  readonly host: string;
  readonly port: number;
  /** '' for an address outside of the cluster's DNS. */
  readonly service: string;
  readonly namespace: string;
}

const label = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?';
const inCluster = new RegExp(`^(${label})\\.(${label})\\.svc(?:\\.[-.a-z0-9]+)?$`);
const anyHost = new RegExp(`^${label}(?:\\.${label})*$`);

/** Reads `<service>.<namespace>.svc.cluster.local:<port>`; a sentence when it is no address. */
export function readAnalysisAddress(text: string): AnalysisAddress | string {
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, colon);
  const digits = text.slice(colon + 1);
  if (colon < 1 || !/^\d{1,5}$/.test(digits))
    return `"${text}" has no port: write <service>.<namespace>.svc.cluster.local:<port>`;
  const port = Number(digits);
  if (port < 1 || port > 65_535) return `the port ${digits} is not between 1 and 65535`;
  if (!anyHost.test(host)) return `"${host}" is not a DNS name in lower case`;
  const [, service = '', namespace = ''] = inCluster.exec(host) ?? [];
  return { host, port, service, namespace };
}
