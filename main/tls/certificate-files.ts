import { readFileSync, statSync } from 'node:fs';

/** PEM texts of one identity: what Node's TLS takes. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
  /** Certificates that the other side's chain must end in. */
  readonly ca: string;
}

/** Files that hold them, as a mounted secret does. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** Where a program takes its certificates from: fixed ones, or files that are rotated while it runs. */
export interface IdentitySource {
  current(): TlsIdentity;
  /** Calls back with the new identity whenever it was rotated, until the returned function is called. */
  watch(changed: (identity: TlsIdentity) => void): () => void;
}

export function fixedIdentity(identity: TlsIdentity): IdentitySource {
  return { current: () => identity, watch: () => () => {} };
}

const LOOK_EVERY = 30_000;

/**
 * Reads PEM files, and again when they change. Kubernetes rotates a mounted secret by moving a symbolic link, which
 * file watchers miss, so the times are looked at. A half-written rotation is left until it can be read.
 */
export function identityFromFiles(files: CertificateFiles): IdentitySource {
  return {
    current: () => readIdentity(files),
    watch(changed) {
      let seen = stamp(files);
      const timer = setInterval(() => {
        const now = stamp(files);
        if (now === seen || now === null) return;
        seen = now;
        changed(readIdentity(files));
      }, LOOK_EVERY);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}

function readIdentity(files: CertificateFiles): TlsIdentity {
  return { cert: read(files.cert), key: read(files.key), ca: read(files.ca) };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(
      `cannot read the certificate file ${path}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Changes when any of the files does; null while one is missing. */
function stamp(files: CertificateFiles): string | null {
  const times = [files.cert, files.key, files.ca].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs);
  return times.includes(undefined) ? null : times.join(' ');
}
