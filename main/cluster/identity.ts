import { X509Certificate } from 'node:crypto';
import type { Command } from 'commander';
import type { Log } from '../log.ts';
import { type IdentitySource, identityFromFiles } from '../tls/certificate-files.ts';
import { createWorkloadIdentity } from '../tls/workload-identity.ts';
import type { SocketAddress } from './address.ts';
import { option, toAddress, toDuration } from './command-line.ts';

/** Where a program of the cluster takes its certificate from. */
export interface CertificateOptions {
  /** PEM files, as Citadel's secret has them. */
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
  /** The certificate service of the mesh, for when there are no such files. */
  readonly istiod?: SocketAddress;
  /** DNS name that its certificate must have; the host of `istiod` when left out. */
  readonly istiodName?: string;
  readonly istiodToken: string;
  readonly istiodRoot: string;
  /** Milliseconds. */
  readonly certificateLifetime: number;
}

export function addCertificateOptions(program: Command): Command {
  const folder = '/etc/analysis/certs';
  return program
    .addOption(option('--cert <file>', 'certificate chain, PEM').default(`${folder}/cert-chain.pem`))
    .addOption(option('--key <file>', 'its private key, PEM').default(`${folder}/key.pem`))
    .addOption(
      option('--ca <file>', 'certificates of the authority of the other side, PEM').default(`${folder}/root-cert.pem`),
    )
    .addOption(
      option('--istiod <host:port>', 'who issues a certificate when there is no --cert (default: nobody)').argParser(
        toAddress,
      ),
    )
    .addOption(
      option('--istiod-name <name>', 'DNS name that its certificate must have (default: the host of --istiod)'),
    )
    .addOption(
      option('--istiod-token <file>', "service account's token for the audience istio-ca").default(
        '/var/run/secrets/tokens/istio-token',
      ),
    )
    .addOption(
      option('--istiod-root <file>', 'root certificates of the mesh, PEM').default(
        '/var/run/secrets/istio/root-cert.pem',
      ),
    )
    .addOption(
      option('--certificate-lifetime <duration>', 'requested lifetime of a certificate from istiod')
        .argParser(toDuration)
        .default(24 * 3_600_000, '24h'),
    );
}

const LOOK_EVERY = 250;

/**
 * Opens the program's identity: the files where they are, else a certificate of istiod's, whichever is there first and from
 * then on. Waits until there is one, and says why there is none.
 */
export async function openIdentity(options: CertificateOptions, log: Log): Promise<IdentitySource> {
  const files = identityFromFiles(options);
  const { istiod } = options;
  if (has(files) || !istiod) return ready(files, 'files', log);
  if (!('host' in istiod)) throw new Error('istiod is reached by a host and a port, not by a unix socket');
  log.info('there are no certificate files: istiod is asked', { file: options.cert, istiod: istiod.host });
  const workload = createWorkloadIdentity({
    ca: { ...istiod, serverName: options.istiodName ?? istiod.host },
    token: options.istiodToken,
    root: options.istiodRoot,
    lifetime: options.certificateLifetime,
    log,
  });
  for (;;) {
    if (has(workload)) return ready(workload, 'istiod', log);
    if (has(files)) {
      workload.close();
      return ready(files, 'files', log);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}

function ready(source: IdentitySource, from: string, log: Log): IdentitySource {
  log.info('the certificate has arrived', { from, ...describe(source) });
  return source;
}

function has(source: IdentitySource): boolean {
  try {
    source.current();
    return true;
  } catch {
    return false;
  }
}

function describe(source: IdentitySource): { readonly names: string; readonly until: string } {
  const certificate = new X509Certificate(source.current().cert);
  return { names: certificate.subjectAltName ?? '', until: certificate.validToDate.toISOString() };
}
