/**
 * Builds what changed: the capture filter, the renderer, the programs on Node and the Electron shell.
 * `npm run build` builds all; `npm run build -- engine shell` builds those.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, type InlineConfig, type Plugin } from 'vite';
import { buildFolder, root } from './paths.ts';

/** What the libraries want to be told with each copy of them: beside each program, of those that are in it. */
const licenses = 'third-party-licenses.md';

interface Target {
  readonly name: string;
  readonly config: () => InlineConfig;
  /** Not part of what ships. */
  readonly onlyWhenNamed?: true;
}

/** Programs on Node: everything in files of ours, so that no node_modules need to be shipped. */
function nodeProgram(name: string, entries: Record<string, string>, singleFile = false): Target {
  return {
    name,
    config: () => ({
      configFile: false,
      root,
      logLevel: 'warn',
      ssr: { noExternal: true, target: 'node' },
      build: {
        ssr: true,
        target: 'node22',
        outDir: join(buildFolder, name),
        emptyOutDir: true,
        minify: false,
        sourcemap: !singleFile,
        license: { fileName: licenses },
        rolldownOptions: {
          input: Object.fromEntries(Object.entries(entries).map(([key, path]) => [key, join(root, path)])),
          output: {
            format: 'es',
            entryFileNames: '[name].mjs',
            chunkFileNames: '[name]-[hash].mjs',
            ...(singleFile ? { codeSplitting: false } : {}),
          },
        },
      },
    }),
  };
}

/** Node 12 inside the Electron of the smoke test knows built-in modules without their prefix only; all others know both. */
const withoutNodePrefix: Plugin = {
  name: 'without-node-prefix',
  renderChunk: (code) => code.replaceAll('require("node:', 'require("'),
};

/** Main and preload script of Electron: CommonJS, since a sandboxed preload script cannot be a module. */
function shellProgram(entry: string, file: string): Target {
  return {
    name: 'shell',
    config: () => ({
      configFile: false,
      root,
      logLevel: 'warn',
      plugins: [withoutNodePrefix],
      ssr: { noExternal: true, external: ['electron'], target: 'node' },
      build: {
        ssr: true,
        target: 'node12',
        outDir: join(buildFolder, 'shell'),
        emptyOutDir: false,
        minify: false,
        rolldownOptions: {
          input: { [file]: join(root, entry) },
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    }),
  };
}

const targets: readonly Target[] = [
  { name: 'renderer', config: () => ({ configFile: join(root, 'renderer', 'vite.config.ts'), logLevel: 'warn' }) },
  {
    // What the old Electron of the smoke test can run.
    name: 'renderer-chrome83',
    config: () => ({ configFile: join(root, 'renderer', 'vite.config.ts'), mode: 'chrome83', logLevel: 'warn' }),
    onlyWhenNamed: true,
  },
  nodeProgram('engine', {
    engine: 'main/engine/main.ts',
    demo: 'main/demo/worker.ts',
    decoding: 'main/engine/decoding/worker.ts',
    cli: 'main/cli/main.ts',
  }),
  nodeProgram('aggregator', { aggregator: 'main/cluster/aggregator/main.ts' }, true),
  nodeProgram('lease-keeper', { 'lease-keeper': 'main/cluster/lease-keeper/main.ts' }, true),
  nodeProgram('receiver', { receiver: 'main/cluster/receiver/main.ts' }, true),
  shellProgram('main/shell/main.ts', 'main'),
  shellProgram('main/shell/preload.ts', 'preload'),
];

/** Builds the named targets, all of them when none is named. */
export async function buildTargets(names: readonly string[]): Promise<void> {
  for (const target of targets) {
    const wanted = names.length > 0 ? names.includes(target.name) : !target.onlyWhenNamed;
    if (!wanted) continue;
    await build(target.config());
  }
  if (!existsSync(join(root, 'resources', 'cluster', 'capture-filter.wasm'))) {
    throw new Error('resources/cluster/capture-filter.wasm is missing: npm run build:filter');
  }
}

if (import.meta.main) {
  const names = process.argv.slice(2);
  const known = new Set(targets.map(({ name }) => name));
  if (names.every((name) => known.has(name))) await buildTargets(names);
  else {
    console.error(`usage: npm run build [-- TARGET…]\n\nTargets: ${[...known].join(', ')}`);
    process.exitCode = 2;
  }
}
