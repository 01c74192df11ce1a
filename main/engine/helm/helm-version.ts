/** Version of a helm program, as far as it matters. */
export interface HelmVersion {
  /** `3.19.2`. */
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

/** The first that renders with what the cluster knows (`--dry-run=server`). */
const oldest = '3.13';

/**
 * Reads what `helm version --template '{{.Version}}'` prints.
 *
 * @throws Error with advice when it is too old
 */
export function readHelmVersion(printed: string): HelmVersion {
  const text = printed.trim().replace(/^v/, '');
  const [major = 0, minor = 0] = text.split('.').map(Number);
  if (major < 3 || (major === 3 && minor < 13)) {
    throw new Error(
      `helm ${text} is too old: install helm ${oldest} or later, or name another in PACKET_INSPECTOR_HELM.`,
    );
  }
  return { text, major, minor };
}

/** Has helm take an install or upgrade back that fails: helm 4 calls it otherwise, and knows the old name for upgrades alone. */
export function rollbackFlag({ major }: HelmVersion): string {
  return major >= 4 ? '--rollback-on-failure' : '--atomic';
}
