import type { Handlers } from '../../../app/api/contract.ts';
import type { ClusterRegistry } from '../clusters/registry.ts';

export interface ClusterHandlerOptions {
  readonly clusters: ClusterRegistry;
  /** Called before capture is switched on anywhere. */
  readonly onEnable: () => void;
}

type ClusterRequest = Extract<keyof Handlers, `clusters.${string}`>;

/** Answers what is asked about clusters: each by its driver. */
export function clusterHandlers({ clusters, onEnable }: ClusterHandlerOptions): Pick<Handlers, ClusterRequest> {
  return {
    'clusters.list': () => ({ clusters: clusters.cards() }),
    'clusters.inventory': async ({ id }) => {
      const driver = clusters.driver(id);
      return { inventory: await driver.inventory(), capture: driver.lastCapture() };
    },
    'clusters.preflight': ({ id, capture }) => clusters.driver(id).preflight(capture),
    'clusters.plan': ({ id, capture }) => clusters.driver(id).plan(capture),
    'clusters.enable': async ({ id, capture }) => {
      const driver = clusters.driver(id);
      onEnable();
      await driver.enable(capture ?? driver.lastCapture());
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
    'clusters.doctor': async ({ id }) => ({ findings: await clusters.driver(id).doctor() }),
  };
}
