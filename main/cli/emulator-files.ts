import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { EmulatorFile } from '../../app/mesh/aspen/emulator-files.ts';
import { createNameMatcher, excludeProblem } from '../../app/mesh/name-matcher.ts';
import { listEmulatorFiles, pullEmulatorFiles } from '../engine/clusters/aspen/emulator-files.ts';
import { EmulatorMerge } from '../engine/clusters/aspen/emulator-merge.ts';
import { KubeClient } from '../engine/kube/client.ts';
import { KubeConnection } from '../engine/kube/connection.ts';
import { chosenContext } from './chosen-context.ts';
import { type ClusterFlags, print, withContext, withOutput } from './cluster-flags.ts';

interface FilesFlags extends ClusterFlags {
  readonly name: string;
  readonly pull?: string;
  readonly merge?: string;
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
        .option(
          '--merge <file>',
          'make one capture of the .bson files there; - for standard output, as in | packet-inspector read -',
        )
        .option('--follow', 'go on with new and growing ones until interrupted', false),
    ),
  ).action(async (flags: FilesFlags) => {
    const problem = excludeProblem(flags.name);
    if (problem !== '') throw new Error(`--name: ${problem}`);
    const isWanted = createNameMatcher([flags.name]);
    const client = new KubeClient(new KubeConnection((await chosenContext(flags.context)).config()));
    const known = new Set<string>();
    // An own file, for the user alone: never what is there already.
    const target = flags.merge === undefined || flags.merge === '-' ? null : await open(flags.merge, 'wx', 0o600);
    const merge = flags.merge === undefined ? null : new EmulatorMerge(client, writerTo(target));
    try {
      do {
        const files = (await listEmulatorFiles(client)).filter(({ name }) => isWanted(name)).filter(isNew(known));
        if (flags.pull !== undefined) await pullEmulatorFiles(client, files, flags.pull, () => {});
        await merge?.add(files);
        if (flags.merge !== '-' && (files.length > 0 || !flags.follow)) print(flags, { files }, files.map(fileLine));
        if (flags.follow) await pause(lookEvery);
      } while (flags.follow);
    } finally {
      client.connection.close();
      await target?.close();
    }
  });
}

function writerTo(target: FileHandle | null): (bytes: Uint8Array) => Promise<void> {
  return async (bytes) => {
    if (target !== null) await target.appendFile(bytes);
    else if (!process.stdout.write(bytes)) await once(process.stdout, 'drain');
  };
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
