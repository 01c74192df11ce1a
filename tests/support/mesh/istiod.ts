import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../../app/mesh/kubernetes.ts';
import type { CertificateAuthority } from '../../../main/tls/certificates.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { programPath } from '../control-plane/parts.ts';
import { eventually, type RunningProgram, startProgram } from '../control-plane/program.ts';
import { freePorts } from '../free-ports.ts';

/**
 * A real istiod (built from Istio's main branch, no official release) that configures Envoys over plaintext ADS, and gives out
 * workload certificates over TLS.
 */
export interface Istiod {
  readonly port: number;
  /** Of its certificate service; its certificate is for `istiod.istio-system.svc`. */
  readonly caPort: number;
  readonly program: RunningProgram;
  readonly settings: IstiodSettings;
}

/** How the mesh was installed. */
export interface IstiodSettings {
  /** `default`, or a revision of its own. */
  readonly revision: string;
  readonly trustDomain: string;
  readonly clusterDomain: string;
  /** Where EnvoyFilters hold for the whole mesh; `istio-system` when left out. */
  readonly rootNamespace?: string;
  /** Labels of the namespaces that it looks at; all when left out. */
  readonly discovers?: Readonly<Record<string, string>>;
}

const defaultIstiod: IstiodSettings = {
  revision: 'default',
  trustDomain: 'cluster.local',
  clusterDomain: 'cluster.local',
};

/** Also makes the objects by which a control plane is recognised. `authority` is plugged in as the CA of the mesh. */
export async function startIstiod(
  plane: ControlPlane,
  authority: CertificateAuthority,
  settings: IstiodSettings = defaultIstiod,
): Promise<Istiod> {
  const { revision, trustDomain, clusterDomain, rootNamespace = 'istio-system', discovers } = settings;
  const suffix = revision === 'default' ? '' : `-${revision}`;
  const discoverySelectors = discovers ? [{ matchLabels: discovers }] : [];
  const mesh = JSON.stringify({ rootNamespace, trustDomain, enablePrometheusMerge: false, discoverySelectors });
  for (const name of new Set(['istio-system', rootNamespace]))
    await plane.apply(namespace(name, { 'ca.istio.io/override': 'true', ...discovers }), 'namespaces');
  await plane.apply(deploymentOfIstiod(`istiod${suffix}`, settings), 'deployments');
  const configMap = { name: `istio${suffix}`, namespace: 'istio-system' };
  await plane.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: configMap, data: { mesh } }, 'configmaps');
  const [grpc, http, monitoring, ca] = (await freePorts(4)) as [number, number, number, number];
  const certificates = join(plane.folder, 'cacerts');
  plugIn(certificates, authority);
  const meshConfig = join(plane.folder, 'mesh.json');
  writeFileSync(meshConfig, mesh);
  const program = startProgram(
    plane.folder,
    'istiod',
    programPath('pilot-discovery'),
    [
      ...['discovery', '--kubeconfig', plane.kubeconfig, '--meshConfig', meshConfig, '--registries', 'Kubernetes'],
      ...['--domain', clusterDomain],
      ...[
        '--grpcAddr',
        `127.0.0.1:${grpc}`,
        '--httpAddr',
        `127.0.0.1:${http}`,
        '--secureGRPCAddr',
        `127.0.0.1:${ca}`,
        '--httpsAddr',
        '',
      ],
      ...['--monitoringAddr', `127.0.0.1:${monitoring}`, '--ctrlz_port', '0'],
    ],
    {
      PILOT_ENABLE_METADATA_EXCHANGE: 'false',
      PILOT_ENABLE_ALPN_FILTER: 'false',
      ROOT_CA_DIR: certificates,
      REVISION: revision,
      INJECTION_WEBHOOK_CONFIG_NAME: '',
      VALIDATION_WEBHOOK_CONFIG_NAME: '',
      POD_NAMESPACE: 'istio-system',
    },
  );
  plane.programs.set('istiod', program);
  await plane.apply(
    {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'ClusterPortForward',
      metadata: { name: `istiod${suffix}` },
      spec: {
        selector: { matchNamespaces: ['istio-system'] },
        forwards: [{ ports: [15_014], target: { address: '127.0.0.1', port: monitoring } }],
      },
    },
    'clusterportforwards',
  );
  await eventually('istiod ready', async () => {
    if (program.process.exitCode !== null) throw new Error(program.log().slice(-2000));
    return (await fetch(`http://127.0.0.1:${http}/ready`)).status === 200;
  });
  return { port: grpc, caPort: ca, program, settings };
}

/** The files of the secret `cacerts`: https://istio.io/latest/docs/tasks/security/cert-management/plugin-ca-cert/ */
function plugIn(folder: string, { certificate, key }: CertificateAuthority): void {
  mkdirSync(folder);
  for (const name of ['ca-cert', 'root-cert', 'cert-chain']) writeFileSync(join(folder, `${name}.pem`), certificate);
  writeFileSync(join(folder, 'ca-key.pem'), key, { mode: 0o600 });
}

export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function deploymentOfIstiod(name: string, { revision, clusterDomain }: IstiodSettings): Manifest {
  const labels = { app: 'istiod', 'istio.io/rev': revision, 'app.kubernetes.io/version': '1.31.1' };
  const args = ['discovery', '--domain', clusterDomain];
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'istio-system', labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: 'istiod' } },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'discovery', image: 'docker.io/istio/pilot:1.31.1', args }] },
      },
    },
  };
}
