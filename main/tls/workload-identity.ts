import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { errorText, type Log } from '../log.ts';
import type { IdentitySource, TlsIdentity } from './certificate-files.ts';
import { type IstioCa, requestCertificate } from './istio-ca.ts';
import { createSigningRequest } from './signing-request.ts';

export interface WorkloadIdentityOptions {
  readonly ca: IstioCa;
  /** File of the service account's token for the audience `istio-ca`. Rotated by the kubelet, so read each time. */
  readonly token: string;
  /** File of the mesh's root certificates, PEM. */
  readonly root: string;
  /** Milliseconds that certificates are asked to be valid for; the CA may give less. */
  readonly lifetime: number;
  readonly log: Log;
}

/** An identity that is asked of the mesh's CA, and renewed for as long as it is not closed. */
export interface WorkloadIdentity extends IdentitySource {
  close(): void;
}

/** Shares of a certificate's life after which it is renewed: at random in between, so that a mesh's programs do not ask all at once. */
const RENEW_FROM = 0.5;
const RENEW_SPREAD = 0.15;
const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;
/** `setTimeout` takes no more than 24.8 days; nothing speaks against looking once a day. */
const LONGEST_WAIT = 86_400_000;

/**
 * A workload certificate of the mesh, as Istio's agent gets one for its proxy: key and request are made here, the key
 * never leaves the process. A failure is logged and tried again, ever more seldom; until then the last certificate stays.
 */
export function createWorkloadIdentity(options: WorkloadIdentityOptions): WorkloadIdentity {
  const { ca, lifetime, log } = options;
  const listeners = new Set<(identity: TlsIdentity) => void>();
  let identity: TlsIdentity | null = null;
  let problem = 'no certificate yet';
  let delay = FIRST_DELAY;
  let closed = false;
  let timer = setTimeout(renew, 0);

  function renew(): void {
    ask().then(
      (given) => {
        if (closed) return;
        identity = given;
        problem = '';
        delay = FIRST_DELAY;
        const left = new X509Certificate(given.cert).validToDate.getTime() - Date.now();
        const share = RENEW_FROM + Math.random() * RENEW_SPREAD;
        timer = setTimeout(renew, Math.min(LONGEST_WAIT, Math.max(FIRST_DELAY, left * share)));
        for (const listener of listeners) listener(given);
      },
      (error: unknown) => {
        if (closed) return;
        const reason = errorText(error);
        if (reason !== problem) log.warning('no certificate from the CA of the mesh', { ca: ca.serverName, reason });
        problem = reason;
        timer = setTimeout(renew, delay * (0.5 + Math.random() / 2));
        delay = Math.min(delay * 2, LONGEST_DELAY);
      },
    );
  }

  async function ask(): Promise<TlsIdentity> {
    const root = read(options.root, 'the root of the mesh');
    const token = read(options.token, 'the token for the CA of the mesh').trim();
    const { key, request } = createSigningRequest();
    return { key, cert: await requestCertificate(ca, { request, token, root, lifetime }), ca: root };
  }

  return {
    current() {
      if (!identity) throw new Error(problem);
      return identity;
    },
    watch(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${what} is not there: ${errorText(error)}`);
  }
}
