/**
 * `npm test`: types, lint, build, then unit, integration and end-to-end tests. Arguments go to Vitest.
 * Ends with one line `N passed, N failed`; tests that lack a part are listed by name with the reason. In CI they have failed.
 */
import { conclude, nothing, step, vitest } from './test-run.ts';

const checks: Record<string, boolean> = {
  types: step('types', 'node_modules/typescript/bin/tsc', ['-b']),
  lint: step('lint', 'node_modules/@biomejs/biome/bin/biome', ['ci', '--max-diagnostics=40']),
};
// A broken build shows as failed checks rather than as a hundred failed tests.
checks.build = [[], ['renderer-chrome83']].map((names) => step('build', 'main/tasks/build.ts', names)).every(Boolean);

const tests = checks.build ? vitest(process.argv.slice(2)) : nothing;
const failed = Object.keys(checks).filter((check) => !checks[check]);
conclude(
  'test',
  {
    ...tests,
    passed: tests.passed + Object.keys(checks).length - failed.length,
    failed: tests.failed + failed.length,
    failures: [...failed, ...tests.failures],
  },
  Boolean(process.env.CI),
);
