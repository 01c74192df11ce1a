import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildFolder, root } from './paths.ts';

/** How a run of tests and checks ended. */
export interface TestRun {
  readonly passed: number;
  readonly failed: number;
  /** `tests/cluster/istio.test.ts: a cluster with Istio (missing: kwok)`: names that say why. */
  readonly skipped: readonly string[];
}

interface JsonReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Emptied by `.ci/run` before the first task. */
const runsFolder = join(buildFolder, 'test-runs');

/** Runs a program of Node with the terminal's output, and says how it went and how long it took. */
export function step(name: string, script: string, args: readonly string[], environment = {}): boolean {
  const began = Date.now();
  console.log(`\n> ${name}`);
  const result = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  console.log(`  ${name}: ${result.status === 0 ? 'ok' : 'FAILED'} in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return result.status === 0;
}

/** Runs Vitest; files that cannot even be loaded count as failed, and so does a run without a report. */
export function vitest(args: readonly string[], environment: NodeJS.ProcessEnv = {}): TestRun {
  const file = join(buildFolder, 'test-report.json');
  mkdirSync(buildFolder, { recursive: true });
  rmSync(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const ok = step('tests', 'node_modules/vitest/vitest.mjs', ['run', ...reporters, ...args], environment);
  const report = readReport(file);
  if (report === null) return { passed: 0, failed: 1, skipped: [] };
  const files = report.testResults;
  const unloaded = files.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0);
  const failed = report.numFailedTests + unloaded.length;
  const skipped = files.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'skipped' || status === 'pending')
      .map(({ fullName }) => `${relative(root, name)}: ${fullName}`),
  );
  // Errors outside of any test (an unhandled rejection) fail the run alone.
  return { passed: report.numPassedTests, failed: ok ? failed : Math.max(failed, 1), skipped };
}

function readReport(file: string): JsonReport | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JsonReport;
  } catch {
    return null;
  }
}

/**
 * Ends a task: names what was skipped, prints the run's last line, keeps the run for the summary, and exits.
 * @param strict what is skipped has failed
 */
export function conclude(task: string, { passed, failed, skipped }: TestRun, strict: boolean): never {
  if (skipped.length > 0) {
    console.log(
      `\nSkipped (the reason is in the name; \`npm run parts\` fetches what is missing):\n  ${skipped.join('\n  ')}`,
    );
    if (strict) console.log('Nothing may be skipped here.');
  }
  const run: TestRun = strict ? { passed, failed: failed + skipped.length, skipped: [] } : { passed, failed, skipped };
  mkdirSync(runsFolder, { recursive: true });
  writeFileSync(join(runsFolder, `${task}.json`), JSON.stringify(run));
  console.log(`\n${(performance.now() / 1000).toFixed(0)} s in all\n${lastLine(run)}`);
  process.exit(run.failed === 0 ? 0 : 1);
}

/** How a task ended last; null when it ended without a word, or never ran. */
export function keptRun(task: string): TestRun | null {
  try {
    return JSON.parse(readFileSync(join(runsFolder, `${task}.json`), 'utf8')) as TestRun;
  } catch {
    return null;
  }
}

/** `3186 passed, 0 failed`, and what was skipped where anything was. */
export function lastLine({ passed, failed, skipped }: TestRun): string {
  return `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
}
