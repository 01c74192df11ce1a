import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CaptureSite } from '../../../../app/mesh/capture-site.ts';
import { resourceBytes } from '../../../resources.ts';

/** The programs that run in the cluster, as they are built, and the capture filter. @throws when they are not built */
export function clusterPrograms(): CaptureSite['programs'] {
  return {
    aggregator: builtProgram('aggregator'),
    receiver: builtProgram('receiver'),
    leaseKeeper: builtProgram('lease-keeper'),
    filter: resourceBytes('cluster', 'capture-filter.wasm'),
  };
}

/** Beside the bundled engine, or below build/ in a folder above the source. */
function builtProgram(name: string): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    for (const candidate of [join(folder, name), join(folder, 'build', name)]) {
      const file = join(candidate, `${name}.mjs`);
      if (existsSync(file)) return readFileSync(file, 'utf8');
    }
    if (dirname(folder) === folder) throw new Error(`The ${name} is not built: run npm run build -- ${name}.`);
  }
}
