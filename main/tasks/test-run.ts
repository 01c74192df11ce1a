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
  /** Each failed test with the first line of what it said, so that the end of a log that was cut tells the cause. */
  readonly failures: readonly string[];
  /** Those that passed when they were tried once more. */
  readonly retried: readonly string[];
}

interface TestReport {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

interface JsonReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly TestReport[];
  }[];
}

/** A run before its first test. */
export const nothing: TestRun = { passed: 0, failed: 0, skipped: [], failures: [], retried: [] };

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
  if (report === null) return { ...nothing, failed: 1, failures: ['Vitest left no report'] };
  const unloaded = report.testResults.filter(
    ({ status, assertionResults: tests }) => status === 'failed' && !tests.length,
  );
  const named = (wanted: (test: TestReport) => boolean, said: (test: TestReport) => string = () => '') =>
    report.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.filter(wanted).map((test) => `${relative(root, name)}: ${test.fullName}${said(test)}`),
    );
  const firstLine = ({ failureMessages: [message] }: TestReport) => `\n    ${message?.split('\n')[0] ?? ''}`;
  const failures = [
    ...unloaded.map(({ name, message }) => `${relative(root, name)}\n    ${message.split('\n')[0]}`),
    ...named(({ status }) => status === 'failed', firstLine),
  ];
  if (!ok && failures.length === 0) failures.push('an error outside of any test: an unhandled rejection, say');
  return {
    passed: report.numPassedTests,
    failed: failures.length,
    skipped: named(({ status }) => status === 'skipped' || status === 'pending'),
    failures,
    retried: named(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0, firstLine),
  };
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
export function conclude(task: string, ended: TestRun, strict: boolean): never {
  if (strict && ended.skipped.length > 0) console.log('\nNothing may be skipped here.');
  tell(ended);
  const run = strict ? { ...ended, failed: ended.failed + ended.skipped.length, skipped: [] } : ended;
  mkdirSync(runsFolder, { recursive: true });
  writeFileSync(join(runsFolder, `${task}.json`), JSON.stringify(run));
  console.log(`\n${(performance.now() / 1000).toFixed(0)} s in all\n${lastLine(run)}`);
  process.exit(run.failed === 0 ? 0 : 1);
}

/** Names what did not pass at the first try. */
export function tell({ skipped, retried, failures }: TestRun): void {
  const list = (title: string, names: readonly string[]) => {
    if (names.length > 0) console.log(`\n${title}:\n  ${names.join('\n  ')}`);
  };
  list('Skipped (the reason is in the name; `npm run parts` fetches what is missing)', skipped);
  list('Passed only when tried again', retried);
  list('Failed', failures);
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
export function lastLine({ passed, failed, skipped }: Pick<TestRun, 'passed' | 'failed' | 'skipped'>): string {
  return `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
}
