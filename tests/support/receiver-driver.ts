import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import type { ClusterDriver } from '../../main/engine/clusters/driver.ts';

function absent(): Promise<never> {
  return Promise.reject(new Error('there is no cluster around this receiver'));
}

/** A cluster whose capture is always on and of which there is nothing but its receiver, for tests of the engine's side. */
export function receiverDriver(connect: ClusterDriver['connect']): ClusterDriver {
  return {
    id: 'test',
    name: 'test',
    kind: 'kubernetes',
    status: () => ({
      capture: 'capturing',
      summary: '',
      problem: '',
      notShown: '',
      pods: 2,
      until: null,
      holder: '',
      slotInPlace: false,
      steps: [],
    }),
    onChange: () => () => {},
    lastCapture: () => defaultCaptureOptions,
    proposedCapture: absent,
    inventory: absent,
    preflight: absent,
    plan: absent,
    enable: async () => {},
    extend: absent,
    planDisable: absent,
    disable: async () => ({ looked: [], left: [], kept: [], spared: [] }),
    doctor: async () => [],
    connect,
    nameAt: () => '',
    close: async () => {},
  };
}
