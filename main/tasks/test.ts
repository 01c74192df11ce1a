/**
 * `npm test`: types, lint, build, then unit, integration and end-to-end tests. Arguments go to Vitest.
 * Ends with one line `N passed, N failed`; tests that lack a part are listed by name with the reason. In CI they have failed.
 */
import { conclude, step, vitest } from './test-run.ts';

const checks = [
  step('types', 'node_modules/typescript/bin/tsc', ['-b']),
  step('lint', 'node_modules/@biomejs/biome/bin/biome', ['ci', '--max-diagnostics=40']),
];
// A broken build shows as failed checks rather than as a hundred failed tests.
const built = [[], ['renderer-chrome83']].map((names) => step('build', 'main/tasks/build.ts', names)).every(Boolean);
checks.push(built);

const tests = built ? vitest(process.argv.slice(2)) : { passed: 0, failed: 0, skipped: [] };
const failedChecks = checks.filter((passed) => !passed).length;
conclude(
  'test',
  { ...tests, passed: tests.passed + checks.length - failedChecks, failed: tests.failed + failedChecks },
  Boolean(process.env.CI),
);
