import { X509Certificate } from 'node:crypto';
import { type AnalysisAddress, readAnalysisAddress } from '../../../../app/mesh/aspen/analysis-address.ts';
import type { AnalysisFacts, CitadelCertificate } from '../../../../app/mesh/aspen/analysis-checks.ts';
import type { AspenMesh } from '../../../../app/mesh/aspen/aspen-mesh.ts';
import { isObject, type Values } from '../../../../app/mesh/aspen/helm-release.ts';
import type { PreparationFacts } from '../../../../app/mesh/aspen/preparation.ts';
import type { Deployment, KubernetesObject, Pod } from '../../../../app/mesh/kubernetes.ts';
import { aggregatorName, citadelLabel, emulatorAddress } from '../../../../app/mesh/names.ts';
import { certificateFolder } from '../../../../app/mesh/program-pod.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import { errorText } from '../../../log.ts';
import type { KubeClient } from '../../kube/client.ts';

interface Secret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

interface Service extends KubernetesObject {
  readonly spec?: {
    readonly selector?: Readonly<Record<string, string>>;
    readonly clusterIP?: string;
    readonly ports?: readonly { readonly port: number }[];
  };
}

interface MountingPod extends KubernetesObject {
  readonly spec: {
    readonly serviceAccountName?: string;
    readonly containers: readonly {
      readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
    }[];
    readonly volumes?: readonly { readonly name: string; readonly secret?: { readonly secretName?: string } }[];
  };
  readonly status?: Pod['status'];
}

/** Type of the secrets that Citadel makes. */
const citadelSecretType = 'istio.io/key-and-cert';

/** Looks at all that the documentation has a person prepare. Keys of CAs are not looked into. @throws KubeError */
export async function lookAtPreparation(
  client: KubeClient,
  mesh: AspenMesh,
  address: string,
): Promise<PreparationFacts> {
  const { namespace: meshNamespace, release } = mesh;
  const { chart, config } = release;
  const cacerts = await client.find<Secret>(resources.secret, meshNamespace, 'cacerts');
  const root = decode(cacerts?.data?.['root-cert.pem']);
  const [citadel, label, aggregator, analysis] = await Promise.all([
    findCitadel(client, meshNamespace),
    labelOf(client, meshNamespace),
    certificateOf(client, meshNamespace, aggregatorName, root),
    lookAtAddress(client, address, meshNamespace, root),
  ]);
  return {
    meshNamespace,
    pluggedIn: cacerts ? Object.keys(cacerts.data ?? {}) : null,
    citadelEnabled: valueAt(config, chart.values, 'citadel', 'enabled') === true,
    customFields: valueAt(config, chart.values, 'global', 'certificateCustomFields') === true,
    ...citadel,
    aggregator,
    aggregatorAccount: aggregatorName,
    addressProblem: analysis.addressProblem,
    labels: [{ namespace: meshNamespace, isSet: label }, ...analysis.labels],
    analysis: analysis.analysis,
  };
}

/** By its name or the labels that it has had, else by what it has made. */
async function findCitadel(
  client: KubeClient,
  namespace: string,
): Promise<Pick<PreparationFacts, 'citadel' | 'madeByCitadel'>> {
  const deployments = await client.list<Deployment>(resources.deployment, { namespace });
  const [citadel] = deployments
    .filter(({ metadata: { name, labels = {} } }) =>
      [name, labels.app, labels.istio].some((text) => text?.includes('citadel')),
    )
    .map(({ metadata: { name }, status }) => ({ name, ready: status?.readyReplicas ?? 0 }))
    .sort((left, right) => right.ready - left.ready);
  if (citadel) return { citadel, madeByCitadel: '' };
  const [made] = await client.list<Secret>(resources.secret, { namespace, fields: `type=${citadelSecretType}` });
  return { citadel: null, madeByCitadel: made ? `the secret ${made.metadata.name} in ${namespace}` : '' };
}

/** The analysis service at an address; '' for the emulator's. */
async function lookAtAddress(
  client: KubeClient,
  text: string,
  meshNamespace: string,
  root: string,
): Promise<Pick<PreparationFacts, 'addressProblem' | 'labels' | 'analysis'>> {
  const read = readAnalysisAddress(text || emulatorAddress);
  if (typeof read === 'string') return { addressProblem: read, labels: [], analysis: null };
  const { address, service } = await findService(client, read, meshNamespace);
  // What the app installs itself is prepared by the app.
  const willInstall = (text === '' || text === emulatorAddress) && service === null;
  if (willInstall) return { addressProblem: '', labels: [], analysis: null };
  const { namespace } = address;
  return {
    addressProblem: '',
    labels: namespace === '' ? [] : [{ namespace, isSet: await labelOf(client, namespace) }],
    analysis: await lookAtAnalysis(client, address, service, root),
  };
}

/** Also by a short name, which leads there as well: what the certificate says of it is seen then. */
async function findService(
  client: KubeClient,
  address: AnalysisAddress,
  meshNamespace: string,
): Promise<{ readonly address: AnalysisAddress; readonly service: Service | null }> {
  const find = (namespace: string, name: string) => client.find<Service>(resources.service, namespace, name);
  if (address.service !== '') return { address, service: await find(address.namespace, address.service) };
  const [name = '', namespace = meshNamespace, ...more] = address.host.split('.');
  const service = more.length > 0 ? null : await find(namespace, name);
  return { address: service ? { ...address, service: name, namespace } : address, service };
}

async function lookAtAnalysis(
  client: KubeClient,
  address: AnalysisAddress,
  service: Service | null,
  root: string,
): Promise<AnalysisFacts> {
  const selector = Object.entries(service?.spec?.selector ?? {});
  const pods =
    selector.length === 0
      ? []
      : await client.list<MountingPod>(resources.pod, {
          namespace: address.namespace,
          labels: selector.map(([name, value]) => `${name}=${value}`).join(','),
        });
  const accounts = [...new Set(pods.map(({ spec }) => spec.serviceAccountName ?? 'default'))];
  return {
    address,
    hasService: service !== null,
    ports: service?.spec?.clusterIP === 'None' ? [] : (service?.spec?.ports ?? []).map(({ port }) => port),
    hasSelector: selector.length > 0,
    pods: pods.length,
    ready: pods.filter(isReady).length,
    accounts,
    withoutCertificates: pods.filter((pod) => !mountsCertificates(pod)).map(({ metadata }) => metadata.name),
    certificate: await certificateOf(client, address.namespace, accounts[0] ?? address.service, root),
  };
}

function isReady({ status }: MountingPod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

function mountsCertificates({ spec }: MountingPod): boolean {
  const volumes = (spec.volumes ?? []).filter(
    ({ secret }) => secret?.secretName === `istio.${spec.serviceAccountName}`,
  );
  return spec.containers.some(({ volumeMounts = [] }) =>
    volumeMounts.some(
      ({ name, mountPath }) => mountPath === certificateFolder && volumes.some((one) => one.name === name),
    ),
  );
}

async function labelOf(client: KubeClient, namespace: string): Promise<boolean | null> {
  const found = await client.find<KubernetesObject>(resources.namespace, '', namespace);
  return found && found.metadata.labels?.[citadelLabel] === 'true';
}

async function certificateOf(
  client: KubeClient,
  namespace: string,
  account: string,
  root: string,
): Promise<CitadelCertificate | null> {
  if (namespace === '') return null;
  const secret = await client.find<Secret>(resources.secret, namespace, `istio.${account}`);
  const chain = decode(secret?.data?.['cert-chain.pem']);
  if (chain === '') return null;
  try {
    const { subjectAltName = '', validTo } = new X509Certificate(chain);
    return {
      dnsNames: [...subjectAltName.matchAll(/DNS:([^\s,]+)/g)].map(([, name]) => name!),
      expires: Date.parse(validTo),
      isOfMeshRoot: haveCommon(rootsOf(root), rootsOf(decode(secret?.data?.['root-cert.pem']))),
      problem: '',
    };
  } catch (error) {
    return { dnsNames: [], expires: 0, isOfMeshRoot: null, problem: errorText(error) };
  }
}

/** Fingerprints: a file may have several roots, and be written in other lines. */
function rootsOf(pem: string): readonly string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block).fingerprint256];
    } catch {
      return [];
    }
  });
}

/** null when one of them is empty: nothing is known then. */
function haveCommon(left: readonly string[], right: readonly string[]): boolean | null {
  return left.length === 0 || right.length === 0 ? null : left.some((one) => right.includes(one));
}

function decode(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('utf8');
}

/** A value as the chart sees it: the user's, else the default. */
function valueAt(config: Values, defaults: Values, table: string, key: string): unknown {
  const from = (values: Values) => {
    const found = values[table];
    return isObject(found) ? found[key] : undefined;
  };
  return from(config) ?? from(defaults);
}
