import { stat } from 'node:fs/promises';
import { chartErrorCode, type Handlers } from '../../../app/api/contract.ts';
import type { AspenControl } from '../clusters/driver.ts';
import type { ClusterRegistry } from '../clusters/registry.ts';
import type { SettingsStore } from '../settings/settings-store.ts';
import { RequestError } from './request-error.ts';

export interface ClusterHandlerOptions {
  readonly clusters: ClusterRegistry;
  readonly settings: SettingsStore;
  /** Called before capture is switched on anywhere. */
  readonly onEnable: () => void;
}

type ClusterRequest = Extract<keyof Handlers, `clusters.${string}`>;

/** Answers what is asked about clusters: each by its driver. */
export function clusterHandlers({
  clusters,
  settings,
  onEnable,
}: ClusterHandlerOptions): Pick<Handlers, ClusterRequest> {
  async function aspenOf(id: string): Promise<AspenControl> {
    const { aspen } = clusters.driver(id);
    if (!aspen) throw new RequestError('cluster.mesh', `${id} has no Aspen Mesh.`);
    return aspen();
  }

  return {
    'clusters.list': () => ({ clusters: clusters.cards() }),
    'clusters.inventory': async ({ id }) => {
      const driver = clusters.driver(id);
      return { inventory: await driver.inventory(), capture: await driver.proposedCapture() };
    },
    'clusters.preflight': ({ id, capture }) => clusters.driver(id).preflight(capture),
    'clusters.plan': ({ id, capture }) => clusters.driver(id).plan(capture),
    'clusters.enable': async ({ id, capture }) => {
      const driver = clusters.driver(id);
      onEnable();
      await driver.enable(capture ?? (await driver.proposedCapture()));
      return { cluster: clusters.card(id) };
    },
    'clusters.extend': async ({ id, minutes }) => {
      await clusters.driver(id).extend(minutes);
      return { cluster: clusters.card(id) };
    },
    'clusters.disablePlan': ({ id }) => clusters.driver(id).planDisable(),
    'clusters.disable': async ({ id, slot }) => {
      const remainder = await clusters.driver(id).disable(slot);
      return { cluster: clusters.card(id), remainder };
    },
    'clusters.uninstall': async ({ id }) => {
      const remainder = await (await aspenOf(id)).uninstall();
      return { cluster: clusters.card(id), remainder };
    },
    'clusters.label': async ({ id, namespace }) => {
      await (await aspenOf(id)).label(namespace);
      return {};
    },
    'clusters.nameChart': async ({ id, path }) => {
      await aspenOf(id);
      if (path !== '' && (await stat(path).catch(() => null)) === null) {
        throw new RequestError(chartErrorCode, `There is no file or folder ${path}.`);
      }
      settings.set({ chartPaths: { ...settings.get().chartPaths, [id]: path } });
      return {};
    },
    'clusters.doctor': async ({ id }) => ({ findings: await clusters.driver(id).doctor() }),
  };
}
