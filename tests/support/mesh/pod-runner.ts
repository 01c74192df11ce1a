import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubernetesObject } from '../../../app/mesh/kubernetes.ts';
import { aggregatorName, analysisApp, analysisNamespace, leaseKeeperName, tailPort } from '../../../app/mesh/names.ts';
import { type Resource, resources } from '../../../app/mesh/resources.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { type RunningProgram, startProgram } from '../control-plane/program.ts';

/** Runs the containers of our pods, which kwok only pretends to run, as processes of this machine. */
export interface PodRunner extends AsyncDisposable {
  /** The process of the pod whose name begins so. */
  program(podName: string): RunningProgram | null;
  /** Kills the process of the pod whose name begins so, and starts its container again as a kubelet does. */
  restart(podName: string): Promise<void>;
  /** Loopback address of the aggregator on a node, and of the receiver. */
  readonly addresses: { aggregator(node: string): string; readonly receiver: string };
}

interface RunnablePod extends KubernetesObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly serviceAccountName: string;
    readonly automountServiceAccountToken?: boolean;
    readonly containers: readonly [
      {
        readonly command: readonly string[];
        readonly args: readonly string[];
        readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
      },
    ];
    readonly volumes: readonly Volume[];
  };
  readonly status?: { readonly phase?: string };
}

interface Volume {
  readonly name: string;
  readonly configMap?: { readonly name: string };
  readonly secret?: { readonly secretName: string };
  readonly emptyDir?: object;
  readonly projected?: {
    readonly sources: readonly {
      readonly serviceAccountToken?: { readonly path: string; readonly audience?: string };
    }[];
  };
}

export interface PodRunnerOptions {
  /** Port on loopback of the mesh's certificate service. */
  readonly caPort: number;
  /** A Citadel writes secrets: they are waited for. */
  readonly hasCitadel: boolean;
  /** More of the environment of the programs. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Whoever has made them: the app, or helm. */
const ourPods = `app in (${aggregatorName},${analysisApp},${leaseKeeperName})`;

/** How often the lease keeper looks at the lease. */
const environment = { PACKET_INSPECTOR_LOOK_EVERY: '500ms' };

export async function startPodRunner(plane: ControlPlane, options: PodRunnerOptions): Promise<PodRunner> {
  const running = new Map<string, RunningProgram | null>();
  const addresses = {
    receiver: `127.${plane.loopback}.0.2`,
    leaseKeeper: `127.${plane.loopback}.0.3`,
    aggregator: (node: string) => `127.${plane.loopback}.${node === 'node-a' ? 1 : 2}.1`,
  };
  let isOpen = true;
  await plane.apply(
    {
      apiVersion: 'kwok.x-k8s.io/v1alpha1',
      kind: 'ClusterPortForward',
      metadata: { name: 'receiver' },
      spec: {
        selector: { matchNamespaces: [analysisNamespace] },
        forwards: [{ ports: [tailPort], target: { address: addresses.receiver, port: tailPort } }],
      },
    },
    'clusterportforwards',
  );

  async function look(): Promise<void> {
    const pods = await plane.admin.list<RunnablePod>(resources.pod, { labels: ourPods });
    const alive = new Set(
      pods.filter(({ metadata }) => !metadata.deletionTimestamp).map(({ metadata }) => metadata.name),
    );
    // First, since whoever comes next has its address.
    const gone = [...running].filter(([name]) => !alive.has(name));
    for (const [name] of gone) running.delete(name);
    await Promise.all(gone.map(([, program]) => program?.stop('SIGTERM')));
    for (const pod of pods) {
      if (running.has(pod.metadata.name) || pod.status?.phase !== 'Running' || pod.metadata.deletionTimestamp) continue;
      running.set(pod.metadata.name, null);
      running.set(pod.metadata.name, await run(pod));
    }
  }

  async function run(pod: RunnablePod): Promise<RunningProgram> {
    const { name, namespace = '', labels = {} } = pod.metadata;
    const folder = join(plane.folder, 'pods', name);
    const [container] = pod.spec.containers;
    const mounts = new Map<string, string>();
    for (const { name: volume, mountPath } of container.volumeMounts) {
      const target = join(folder, volume);
      mkdirSync(target, { recursive: true });
      await fill(target, namespace, pod.spec.serviceAccountName, pod.spec.volumes.find((one) => one.name === volume)!);
      mounts.set(mountPath, target);
    }
    if (pod.spec.automountServiceAccountToken) {
      mkdirSync(join(folder, 'service-account'), { recursive: true });
      const token = await requestToken(namespace, pod.spec.serviceAccountName, []);
      writeFileSync(join(folder, 'service-account', 'token'), token);
      writeFileSync(join(folder, 'service-account', 'ca.crt'), plane.ca);
    }
    const node = pod.spec.nodeName ?? '';
    const own =
      labels.app === leaseKeeperName
        ? addresses.leaseKeeper
        : labels.app === analysisApp
          ? addresses.receiver
          : addresses.aggregator(node);
    const paths = new RegExp(`(^|=)(${[...mounts.keys()].join('|')})(?=/|$)`);
    const here = (argument: string) =>
      argument
        .replace(paths, (_, before: string, path: string) => `${before}${mounts.get(path)}`)
        .replace(/^(--(?:listen|status))=:/, `$1=${own}:`)
        .replace(/^--tail=127\.0\.0\.1:/, `--tail=${own}:`)
        .replace(/^--analysis=.*:/, `--analysis=${addresses.receiver}:`)
        .replaceAll('$(NODE_NAME)', node);
    const [, program = ''] = container.command.map(here);
    const args = container.args.map(here).flatMap((argument) => {
      const [, caName] = /^--istiod=(.*):\d+$/.exec(argument) ?? [];
      return caName === undefined ? [argument] : [`--istiod=127.0.0.1:${options.caPort}`, `--istiod-name=${caName}`];
    });
    return startProgram(folder, 'output', process.execPath, [program, ...args], {
      ...environment,
      ...options.environment,
      PACKET_INSPECTOR_SERVICE_ACCOUNT: join(folder, 'service-account'),
      KUBERNETES_SERVICE_HOST: plane.server.host,
      KUBERNETES_SERVICE_PORT: String(plane.server.port),
    });
  }

  async function fill(target: string, namespace: string, account: string, volume: Volume): Promise<void> {
    const write = (data: Data['data'], encoding: BufferEncoding) => {
      for (const [file, text] of Object.entries(data ?? {}))
        writeFileSync(join(target, file), Buffer.from(text, encoding));
    };
    if (volume.configMap) write(await awaited(resources.configMap, namespace, volume.configMap.name), 'utf8');
    if (volume.secret && options.hasCitadel)
      write(await awaited(resources.secret, namespace, volume.secret.secretName), 'base64');
    for (const { serviceAccountToken } of volume.projected?.sources ?? []) {
      if (!serviceAccountToken) continue;
      const { path, audience } = serviceAccountToken;
      writeFileSync(join(target, path), await requestToken(namespace, account, audience ? [audience] : []));
    }
  }

  /** A kubelet that does not find what is optional mounts it when it comes; here it is waited for. */
  async function awaited(resource: Resource, namespace: string, name: string): Promise<Data['data']> {
    for (let attempts = 0; attempts < 40; attempts++) {
      const found = await plane.admin.find<KubernetesObject & Data>(resource, namespace, name);
      if (found) return found.data;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return {};
  }

  async function requestToken(namespace: string, account: string, audiences: readonly string[]): Promise<string> {
    const { status } = (await plane.admin.connection.json({
      method: 'POST',
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
      body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { audiences } },
    })) as { status: { token: string } };
    return status.token;
  }

  const loop = (async () => {
    while (isOpen) {
      await look().catch((error: unknown) => console.error(error));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    addresses,
    program: (podName) => [...running].find(([name]) => name.startsWith(podName))?.[1] ?? null,
    async restart(podName) {
      const pods = await plane.admin.list<RunnablePod>(resources.pod, { labels: ourPods });
      const pod = pods.find(({ metadata }) => metadata.name.startsWith(podName));
      if (!pod) throw new Error(`there is no pod ${podName}`);
      await running.get(pod.metadata.name)?.stop();
      running.set(pod.metadata.name, await run(pod));
    },
    async [Symbol.asyncDispose]() {
      isOpen = false;
      await loop;
      for (const program of running.values()) await program?.stop();
    },
  };
}

interface Data {
  readonly data?: Readonly<Record<string, string>> | undefined;
}
