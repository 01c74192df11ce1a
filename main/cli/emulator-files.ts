import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { EmulatorFile } from '../../app/mesh/aspen/emulator-files.ts';
import { createNameMatcher, excludeProblem } from '../../app/mesh/name-matcher.ts';
import { listEmulatorFiles, pullEmulatorFiles } from '../engine/clusters/aspen/emulator-files.ts';
import { KubeClient } from '../engine/kube/client.ts';
import { KubeConnection } from '../engine/kube/connection.ts';
import { chosenContext } from './chosen-context.ts';
import { type ClusterFlags, print, withContext, withOutput } from './cluster-flags.ts';

interface FilesFlags extends ClusterFlags {
  readonly name: string;
  readonly pull?: string;
  readonly follow: boolean;
}

/** Milliseconds between looks for new files. */
const lookEvery = 2_000;

/** `files`: what analysis emulators have written below `/tmp`. */
export function addFilesCommand(program: Command): void {
  withOutput(
    withContext(
      program
        .command('files')
        .description('Aspen Mesh: list the captures that an analysis emulator has written, or pull them into a folder')
        .option('--name <expression>', 'only files whose whole name matches', '.*')
        .option('--pull <folder>', 'copy them there')
        .option('--follow', 'go on with new and growing ones until interrupted', false),
    ),
  ).action(async (flags: FilesFlags) => {
    const problem = excludeProblem(flags.name);
    if (problem !== '') throw new Error(`--name: ${problem}`);
    const isWanted = createNameMatcher([flags.name]);
    const client = new KubeClient(new KubeConnection((await chosenContext(flags.context)).config()));
    const known = new Set<string>();
    try {
      do {
        const files = (await listEmulatorFiles(client)).filter(({ name }) => isWanted(name)).filter(isNew(known));
        if (flags.pull !== undefined) await pullEmulatorFiles(client, files, flags.pull, () => {});
        if (files.length > 0 || !flags.follow) print(flags, { files }, files.map(fileLine));
        if (flags.follow) await pause(lookEvery);
      } while (flags.follow);
    } finally {
      client.connection.close();
    }
  });
}

/** Not seen before in this size and state. */
function isNew(known: Set<string>): (file: EmulatorFile) => boolean {
  return ({ pod, name, size, changed }) => {
    const key = `${pod}/${name} ${size} ${changed}`;
    const isKnown = known.has(key);
    known.add(key);
    return !isKnown;
  };
}

function fileLine({ pod, name, size, changed }: EmulatorFile): string {
  return `${new Date(changed).toISOString()}  ${String(size).padStart(10)}  ${pod}  ${name}`;
}
