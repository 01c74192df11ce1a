import { X509Certificate } from 'node:crypto';
import { readAnalysisAddress } from '../../../../app/mesh/aspen/analysis-address.ts';
import type { AspenMesh } from '../../../../app/mesh/aspen/aspen-mesh.ts';
import { isObject, type Values } from '../../../../app/mesh/aspen/helm-release.ts';
import type { AnalysisFacts, CitadelCertificate, PreparationFacts } from '../../../../app/mesh/aspen/preparation.ts';
import type { Deployment, KubernetesObject, Pod } from '../../../../app/mesh/kubernetes.ts';
import { aggregatorName, citadelLabel, emulatorAddress } from '../../../../app/mesh/names.ts';
import { certificateFolder } from '../../../../app/mesh/program-pod.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';

interface Secret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

interface Service extends KubernetesObject {
  readonly spec?: { readonly selector?: Readonly<Record<string, string>> };
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

/** Looks at all that the documentation has a person prepare. Keys of CAs are not looked into. @throws KubeError */
export async function lookAtPreparation(
  client: KubeClient,
  mesh: AspenMesh,
  address: string,
): Promise<PreparationFacts> {
  const { namespace: meshNamespace, chart, config } = mesh.release;
  const parsed = readAnalysisAddress(address || emulatorAddress);
  if (typeof parsed === 'string') throw new Error(`The address of the analysis service is wrong: ${parsed}.`);
  const cacerts = await client.find<Secret>(resources.secret, meshNamespace, 'cacerts');
  const root = decode(cacerts?.data?.['root-cert.pem']);
  const [citadels, label, analysisLabel, aggregator, service] = await Promise.all([
    client.list<Deployment>(resources.deployment, { namespace: meshNamespace, labels: 'app=citadel' }),
    labelOf(client, meshNamespace),
    parsed.namespace === '' ? null : labelOf(client, parsed.namespace),
    certificateOf(client, meshNamespace, aggregatorName, root),
    parsed.service === '' ? null : client.find<Service>(resources.service, parsed.namespace, parsed.service),
  ]);
  // What the app installs itself is prepared by the app.
  const willInstall = (address === '' || address === emulatorAddress) && service === null;
  const [citadel] = citadels;
  return {
    meshNamespace,
    pluggedIn: cacerts ? Object.keys(cacerts.data ?? {}) : null,
    citadelEnabled: valueAt(config, chart.values, 'citadel', 'enabled') === true,
    customFields: valueAt(config, chart.values, 'global', 'certificateCustomFields') === true,
    citadel: citadel ? { name: citadel.metadata.name, ready: citadel.status?.readyReplicas ?? 0 } : null,
    labels: [
      { namespace: meshNamespace, isSet: label },
      ...(parsed.namespace === '' || willInstall ? [] : [{ namespace: parsed.namespace, isSet: analysisLabel }]),
    ],
    aggregator,
    aggregatorAccount: aggregatorName,
    analysis: willInstall ? null : await lookAtAnalysis(client, parsed, service, root),
  };
}

async function lookAtAnalysis(
  client: KubeClient,
  address: AnalysisFacts['address'],
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
  const certificate = new X509Certificate(chain);
  const ownRoot = decode(secret?.data?.['root-cert.pem']);
  return {
    dnsNames: [...(certificate.subjectAltName ?? '').matchAll(/DNS:([^\s,]+)/g)].map(([, name]) => name!),
    expires: Date.parse(certificate.validTo),
    isOfMeshRoot: root === '' || ownRoot === '' ? null : root.trim() === ownRoot.trim(),
  };
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
