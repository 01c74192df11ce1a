import { createIstioDriver } from '../../../main/engine/clusters/istio/istio-driver.ts';
import { type CertificateAuthority, createCertificateAuthority } from '../../../main/tls/certificates.ts';
import { type ControlPlane, type ControlPlaneUser, startControlPlane } from '../control-plane/control-plane.ts';
import { missingParts } from '../control-plane/parts.ts';
import { eventually } from '../control-plane/program.ts';
import { startTestEngine, type TestEngine } from '../engine.ts';
import { applyAccessRoles } from './access.ts';
import { startCitadel } from './citadel.ts';
import { type GatewayWorkload, type MeshGateway, startGateway } from './gateway.ts';
import { type Istiod, type IstiodSettings, startIstiod } from './istiod.ts';
import type { MeshProxy, ProxyWorkload } from './mesh-proxy.ts';
import { type PodRunner, startPodRunner } from './pod-runner.ts';
import { type MeshSidecar, type SidecarWorkload, startInterceptingSidecar, startSidecar } from './sidecar.ts';
import { allObjects } from './snapshot.ts';

/** A real control plane with a real istiod, and a Citadel if there is to be one, in which the containers of our pods are processes of this machine. */
export interface MeshCluster extends AsyncDisposable {
  readonly plane: ControlPlane;
  readonly istiod: Istiod;
  readonly pods: PodRunner;
  readonly authority: CertificateAuthority;
  /** A workload with a real Envoy beside it; it ends with the cluster. */
  addSidecar(workload: SidecarWorkload): Promise<MeshSidecar>;
  addInterceptingSidecar(workload: ProxyWorkload): Promise<MeshProxy>;
  addGateway(workload: GatewayWorkload): Promise<MeshGateway>;
  /** An engine with one cluster card for each user, named by them; it ends with the cluster. The first one is eager. */
  addEngine(...users: readonly ControlPlaneUser[]): Promise<TestEngine>;
  /** Remembers all objects as they are now: what `clean` waits for. */
  remember(): Promise<readonly string[]>;
  /** Waits until all objects are as they were remembered. */
  clean(): Promise<void>;
}

/** For the name of a test file's outermost `describe`. */
export const missingPartsText = missingParts === '' ? '' : ` (missing: ${missingParts}; see npm run parts)`;

export interface MeshClusterOptions {
  /** Whether a Citadel writes secrets; istiod gives out certificates in any case. */
  readonly hasCitadel?: boolean;
  readonly istiod?: IstiodSettings;
  /** More of the environment of the programs in our pods. */
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startMeshCluster(options: MeshClusterOptions = {}): Promise<MeshCluster> {
  const { hasCitadel = true, environment = {} } = options;
  await using starting = new AsyncDisposableStack();
  const plane = starting.use(await startControlPlane());
  const authority = await createCertificateAuthority('mesh');
  const istiod = await startIstiod(plane, authority, options.istiod);
  await applyAccessRoles(plane, istiod.settings);
  if (hasCitadel) starting.use(startCitadel(plane, authority));
  const pods = starting.use(await startPodRunner(plane, { caPort: istiod.caPort, hasCitadel, environment }));
  const stack = starting.move();
  const setup = { plane, istiod, pods, authority };
  let remembered: readonly string[] = [];
  return {
    plane,
    istiod,
    pods,
    authority,
    addSidecar: async (workload) => stack.use(await startSidecar(setup, workload)),
    addInterceptingSidecar: async (workload) => stack.use(await startInterceptingSidecar(setup, workload)),
    addGateway: async (workload) => stack.use(await startGateway(setup, workload)),
    async addEngine(...users) {
      const engine = startTestEngine();
      stack.defer(() => engine.dispose());
      for (const [index, user] of users.entries()) {
        const client = await plane.client(user);
        engine.addCluster(createIstioDriver({ name: user, client, lookEvery: 500, eager: index === 0 }));
      }
      return engine;
    },
    async remember() {
      remembered = await allObjects(plane.admin);
      return remembered;
    },
    clean: async () => {
      let changed: readonly string[] = [];
      await eventually('all objects as before', async () => {
        const now = await allObjects(plane.admin);
        const before = new Set(remembered);
        const after = new Set(now);
        changed = [
          ...now.filter((line) => !before.has(line)).map((line) => `+ ${line.slice(0, 300)}`),
          ...remembered.filter((line) => !after.has(line)).map((line) => `- ${line.slice(0, 300)}`),
        ];
        return changed.length === 0;
      }).catch((error: Error) => {
        throw new Error([error.message, ...changed].join('\n'), { cause: error });
      });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
