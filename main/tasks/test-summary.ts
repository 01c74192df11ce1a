/**
 * The end of `.ci/run`: adds up `npm test` and `npm run test:cluster`. Arguments name other commands that have failed; each
 * counts as one failure.
 */
import { keptRun, lastLine, nothing, type TestRun, tell } from './test-run.ts';

const runs = ['test', 'test-cluster'].map((task) => {
  const run = keptRun(task) ?? { ...nothing, failed: 1, failures: [`${task} ended without a word`] };
  console.log(`${task}: ${lastLine(run)}`);
  return run;
});
const others = process.argv.slice(2);
for (const command of others) console.log(`${command}: FAILED`);
const all: TestRun = {
  passed: runs.reduce((sum, { passed }) => sum + passed, 0),
  failed: runs.reduce((sum, { failed }) => sum + failed, others.length),
  skipped: runs.flatMap(({ skipped }) => skipped),
  failures: [...others, ...runs.flatMap(({ failures }) => failures)],
  retried: runs.flatMap(({ retried }) => retried),
};
tell(all);
console.log(lastLine(all));
process.exit(all.failed === 0 ? 0 : 1);
