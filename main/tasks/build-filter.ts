/** Compiles the capture filter to `resources/cluster/capture-filter.wasm`, which is committed: `npm run build:filter`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import asc from 'assemblyscript/asc';
import { root } from './paths.ts';

const filterPath = join(root, 'resources', 'cluster', 'capture-filter.wasm');

/** The module's bytes; the same source gives the same bytes. */
export async function compileFilter(): Promise<Uint8Array> {
  let module: Uint8Array | undefined;
  const { error, stderr } = await asc.main(
    ['--config', 'native/capture-filter/asconfig.json', '--baseDir', root, '--outFile', 'capture-filter.wasm'],
    {
      writeFile: (name: string, contents: string | Uint8Array) => {
        if (name === 'capture-filter.wasm' && typeof contents !== 'string') module = contents;
      },
    },
  );
  if (error || !module) throw new Error(`the capture filter does not compile\n${stderr.toString()}`);
  return module;
}

if (import.meta.main) {
  const module = await compileFilter();
  await mkdir(dirname(filterPath), { recursive: true });
  await writeFile(filterPath, module);
  console.log(`${relative(root, filterPath)}: ${module.length} bytes`);
}
