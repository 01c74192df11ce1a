/**
 * `npm run bench`: what capture costs and how fast each part is, one benchmark after the other, in less than ten minutes. Writes one
 * Markdown table for each to standard output (the README carries them) and everything else to standard error. `npm run bench -- filter
 * decode` runs those. What a figure is compared with runs in turns with it, on the same machine.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Bench, benches } from './benches.ts';
import { root } from './paths.ts';

/** Runs a benchmark; what it wrote, and whether it ended well. */
function run({ script, args }: Bench): { readonly output: string; readonly ok: boolean } {
  const path = join(root, 'tests', 'bench', `${script}.ts`);
  const result = spawnSync(process.execPath, ['--expose-gc', path, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 16 * 1024 * 1024,
  });
  process.stderr.write(result.stdout);
  return { output: result.stdout, ok: result.status === 0 };
}

function table({ title, figures }: Bench, output: string): { readonly markdown: string; readonly missing: number } {
  let missing = 0;
  const rows = figures.map(({ name, pattern, aim }) => {
    const found = pattern.exec(output);
    if (found === null) missing++;
    const figure = found === null ? 'not measured' : found.slice(1).join(' · ');
    return `| ${name} | ${figure} | ${aim ?? ''} |`;
  });
  return {
    markdown: [`### ${title}`, '', '| | figure | aim |', '| --- | --- | --- |', ...rows, ''].join('\n'),
    missing,
  };
}

const wanted = process.argv.slice(2);
const names = [...new Set(benches.map(({ name }) => name))];
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`there is no benchmark called ${unknown.join(', ')}: there are ${names.join(', ')}`);
  process.exit(2);
}
let failed = false;
for (const bench of benches) {
  if (wanted.length > 0 && !wanted.includes(bench.name)) continue;
  console.error(`\n> ${bench.title}`);
  const { output, ok } = run(bench);
  const { markdown, missing } = table(bench, output);
  console.log(markdown);
  if (!ok) console.error(`  tests/bench/${bench.script}.ts says that it is not as it should be`);
  failed ||= !ok || missing > 0;
}
process.exit(failed ? 1 : 0);
