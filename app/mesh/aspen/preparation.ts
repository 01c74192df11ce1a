import type { Check } from '../../api/cluster-types.ts';
import { citadelLabel } from '../names.ts';
import { type AnalysisFacts, type CitadelCertificate, checkAnalysis, checkCertificate } from './analysis-checks.ts';
import { made } from './made-check.ts';

/** What preparing is about, as it was found in the cluster. */
export interface PreparationFacts {
  readonly meshNamespace: string;
  /** Keys of the secret `cacerts`; null when there is none. */
  readonly pluggedIn: readonly string[] | null;
  /** Values of the release. */
  readonly citadelEnabled: boolean;
  readonly customFields: boolean;
  /** The Deployment of Citadel with how many of its pods are ready; null when none is found. */
  readonly citadel: { readonly name: string; readonly ready: number } | null;
  /** A secret with a certificate of Citadel in the mesh's namespace; '' where none was found, or Citadel itself was. */
  readonly madeByCitadel: string;
  /** Namespaces that need the certificate-secret label, with whether they have it; null: the namespace is missing. */
  readonly labels: readonly { readonly namespace: string; readonly isSet: boolean | null }[];
  /** The aggregator's certificate; null while there is none. */
  readonly aggregator: CitadelCertificate | null;
  readonly aggregatorAccount: string;
  /** What keeps the address of the analysis service from being one; ''. */
  readonly addressProblem: string;
  /** null when it is installed when capture is switched on, and where its address is none. */
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
    ...(facts.addressProblem === '' ? [] : [checkAddress(facts)]),
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
    'Citadel and the mesh\'s CA have to use the same CA: plug it in as Aspen Mesh\'s documentation says under "Plug in CA certificates". Packet Inspector never changes a CA.',
  );
}

function checkAddress({ addressProblem }: PreparationFacts): Check {
  return made(
    'analysis',
    'The address of the analysis service is wrong',
    'failed',
    addressProblem,
    'Correct `aspen-mesh-packet-inspector.analysis.address`: `<service>.<namespace>.svc.cluster.local:<port>`.',
  );
}

function checkCitadel({ citadelEnabled, citadel, madeByCitadel, meshNamespace }: PreparationFacts): Check {
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
    // It may be called something else; its work is proof enough.
    if (madeByCitadel !== '') return made('citadel', 'Citadel is enabled', 'passed', `it has issued ${madeByCitadel}`);
    const detail =
      citadel === null
        ? `no Deployment in ${meshNamespace} is called or labelled citadel, and no secret there is Citadel's`
        : `no pod of ${citadel.name} is ready`;
    return made(
      'citadel',
      'Citadel is enabled but not running',
      'failed',
      detail,
      'Without it nothing issues certificates: look at its pods.',
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
  if (isSet) return made(id, `Citadel issues certificates for ${namespace}`, 'passed', `label ${citadelLabel}=true`);
  const command = `kubectl label namespace ${namespace} ${citadelLabel}=true --overwrite`;
  return made(
    id,
    `Citadel issues no certificates for ${namespace}`,
    'failed',
    isSet === null ? `there is no namespace ${namespace}` : `the label ${citadelLabel}=true is missing`,
    isSet === null
      ? `\`kubectl create namespace ${namespace}\`, then \`${command}\``
      : `\`${command}\`, or \`packet-inspector prepare --label\``,
    [],
    { label: namespace },
  );
}
