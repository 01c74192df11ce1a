import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { analysisName } from '../../../app/mesh/names.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';

/** Paths of all files that receivers have below `/tmp` in their pods, those that are gone among them. */
export function receivedFiles({ folder }: ControlPlane): readonly string[] {
  const pods = join(folder, 'pods');
  const receivers = existsSync(pods) ? readdirSync(pods).filter((name) => name.startsWith(analysisName)) : [];
  return receivers.flatMap((name) =>
    readdirSync(join(pods, name, 'tmp'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  );
}
