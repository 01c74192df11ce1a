import { type CaptureSite, filterNamespaces } from './capture-site.ts';
import { clusterFilterName, diameterFilterName, httpFilterName, leaseKeeperName } from './names.ts';

/** What the lease keeper removes when the lease has run out, in this order. JSON: it is an argument of the program. */
export interface Removal {
  /** EnvoyFilters that capture, as `namespace/name`. */
  readonly filters: readonly string[];
  /** EnvoyFilters with the capture cluster. */
  readonly clusters: readonly string[];
  /** Owner of everything else. */
  readonly clusterRole: string;
}

/** Names of the EnvoyFilters of a target, those that capture. */
export function filterNames(suffix: string): { readonly http: string; readonly diameter: string } {
  const end = suffix === '' ? '' : `-${suffix}`;
  return { http: `${httpFilterName}${end}`, diameter: `${diameterFilterName}${end}` };
}

export function filterRemoval(site: Pick<CaptureSite, 'targets'>): Removal {
  const filters = site.targets.flatMap(({ namespace, suffix }) => {
    const { http, diameter } = filterNames(suffix);
    return [`${namespace}/${http}`, `${namespace}/${diameter}`];
  });
  const clusters = filterNamespaces(site).map((namespace) => `${namespace}/${clusterFilterName}`);
  return { filters, clusters, clusterRole: leaseKeeperName };
}
