import { once } from 'node:events';
import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { plainLine, plainLines } from '../../app/flows/plain-text.ts';
import { type EmulatorFile, emulatorKey } from '../../app/mesh/aspen/emulator-files.ts';
import { createNameMatcher, excludeProblem } from '../../app/mesh/name-matcher.ts';
import { isoTime } from '../../app/model/iso-time.ts';
import { DocumentSink } from '../engine/emulator/document-sink.ts';
import { FolderSink } from '../engine/emulator/folder-sink.ts';
import { EmulatorReader, lookEvery } from '../engine/emulator/reader.ts';
import { podSource } from '../engine/emulator/source.ts';
import { KubeClient } from '../engine/kube/client.ts';
import { KubeConnection } from '../engine/kube/connection.ts';
import { chosenContext } from './chosen-context.ts';
import { type ClusterFlags, print, withContext, withOutput } from './cluster-flags.ts';
import { exitCodes } from './exit-codes.ts';

interface FilesFlags extends ClusterFlags {
  readonly name: string;
  readonly pull?: string;
  readonly merge?: string;
  readonly follow: boolean;
}

/** `files`: what analysis emulators have written below `/tmp`. */
export function addFilesCommand(program: Command): void {
  withOutput(
    withContext(
      program
        .command('files')
        .description('Aspen Mesh: list, copy or merge the captures that analysis emulators have written')
        .option('--name <expression>', 'only files whose whole name matches this regular expression', '.*')
        .option('--pull <folder>', 'copy the files into this folder')
        .option(
          '--merge <file>',
          'merge the .bson files into this one; - for standard output, as in | packet-inspector read -',
        )
        .option('--follow', 'go on with new and growing files until interrupted', false),
    ),
  ).action(async (flags: FilesFlags) => {
    const problem = excludeProblem(flags.name);
    if (problem !== '') throw new Error(`--name: ${problem}`);
    const matches = createNameMatcher([flags.name]);
    const isWanted = ({ name }: EmulatorFile) => matches(name);
    const client = new KubeClient(new KubeConnection((await chosenContext(flags.context)).config()));
    const source = podSource(client);
    // An own file, for the user alone: never what is there already.
    const target = flags.merge === undefined || flags.merge === '-' ? null : await open(flags.merge, 'wx', 0o600);
    const sinks = [
      ...(flags.pull === undefined ? [] : [new FolderSink(flags.pull, isWanted)]),
      ...(flags.merge === undefined ? [] : [new DocumentSink(isWanted, writerTo(target))]),
    ];
    const readers = sinks.map((sink) => new EmulatorReader(source, sink));
    const isNew = newOnes();
    const complain = complaints();
    try {
      do {
        const listing = await source.list();
        for (const reader of readers) await reader.read(listing);
        complain(listing.pods.map(({ problem }) => problem));
        for (const { state } of readers) {
          complain([
            ...state.failures.map(({ file, problem }) => `${emulatorKey(file)}: ${problem}`),
            ...state.problems,
          ]);
        }
        const files = listing.files.filter(isWanted).filter(isNew);
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

/** Tells what is wrong on standard error, each once, and in the exit code. */
function complaints(): (problems: readonly string[]) => void {
  const told = new Set<string>();
  return (problems) => {
    for (const problem of problems) {
      if (problem === '' || told.has(problem)) continue;
      told.add(problem);
      console.error(plainLines(problem));
      process.exitCode = exitCodes.failed;
    }
  };
}

/** Not seen before in this size and state. */
function newOnes(): (file: EmulatorFile) => boolean {
  const known = new Map<string, string>();
  return (file) => {
    const key = emulatorKey(file);
    const state = `${file.size} ${file.changed}`;
    if (known.get(key) === state) return false;
    known.set(key, state);
    return true;
  };
}

/** A file of a pod as a line for people, whatever the pod told of it. */
export function fileLine({ namespace, pod, name, size, changed }: EmulatorFile): string {
  return `${isoTime(changed) ?? 'unknown time'}  ${String(size).padStart(10)}  ${namespace}/${pod}  ${plainLine(name)}`;
}
