import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../../app/mesh/kubernetes.ts';
import { KubeClient } from '../../../main/engine/kube/client.ts';
import { KubeConnection } from '../../../main/engine/kube/connection.ts';
import { readContexts } from '../../../main/engine/kube/contexts.ts';
import { createCertificateAuthority } from '../../../main/tls/certificates.ts';
import { freePorts } from '../free-ports.ts';
import { envoyFilterDefinition, kwokConfiguration, node, openDefinitions } from './definitions.ts';
import { holdLoopbackNumber } from './loopback.ts';
import { programPath } from './parts.ts';
import { eventually, type RunningProgram, startProgram } from './program.ts';

/**
 * Users of the API server by the contexts of the kubeconfig: `admin` may do everything, `nobody` nothing, the others what they are
 * given Roles for.
 */
const users = ['admin', 'viewer', 'capturer', 'colleague', 'administrator', 'nobody'] as const;
export type ControlPlaneUser = (typeof users)[number];

/** A real control plane on loopback: etcd, API server, controller manager, scheduler, kwok for the kubelets. */
export interface ControlPlane extends AsyncDisposable {
  readonly folder: string;
  /** Path of a kubeconfig with a context for each user. */
  readonly kubeconfig: string;
  readonly server: { readonly host: string; readonly port: number };
  readonly ca: string;
  readonly admin: KubeClient;
  /** Second number of loopback addresses that belong to this control plane's pods alone: `127.<n>.x.y`. */
  readonly loopback: number;
  client(user: ControlPlaneUser): Promise<KubeClient>;
  /** Sends an object of any kind, as it is. */
  apply(manifest: Manifest | string, plural?: string): Promise<void>;
  readonly programs: Map<string, RunningProgram>;
  /** Starts the API server again, or for the first time. */
  startApiServer(): Promise<void>;
}

/** A busy machine takes several times what a quiet one does. Milliseconds. */
const startTimeout = 90_000;

export async function startControlPlane(): Promise<ControlPlane> {
  const folder = mkdtempSync(join(tmpdir(), 'control-plane-'));
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const [api, etcd, peer, kwok, manager, scheduler] = (await freePorts(6)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const authority = await createCertificateAuthority('test cluster');
  const served = await authority.issue({
    dns: ['localhost', 'kubernetes.default.svc'],
    ip: ['127.0.0.1', '10.96.0.1'],
  });
  const ca = file('ca.crt', authority.certificate);
  const cert = file('server.crt', served.cert);
  const key = file('server.key', served.key);
  const signing = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  });
  const serviceAccountKey = file('service-accounts.key', signing.toString());
  const tokens = file(
    'tokens.csv',
    users.map((user) => `${user}-token,${user},${user}${user === 'admin' ? ',"system:masters"' : ''}\n`).join(''),
  );
  const kubeconfig = file('kubeconfig', JSON.stringify(kubeconfigOf(`https://127.0.0.1:${api}`, ca)));
  const programs = new Map<string, RunningProgram>();
  const start = (name: string, program: Parameters<typeof programPath>[0], args: readonly string[]) => {
    programs.set(name, startProgram(folder, name, programPath(program), args));
  };
  const listed = await readContexts([kubeconfig]);
  const client = async (user: ControlPlaneUser) =>
    new KubeClient(new KubeConnection(listed.contexts.find(({ name }) => name === user)!.config()));
  const admin = await client('admin');

  const loopback = await holdLoopbackNumber();
  const plane: ControlPlane = {
    folder,
    kubeconfig,
    server: { host: '127.0.0.1', port: api },
    ca: authority.certificate,
    admin,
    loopback: loopback.number,
    client,
    programs,
    async apply(manifest, plural) {
      const object = typeof manifest === 'string' ? null : manifest;
      const path = object
        ? pathOf(object, plural)
        : `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}`;
      await admin.connection.json({
        method: 'PATCH',
        path: `${path}?fieldManager=test&force=true`,
        body: manifest,
        contentType: 'application/apply-patch+yaml',
      });
    },
    async startApiServer() {
      await programs.get('apiserver')?.stop();
      start('apiserver', 'kube-apiserver', [
        ...[`--etcd-servers=http://127.0.0.1:${etcd}`, '--bind-address=127.0.0.1', `--secure-port=${api}`],
        ...['--advertise-address=127.0.0.1', `--tls-cert-file=${cert}`, `--tls-private-key-file=${key}`],
        ...[`--client-ca-file=${ca}`, `--token-auth-file=${tokens}`, '--authorization-mode=RBAC'],
        ...['--service-cluster-ip-range=10.96.0.0/16', '--service-account-issuer=https://kubernetes.default.svc'],
        ...[
          `--service-account-key-file=${serviceAccountKey}`,
          `--service-account-signing-key-file=${serviceAccountKey}`,
        ],
        ...[
          '--endpoint-reconciler-type=none',
          '--kubelet-preferred-address-types=InternalIP',
          '--allow-privileged=true',
        ],
      ]);
      await eventually(
        'API server ready',
        async () => {
          const ended = programs.get('apiserver')!.process.exitCode;
          if (ended !== null) throw new Error(programs.get('apiserver')!.log().slice(-2000));
          return (await admin.connection.text({ method: 'GET', path: '/readyz' })) === 'ok';
        },
        { timeout: startTimeout },
      );
    },
    async [Symbol.asyncDispose]() {
      admin.connection.close();
      for (const program of [...programs.values()].reverse()) await program.stop();
      await loopback[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };

  try {
    start('etcd', 'etcd', [
      ...['--data-dir', join(folder, 'etcd'), '--listen-client-urls', `http://127.0.0.1:${etcd}`],
      ...['--advertise-client-urls', `http://127.0.0.1:${etcd}`, '--listen-peer-urls', `http://127.0.0.1:${peer}`],
      ...['--initial-advertise-peer-urls', `http://127.0.0.1:${peer}`],
      ...['--initial-cluster', `default=http://127.0.0.1:${peer}`],
    ]);
    await plane.startApiServer();
    await plane.apply(envoyFilterDefinition(), 'envoyfilters.networking.istio.io');
    for (const definition of openDefinitions) await plane.apply(definition, 'customresourcedefinitions');
    start('manager', 'kube-controller-manager', [
      ...[`--kubeconfig=${kubeconfig}`, '--use-service-account-credentials=true'],
      ...[`--service-account-private-key-file=${serviceAccountKey}`, `--root-ca-file=${ca}`, '--leader-elect=false'],
      ...['--bind-address=127.0.0.1', `--secure-port=${manager}`, '--controllers=*,-node-ipam-controller'],
    ]);
    start('scheduler', 'kube-scheduler', [
      ...[
        `--kubeconfig=${kubeconfig}`,
        '--leader-elect=false',
        '--bind-address=127.0.0.1',
        `--secure-port=${scheduler}`,
      ],
    ]);
    start('kwok', 'kwok', [
      ...[`--kubeconfig=${kubeconfig}`, '--manage-all-nodes=true', '--node-ip=127.0.0.1', `--node-port=${kwok}`],
      ...[`--server-address=127.0.0.1:${kwok}`, '--cidr=10.244.0.0/24', `--tls-cert-file=${cert}`],
      ...[`--tls-private-key-file=${key}`, `--config=${file('kwok.yaml', kwokConfiguration)}`],
    ]);
    for (const name of ['node-a', 'node-b']) await plane.apply(node(name), 'nodes');
    await eventually(
      'service accounts',
      () =>
        admin.find(
          { kind: 'ServiceAccount', apiVersion: 'v1', plural: 'serviceaccounts', namespaced: true },
          'default',
          'default',
        ),
      { timeout: startTimeout },
    );
    return plane;
  } catch (error) {
    await plane[Symbol.asyncDispose]();
    throw error;
  }
}

function kubeconfigOf(server: string, ca: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority': ca } }],
    users: users.map((name) => ({ name, user: { token: `${name}-token` } })),
    contexts: users.map((name) => ({ name, context: { cluster: 'test', user: name } })),
    'current-context': 'admin',
  };
}

function pathOf({ apiVersion, metadata }: Manifest, plural = ''): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const inside = metadata.namespace ? `/namespaces/${metadata.namespace}` : '';
  return `${group}${inside}/${plural}/${metadata.name}`;
}
