/**
 * `npm test`: types, lint, build, then unit, integration and end-to-end tests. Arguments go to Vitest.
 * Ends with one line `N passed, N failed, N skipped`; tests that lack a part are listed by name with the reason.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildFolder, root } from './paths.ts';

interface JsonReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const startedAt = Date.now();

function step(name: string, program: string, args: readonly string[]): boolean {
  const began = Date.now();
  console.log(`\n> ${name}`);
  const result = spawnSync(process.execPath, [join(root, 'node_modules', program), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  console.log(`  ${name}: ${result.status === 0 ? 'ok' : 'FAILED'} in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return result.status === 0;
}

function vitest(args: readonly string[]): { readonly ok: boolean; readonly report: JsonReport | null } {
  const file = join(buildFolder, 'test-report.json');
  mkdirSync(buildFolder, { recursive: true });
  rmSync(file, { force: true });
  const ok = step('tests', 'vitest/vitest.mjs', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...args,
  ]);
  try {
    return { ok, report: JSON.parse(readFileSync(file, 'utf8')) as JsonReport };
  } catch {
    return { ok: false, report: null };
  }
}

const checks = [
  step('types', 'typescript/bin/tsc', ['-b']),
  step('lint', '@biomejs/biome/bin/biome', ['ci', '--max-diagnostics=40']),
];
// The report counts everything once; a broken build shows as failed checks rather than as a hundred failed tests.
const builds = [[], ['renderer-chrome83']].map(
  (names) =>
    spawnSync(process.execPath, [join(root, 'main', 'tasks', 'build.ts'), ...names], { cwd: root, stdio: 'inherit' })
      .status,
);
const built = builds.every((status) => status === 0);
checks.push(built);
const { ok, report } = built ? vitest(process.argv.slice(2)) : { ok: false, report: null };

const skipped = (report?.testResults ?? []).flatMap((file) =>
  file.assertionResults
    .filter((test) => test.status === 'skipped' || test.status === 'pending')
    .map((test) => `${relative(root, file.name)}: ${test.fullName}`),
);
if (skipped.length > 0)
  console.log(
    `\nSkipped (the reason is in the name; \`npm run parts\` fetches what is missing):\n  ${skipped.join('\n  ')}`,
  );
if (process.env.CI && skipped.length > 0) console.log('In CI nothing may be skipped.');

const failedChecks = checks.filter((passed) => !passed).length;
const failedFiles = (report?.testResults ?? []).filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
).length;
const failed = (report?.numFailedTests ?? 0) + failedChecks + failedFiles + (report === null ? 1 : 0);
const passed = (report?.numPassedTests ?? 0) + checks.length - failedChecks;
const strict = process.env.CI ? skipped.length : 0;
console.log(`\n${((Date.now() - startedAt) / 1000).toFixed(0)} s in all`);
console.log(`${passed} passed, ${failed + strict} failed, ${skipped.length - strict} skipped`);
process.exit(ok && failed === 0 && strict === 0 ? 0 : 1);
