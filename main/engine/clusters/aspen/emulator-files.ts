import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EmulatorFile, listCommand, pullCommand, readList } from '../../../../app/mesh/aspen/emulator-files.ts';
import type { Pod } from '../../../../app/mesh/kubernetes.ts';
import { analysisNamespace } from '../../../../app/mesh/names.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { runInPod } from '../../kube/exec.ts';
import { emulatorSelector } from './emulator.ts';

/** Files that are on their way at once. */
const atOnce = 8;

/** All captures that emulators have below `/tmp`, the oldest first. @throws KubeError */
export async function listEmulatorFiles(client: KubeClient): Promise<readonly EmulatorFile[]> {
  const pods = await client.list<Pod>(resources.pod, { namespace: analysisNamespace, labels: emulatorSelector });
  const running = pods.filter(({ status, metadata }) => status?.phase === 'Running' && !metadata.deletionTimestamp);
  const lists = await Promise.all(
    running.map(async ({ metadata: { name } }) =>
      readList(name, (await run(client, name, listCommand)).toString('utf8')),
    ),
  );
  return lists.flat().sort((left, right) => left.changed - right.changed || (left.name < right.name ? -1 : 1));
}

/** Copies files into a folder for the user alone (0600). One that is there already is replaced when all has come. */
export async function pullEmulatorFiles(
  client: KubeClient,
  files: readonly EmulatorFile[],
  folder: string,
  onFile: (file: EmulatorFile) => void,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const waiting = [...files];
  const work = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const bytes = await readEmulatorFile(client, file);
      const path = join(folder, file.name);
      await writeFile(`${path}.part`, bytes, { mode: 0o600 });
      await chmod(`${path}.part`, 0o600);
      await rename(`${path}.part`, path);
      onFile(file);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** All that is in a file now. @throws KubeError */
export function readEmulatorFile(client: KubeClient, file: EmulatorFile): Promise<Buffer> {
  return run(client, file.pod, pullCommand(file));
}

function run(client: KubeClient, pod: string, command: readonly string[]): Promise<Buffer> {
  return runInPod(client.connection, { namespace: analysisNamespace, pod, command });
}
