/** As whom a user of a kubeconfig acts. https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation */
export interface Impersonation {
  /** '' when as nobody else. */
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export type ImpersonationHeaders = Readonly<Record<string, string | string[]>>;

/** Headers of requests that act so. */
export function impersonationHeaders({ user, uid, groups, extra }: Impersonation): ImpersonationHeaders {
  if (user === '') return {};
  const extras = Object.entries(extra).map(([key, values]) => [
    `Impersonate-Extra-${encodeURIComponent(key.toLowerCase())}`,
    [...values],
  ]);
  return {
    'Impersonate-User': user,
    ...(uid === '' ? {} : { 'Impersonate-Uid': uid }),
    ...(groups.length === 0 ? {} : { 'Impersonate-Group': [...groups] }),
    ...Object.fromEntries(extras),
  };
}
