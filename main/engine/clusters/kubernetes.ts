import { KubeClient } from '../kube/client.ts';
import { KubeConnection } from '../kube/connection.ts';
import { type KubeContext, kubeconfigFiles } from '../kube/contexts.ts';
import { isForbidden } from '../kube/kube-error.ts';
import { type AspenOptions, createAspenDriver } from './aspen/aspen-driver.ts';
import { aspenDefaults } from './aspen/aspen-target.ts';
import { findAspenMeshes } from './aspen/find-aspen.ts';
import { createBrokenDriver } from './broken-driver.ts';
import type { ClusterDriver } from './driver.ts';
import { createIstioDriver, type IstioDriverOptions } from './istio/istio-driver.ts';
import { createMeshDriver } from './mesh-driver.ts';

export interface ContextDriverOptions extends Omit<IstioDriverOptions, 'name' | 'client'> {
  readonly files?: readonly string[];
  /** Asked each time, as settings change. */
  readonly aspen?: () => Partial<AspenOptions>;
  /** Captures with our own parts where there is an Aspen Mesh, too. */
  readonly ownParts?: boolean;
}

/** null when the context is broken. */
export function connectionOf(context: KubeContext): KubeConnection | null {
  return context.problem === '' ? new KubeConnection(context.config()) : null;
}

/** The driver of a context: which one, the cluster tells when it is first looked at. */
export function contextDriver(
  context: KubeContext,
  options: ContextDriverOptions,
  connection: KubeConnection | null = connectionOf(context),
): ClusterDriver {
  const { name, problem } = context;
  if (connection === null) return createBrokenDriver(name, problem);
  const client = new KubeClient(connection);
  return createMeshDriver({
    name,
    eager: options.eager,
    choose: () => chooseDriver(client, name, options),
    close: () => connection.close(),
  });
}

async function chooseDriver(
  client: KubeClient,
  name: string,
  { files = kubeconfigFiles(), aspen, ownParts = false, ...options }: ContextDriverOptions,
): Promise<ClusterDriver> {
  const known = { ...options, name, client, eager: true };
  if (ownParts || !(await hasAspenMesh(client))) return createIstioDriver(known);
  return createAspenDriver({ ...known, files, aspen: () => ({ ...aspenDefaults(), ...aspen?.() }) });
}

/** Those who may not see helm releases cannot upgrade them either. */
async function hasAspenMesh(client: KubeClient): Promise<boolean> {
  try {
    return (await findAspenMeshes(client)).meshes.length > 0;
  } catch (error) {
    if (isForbidden(error)) return false;
    throw error;
  }
}
