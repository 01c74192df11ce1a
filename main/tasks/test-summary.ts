/**
 * The end of `.ci/run`: adds up `npm test` and `npm run test:cluster`. Arguments name other commands that have failed; each
 * counts as one failure.
 */
import { keptRun, lastLine, type TestRun } from './test-run.ts';

const runs = ['test', 'test-cluster'].map((task) => {
  const run = keptRun(task) ?? { passed: 0, failed: 1, skipped: [] };
  console.log(`${task}: ${lastLine(run)}`);
  return run;
});
const others = process.argv.slice(2);
for (const command of others) console.log(`${command}: FAILED`);
const all: TestRun = {
  passed: runs.reduce((sum, { passed }) => sum + passed, 0),
  failed: runs.reduce((sum, { failed }) => sum + failed, others.length),
  skipped: runs.flatMap(({ skipped }) => skipped),
};
if (all.skipped.length > 0) console.log(`Skipped:\n  ${all.skipped.join('\n  ')}`);
console.log(lastLine(all));
process.exit(all.failed === 0 ? 0 : 1);
