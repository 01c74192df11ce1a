/**
 * `npm run test:cluster`: the tests against a real Kubernetes control plane with a real istiod and real Envoys. Arguments go
 * to Vitest. Without the control plane's programs they are skipped by name. In CI that is a failure where the programs were
 * given; where nobody gave them it is only told, because no package registry serves them and building them takes half an hour.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { partsFolder } from './paths.ts';
import { conclude, nothing, step, vitest } from './test-run.ts';

const given =
  process.env.KUBE_TOOLS_ARCHIVE || process.env.KUBEBUILDER_ASSETS || existsSync(join(partsFolder, 'kubernetes'));

// What runs in the cluster is what is built.
const built = step('build', 'main/tasks/build.ts', ['aggregator', 'receiver', 'lease-keeper', 'engine']);
conclude(
  'test-cluster',
  built
    ? vitest(['--project', 'cluster', ...process.argv.slice(2)], { CLUSTER_TESTS: '1' })
    : { ...nothing, failed: 1, failures: ['build'] },
  Boolean(process.env.CI && given),
);
