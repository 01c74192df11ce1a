import type { Check } from '../../api/cluster-types.ts';
import type { AnalysisAddress } from './analysis-address.ts';
import { made } from './made-check.ts';

/** A certificate of Citadel in a secret `istio.<service account>`. */
export interface CitadelCertificate {
  readonly dnsNames: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expires: number;
  /** It comes from the plugged-in CA's root; null when that is not known. */
  readonly isOfMeshRoot: boolean | null;
  /** Why the secret is no certificate; ''. */
  readonly problem: string;
}

/** The analysis service as it was found. */
export interface AnalysisFacts {
  readonly address: AnalysisAddress;
  readonly hasService: boolean;
  /** Of the service; [] where it leads to the ports of its pods, whatever they are. */
  readonly ports: readonly number[];
  /** It leads to pods of the cluster, which can be looked at. */
  readonly hasSelector: boolean;
  readonly pods: number;
  readonly ready: number;
  /** Service accounts of the pods behind the service. */
  readonly accounts: readonly string[];
  /** Pods that do not mount the secret `istio.<account>` at `/etc/analysis/certs`. */
  readonly withoutCertificates: readonly string[];
  readonly certificate: CitadelCertificate | null;
}

/** Judges what the documentation asks of an analysis service. `now` in milliseconds since the epoch. */
export function checkAnalysis(facts: AnalysisFacts, now: number): readonly Check[] {
  const { address, hasService, ports, pods, accounts, withoutCertificates, certificate } = facts;
  const { host, port, service, namespace } = address;
  if (service === '') {
    return [
      made(
        'analysis',
        'The analysis service is outside the cluster',
        'warning',
        `${host}:${port}`,
        'Its certificate has to contain its address, which cannot be checked from here.',
      ),
    ];
  }
  const checks: Check[] = [];
  if (!hasService) {
    return [
      made(
        'analysis',
        `There is no service ${service} in ${namespace}`,
        'failed',
        `the address is ${host}:${port}`,
        'Install the analysis service, or correct `aspen-mesh-packet-inspector.analysis.address`.',
      ),
    ];
  }
  if (ports.length > 0 && !ports.includes(port)) {
    checks.push(
      made(
        'port',
        `The service ${service} in ${namespace} has no port ${port}`,
        'failed',
        `the address is ${host}:${port}, the service has ${ports.join(', ')}`,
        'Correct the port in `aspen-mesh-packet-inspector.analysis.address`, or in the service.',
      ),
    );
  }
  checks.push(checkPods(facts));
  const other = accounts.filter((account) => account !== service);
  if (other.length > 0) {
    checks.push(
      made(
        'account',
        'Service and service account of the analysis service differ',
        'failed',
        `the service is ${service}, its pods run as ${other.join(', ')}`,
        'Citadel names certificates after the service account: give both the same name.',
      ),
    );
  } else if (accounts.length > 0)
    checks.push(made('account', 'Service and service account have the same name', 'passed', service));
  if (withoutCertificates.length > 0) {
    checks.push(
      made(
        'volume',
        'The analysis service does not mount its certificate',
        'failed',
        `no volume istio-certs of the secret istio.${accounts[0] ?? service} at /etc/analysis/certs`,
        'Add the volume and the mount to its pods as the documentation shows.',
        withoutCertificates,
      ),
    );
  } else if (pods > 0)
    checks.push(made('volume', 'The certificate is mounted', 'passed', 'istio-certs at /etc/analysis/certs'));
  checks.push(
    certificate
      ? checkCertificate('the analysis service', accounts[0] ?? service, certificate, now, host)
      : made(
          'secret',
          'The analysis service has no certificate',
          'failed',
          `no secret istio.${accounts[0] ?? service} in ${namespace}`,
          'Citadel creates it once it is enabled and the namespace has its label.',
        ),
  );
  return checks;
}

function checkPods({ address: { service, namespace }, hasSelector, pods, ready }: AnalysisFacts): Check {
  if (!hasSelector) {
    return made(
      'analysis',
      'What is behind the analysis service cannot be checked',
      'warning',
      `the service ${service} in ${namespace} selects no pods`,
      'Check that it leads to the network analysis tool, with the certificate of this service account.',
    );
  }
  if (ready > 0) {
    const detail = `${ready} of ${pods} pods behind ${service} in ${namespace} are ready`;
    return made('analysis', 'The analysis service is running', 'passed', detail);
  }
  return made(
    'analysis',
    'The analysis service is not running',
    'failed',
    `${pods} pods behind ${service} in ${namespace}, none ready`,
    `\`kubectl get pods --namespace ${namespace}\``,
  );
}

/** `host`: what the certificate has to name; null: nothing. */
export function checkCertificate(
  whose: string,
  account: string,
  certificate: CitadelCertificate,
  now: number,
  host: string | null,
): Check {
  const { dnsNames, expires, isOfMeshRoot, problem } = certificate;
  const id = `certificate ${account}`;
  const names = dnsNames.length === 0 ? 'no DNS names' : dnsNames.join(', ');
  if (problem !== '') {
    return made(
      id,
      `The certificate of ${whose} cannot be read`,
      'failed',
      `secret istio.${account}: ${problem}`,
      'Delete the secret, and Citadel issues a new one.',
    );
  }
  if (expires < now) {
    return made(
      id,
      `The certificate of ${whose} has expired`,
      'failed',
      new Date(expires).toISOString(),
      `Delete its secret istio.${account}, and Citadel issues a new one.`,
    );
  }
  if (isOfMeshRoot === false) {
    return made(
      id,
      `The certificate of ${whose} comes from another root than the mesh's`,
      'failed',
      `secret istio.${account}`,
      'Citadel and the mesh have to use the plugged-in CA: restart Citadel, then delete the secret, so that a new one is issued.',
    );
  }
  if (host !== null && !dnsNames.includes(host)) {
    return made(
      id,
      'The certificate does not name the address of the analysis service',
      'failed',
      `the address is ${host}, the certificate has ${names}`,
      'Set the address to a name in the certificate. Service and service account need the same name, and `global.certificateCustomFields` has to be true.',
      dnsNames,
    );
  }
  return made(
    id,
    `The certificate of ${whose} is valid`,
    'passed',
    `${names}, until ${new Date(expires).toISOString()}`,
  );
}
