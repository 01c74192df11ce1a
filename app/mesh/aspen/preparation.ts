import type { Check } from '../../api/cluster-types.ts';
import { citadelLabel } from '../names.ts';
import type { AnalysisAddress } from './analysis-address.ts';

/** A certificate of Citadel in a secret `istio.<service account>`. */
export interface CitadelCertificate {
  readonly dnsNames: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expires: number;
  /** It comes from the plugged-in CA's root; null when that is not known. */
  readonly isOfMeshRoot: boolean | null;
}

/** The analysis service as it was found. */
export interface AnalysisFacts {
  readonly address: AnalysisAddress;
  readonly hasService: boolean;
  readonly pods: number;
  readonly ready: number;
  /** Service accounts of the pods behind the service. */
  readonly accounts: readonly string[];
  /** Pods that do not mount the secret `istio.<account>` at `/etc/analysis/certs`. */
  readonly withoutCertificates: readonly string[];
  readonly certificate: CitadelCertificate | null;
}

/** What preparing is about, as it was found in the cluster. */
export interface PreparationFacts {
  readonly meshNamespace: string;
  /** Keys of the secret `cacerts`; null when there is none. */
  readonly pluggedIn: readonly string[] | null;
  /** Values of the release. */
  readonly citadelEnabled: boolean;
  readonly customFields: boolean;
  /** Deployments of Citadel with how many of their pods are ready; null when none is there. */
  readonly citadel: { readonly name: string; readonly ready: number } | null;
  /** Namespaces that need the certificate-secret label, with whether they have it; null: the namespace is missing. */
  readonly labels: readonly { readonly namespace: string; readonly isSet: boolean | null }[];
  /** The aggregator's certificate; null while there is none. */
  readonly aggregator: CitadelCertificate | null;
  readonly aggregatorAccount: string;
  /** null when it is installed when capture is switched on. */
  readonly analysis: AnalysisFacts | null;
}

/** Files of a plugged-in CA. */
export const pluggedInKeys = ['ca-cert.pem', 'ca-key.pem', 'root-cert.pem', 'cert-chain.pem'];

/** Judges everything that the documentation has a person prepare. `now` in milliseconds since the epoch. */
export function checkPreparation(facts: PreparationFacts, now: number): readonly Check[] {
  return [
    checkCertificateAuthority(facts),
    checkCitadel(facts),
    checkCustomFields(facts),
    ...facts.labels.map(checkLabel),
    ...(facts.aggregator
      ? [checkCertificate('the aggregators', facts.aggregatorAccount, facts.aggregator, now, null)]
      : []),
    ...(facts.analysis ? checkAnalysis(facts.analysis, now) : []),
  ];
}

function checkCertificateAuthority({ pluggedIn, meshNamespace }: PreparationFacts): Check {
  const missing = pluggedInKeys.filter((key) => !pluggedIn?.includes(key));
  if (missing.length === 0) {
    return made(
      'ca',
      'CA certificates are plugged in',
      'passed',
      `secret cacerts in ${meshNamespace}`,
      '',
      pluggedIn ?? [],
    );
  }
  const detail =
    pluggedIn === null ? `no secret cacerts in ${meshNamespace}` : `the secret cacerts lacks ${missing.join(', ')}`;
  return made(
    'ca',
    'No CA certificates are plugged in',
    'failed',
    detail,
    'Citadel and the mesh\'s CA have to sign with one CA: plug it in as Aspen Mesh\'s documentation says under "Plug in CA certificates". Packet Inspector never changes a CA.',
  );
}

function checkCitadel({ citadelEnabled, citadel }: PreparationFacts): Check {
  if (!citadelEnabled) {
    return made(
      'citadel',
      'Citadel is not enabled',
      'failed',
      'citadel.enabled is not true in the release',
      valuesRemedy,
      [],
      { values: 'citadel:\n  enabled: true\n' },
    );
  }
  if (citadel === null || citadel.ready === 0) {
    const detail = citadel === null ? 'no Deployment with the label app=citadel' : `no pod of ${citadel.name} is ready`;
    return made(
      'citadel',
      'Citadel is enabled but does not run',
      'failed',
      detail,
      'Without it nobody makes the certificates: look at its pods.',
    );
  }
  return made('citadel', 'Citadel is enabled', 'passed', `${citadel.name}, ${citadel.ready} ready`);
}

function checkCustomFields({ customFields }: PreparationFacts): Check {
  if (customFields)
    return made(
      'custom-fields',
      'Certificates have traditional DNS names',
      'passed',
      'global.certificateCustomFields is true',
    );
  return made(
    'custom-fields',
    'Certificates have no traditional DNS names',
    'failed',
    'global.certificateCustomFields is not true in the release',
    valuesRemedy,
    [],
    { values: 'global:\n  certificateCustomFields: true\n' },
  );
}

const valuesRemedy =
  'Put this into the override values file (`packet-inspector prepare --write FILE` does) and upgrade Aspen Mesh to the same version:';

function checkLabel({ namespace, isSet }: PreparationFacts['labels'][number]): Check {
  const id = `label ${namespace}`;
  if (isSet) return made(id, `Citadel makes certificates for ${namespace}`, 'passed', `label ${citadelLabel}=true`);
  const command = `kubectl label namespace ${namespace} ${citadelLabel}=true --overwrite`;
  return made(
    id,
    `Citadel makes no certificates for ${namespace}`,
    'failed',
    isSet === null ? `there is no namespace ${namespace}` : `the label ${citadelLabel}=true is missing`,
    isSet === null
      ? `\`kubectl create namespace ${namespace}\`, then \`${command}\``
      : `\`${command}\`, or \`packet-inspector prepare --label\``,
    [],
    { label: namespace },
  );
}

function checkAnalysis(facts: AnalysisFacts, now: number): readonly Check[] {
  const { address, hasService, pods, ready, accounts, withoutCertificates, certificate } = facts;
  const { host, port, service, namespace } = address;
  if (service === '') {
    return [
      made(
        'analysis',
        'The analysis service is outside of the cluster',
        'warning',
        `${host}:${port}`,
        'Its certificate has to name it, and cannot be looked at from here.',
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
  checks.push(
    ready > 0
      ? made(
          'analysis',
          'The analysis service runs',
          'passed',
          `${ready} of ${pods} pods behind ${service} in ${namespace} are ready`,
        )
      : made(
          'analysis',
          'The analysis service does not run',
          'failed',
          `${pods} pods behind ${service} in ${namespace}, none ready`,
          `\`kubectl get pods --namespace ${namespace}\``,
        ),
  );
  const other = accounts.filter((account) => account !== service);
  if (other.length > 0) {
    checks.push(
      made(
        'account',
        'Service and service account of the analysis service differ',
        'failed',
        `the service is ${service}, its pods run as ${other.join(', ')}`,
        'Citadel names certificates by the service account: give both the same name.',
      ),
    );
  } else if (accounts.length > 0)
    checks.push(made('account', 'Service and service account have one name', 'passed', service));
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
          'Citadel makes it when it is enabled and the namespace has its label.',
        ),
  );
  return checks;
}

/** `host`: what the certificate has to name; null: nothing. */
function checkCertificate(
  whose: string,
  account: string,
  certificate: CitadelCertificate,
  now: number,
  host: string | null,
): Check {
  const { dnsNames, expires, isOfMeshRoot } = certificate;
  const id = `certificate ${account}`;
  const names = dnsNames.length === 0 ? 'no DNS names' : dnsNames.join(', ');
  if (expires < now) {
    return made(
      id,
      `The certificate of ${whose} has run out`,
      'failed',
      new Date(expires).toISOString(),
      `Citadel makes it anew when its secret istio.${account} is deleted.`,
    );
  }
  if (isOfMeshRoot === false) {
    return made(
      id,
      `The certificate of ${whose} is from another root than the mesh's`,
      'failed',
      `secret istio.${account}`,
      'Citadel and the CA of the mesh have to use the plugged-in CA: restart Citadel, and delete the secret so that it is made anew.',
    );
  }
  if (host !== null && !dnsNames.includes(host)) {
    return made(
      id,
      'The certificate does not name the address of the analysis service',
      'failed',
      `the address is ${host}, the certificate has ${names}`,
      'Set the address to a name of the certificate; service and service account have to have one name, and `global.certificateCustomFields` to be true.',
      dnsNames,
    );
  }
  return made(id, `The certificate of ${whose} holds`, 'passed', `${names}, until ${new Date(expires).toISOString()}`);
}

function made(
  id: string,
  title: string,
  result: Check['result'],
  detail: string,
  remedy = '',
  items: readonly string[] = [],
  ways: Pick<Check, 'label' | 'values'> = {},
): Check {
  return { id, title, result, detail, remedy, items, ...ways };
}
