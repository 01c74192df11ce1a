import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildTargets } from './build.ts';
import { buildFolder, root } from './paths.ts';

const sources = ['app', 'main', 'renderer', 'native', 'resources', 'package-lock.json'];
const stamp = join(buildFolder, 'built');

function newestChange(path: string): number {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), entry.mtimeMs);
}

/** Builds everything unless the last build is newer than every source. */
export async function buildWhenNeeded(): Promise<void> {
  const changed = Math.max(...sources.map((name) => newestChange(join(root, name))));
  if (existsSync(stamp) && statSync(stamp).mtimeMs > changed) return;
  console.log('Building …');
  await buildTargets([]);
  mkdirSync(buildFolder, { recursive: true });
  writeFileSync(stamp, '');
}
