import { defaultCaptureOptions } from '../../../app/mesh/capture-options.ts';
import type { ClusterDriver } from './driver.ts';

/** A context that cannot be used: it is listed, and says why. */
export function createBrokenDriver(name: string, problem: string): ClusterDriver {
  const refuse = async (): Promise<never> => {
    throw new Error(problem);
  };
  return {
    id: name,
    name,
    kind: 'kubernetes',
    status: () => ({
      capture: 'unreachable',
      summary: 'not usable',
      problem,
      notShown: '',
      pods: 0,
      until: null,
      holder: '',
      slotInPlace: false,
      steps: [],
    }),
    onChange: () => () => {},
    lastCapture: () => defaultCaptureOptions,
    proposedCapture: async () => defaultCaptureOptions,
    inventory: refuse,
    preflight: async () => ({
      checks: [{ id: 'api', title: 'The context is broken', result: 'failed', detail: problem, remedy: '', items: [] }],
      ready: false,
    }),
    plan: refuse,
    enable: refuse,
    extend: refuse,
    planDisable: refuse,
    disable: refuse,
    doctor: async () => [
      { id: 'context', severity: 'error', title: problem, evidence: [], remedy: 'Correct the kubeconfig.' },
    ],
    connect: refuse,
    nameAt: () => '',
    close: async () => {},
  };
}
