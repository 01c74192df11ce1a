/** `npm run dist`: builds everything and packages it by electron-builder.yml. Arguments go to electron-builder. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './paths.ts';
import { buildWhenNeeded } from './up-to-date.ts';

await buildWhenNeeded();
const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
const result = spawnSync(process.execPath, [builder, '--publish', 'never', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exit(result.status ?? 1);
