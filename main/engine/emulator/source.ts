import {
  type FilePiece,
  listCommand,
  mostFiles,
  readCommand,
  readList,
  readPieces,
  readWhole,
  wholeCommand,
} from '../../../app/mesh/aspen/emulator-commands.ts';
import {
  type EmulatorFile,
  type EmulatorPod,
  emulatorKey,
  type ListedPod,
} from '../../../app/mesh/aspen/emulator-files.ts';
import type { Pod } from '../../../app/mesh/kubernetes.ts';
import { analysisNamespace } from '../../../app/mesh/names.ts';
import { resources } from '../../../app/mesh/resources.ts';
import { emulatorSelector } from '../clusters/aspen/emulator.ts';
import type { KubeClient } from '../kube/client.ts';
import { runInPod } from '../kube/exec.ts';
import { isForbidden } from '../kube/kube-error.ts';
import { emulatorProblem } from './problem.ts';

export interface EmulatorListing {
  readonly pods: readonly ListedPod[];
  /** The oldest first. */
  readonly files: readonly EmulatorFile[];
}

/** Where the files of a cluster's emulators are had. */
export interface EmulatorSource {
  /** All there is now. A pod that cannot be asked harms no other. @throws KubeError when pods may not be listed */
  list(signal?: AbortSignal): Promise<EmulatorListing>;
  /** The bytes of pieces of files of one pod; null for a file that has gone. @throws Error with a sentence */
  read(pieces: readonly FilePiece[], signal?: AbortSignal): Promise<readonly (Uint8Array | null)[]>;
}

/** Files below `/tmp` of all pods with the labels of an emulator, ours or not, read by commands in them. */
export function podSource(client: KubeClient): EmulatorSource {
  /** The container to ask, by pod. */
  const containers = new Map<string, string>();

  async function listPod(pod: EmulatorPod, signal?: AbortSignal) {
    try {
      const printed = await run(pod, listCommand, signal);
      const { files, cut, odd } = readList(pod, printed.toString('utf8'));
      const place = `${pod.namespace}/${pod.pod}`;
      const problems = [
        cut ? `${place} has more files: its newest ${mostFiles} are listed.` : '',
        odd > 0 ? `${place} has ${odd} files with names that cannot be asked for.` : '',
      ];
      return { pod: { ...pod, isListed: true, problem: problems.filter((text) => text !== '').join(' ') }, files };
    } catch (error) {
      signal?.throwIfAborted();
      return unlisted(pod, emulatorProblem(pod, error));
    }
  }

  function run(pod: EmulatorPod, command: readonly string[], signal?: AbortSignal): Promise<Buffer> {
    const container = containers.get(emulatorKey({ ...pod, name: '' }));
    return runInPod(client.connection, {
      ...pod,
      command,
      ...(container === undefined ? {} : { container }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  return {
    async list(signal) {
      const pods = (await listPods(client)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      containers.clear();
      const lists = await Promise.all(
        pods.map((pod) => {
          const place = { namespace: pod.metadata.namespace ?? '', pod: pod.metadata.name };
          containers.set(emulatorKey({ ...place, name: '' }), emulatorContainer(pod));
          const phase = pod.status?.phase ?? 'unknown';
          if (phase === 'Running') return listPod(place, signal);
          return unlisted(place, `${place.namespace}/${place.pod} is not running: it is ${phase}.`);
        }),
      );
      return {
        pods: lists.map(({ pod }) => pod),
        files: lists
          .flatMap(({ files }) => files)
          .sort((left, right) => left.changed - right.changed || (left.name < right.name ? -1 : 1)),
      };
    },
    async read(pieces, signal) {
      const [first] = pieces;
      if (!first) return [];
      const { namespace, pod } = first.file;
      try {
        return await readCommands(pieces, (command) => run({ namespace, pod }, command, signal));
      } catch (error) {
        signal?.throwIfAborted();
        throw new Error(emulatorProblem({ namespace, pod }, error));
      }
    },
  };
}

/** The pieces, by the quicker command where it can be had. `run` rejects when a command fails. */
export async function readCommands(
  pieces: readonly FilePiece[],
  run: (command: readonly string[]) => Promise<Uint8Array>,
): Promise<readonly (Uint8Array | null)[]> {
  const whole = wholeCommand(pieces);
  // A file that has gone makes it fail; the other command says which.
  const printed = whole && (await run(whole).catch(() => null));
  const read = printed && readWhole(pieces, printed);
  return read ?? readPieces(pieces, await run(readCommand(pieces)));
}

function unlisted(pod: EmulatorPod, problem: string) {
  return { pod: { ...pod, isListed: false, problem }, files: [] };
}

/** In all namespaces, or, where that may not be seen, in that of the documentation. */
async function listPods(client: KubeClient): Promise<readonly Pod[]> {
  try {
    return await client.list<Pod>(resources.pod, { labels: emulatorSelector });
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return client.list<Pod>(resources.pod, { namespace: analysisNamespace, labels: emulatorSelector });
  }
}

/** As kubectl chooses it, but never a sidecar of the mesh. */
function emulatorContainer({ metadata, spec }: Pod): string {
  const named = metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  const names = spec.containers.map(({ name }) => name);
  if (named !== undefined && names.includes(named)) return named;
  return names.find((name) => name !== 'istio-proxy') ?? names[0] ?? '';
}
