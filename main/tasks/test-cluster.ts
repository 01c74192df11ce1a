/**
 * `npm run test:cluster`: the tests against a real Kubernetes control plane with a real istiod and real Envoys. Arguments go
 * to Vitest. Without the control plane's programs they are skipped by name; in CI that is a failure.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './paths.ts';

function run(script: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): number {
  const { status } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  return status ?? 1;
}

// What runs in the cluster is what is built.
const built = run('main/tasks/build.ts', ['aggregator', 'receiver', 'engine']);
if (built !== 0) process.exit(built);
process.exit(
  run('node_modules/vitest/vitest.mjs', ['run', '--project', 'cluster', ...process.argv.slice(2)], {
    CLUSTER_TESTS: '1',
  }),
);
