import type { Dirent } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { SchemaSource } from '../../../app/api/types.ts';
import { readDescriptorSet } from '../../../app/decode/protobuf/descriptor-set.ts';
import { type ProtobufSchema, SchemaTables } from '../../../app/decode/protobuf/schema.ts';
import type { Problem } from '../../../app/model/problem.ts';
import { addProtoSources, type ProtoSource } from './proto-source.ts';

/** What was loaded of the places that the user named. */
export interface LoadedSchema {
  readonly schema: ProtobufSchema;
  /** One for each place, in their order. */
  readonly sources: readonly SchemaSource[];
}

/** Bounds of what is read: a folder chosen by mistake must not take all memory. */
const maximumFiles = 5_000;
const maximumFolders = 20_000;
const maximumFileSize = 4 << 20;
const maximumSetSize = 64 << 20;

/**
 * Loads message types from folders with .proto files, single .proto files and descriptor sets (any other file). Earlier
 * paths win where types are defined twice.
 */
export async function loadSchema(paths: readonly string[]): Promise<LoadedSchema> {
  const tables = new SchemaTables();
  const sources: SchemaSource[] = [];
  for (const path of paths) {
    const [messages, methods] = [tables.messages.size, tables.methods.size];
    const problems = await loadPath(path, tables).catch((error: unknown) => [unreadable(path, error)]);
    const added = { messages: tables.messages.size - messages, methods: tables.methods.size - methods };
    sources.push({ path, ...added, problems });
  }
  return { schema: tables, sources };
}

async function loadPath(path: string, tables: SchemaTables): Promise<readonly Problem[]> {
  if ((await stat(path)).isDirectory()) return loadFolder(path, tables);
  if (path.endsWith('.proto')) {
    const text = (await readBounded(path, maximumFileSize)).toString('utf8');
    return addProtoSources([{ name: basename(path), text }], tables);
  }
  const problems = readDescriptorSet(await readBounded(path, maximumSetSize), tables);
  return problems.map((problem) => ({ ...problem, text: `${path}: ${problem.text}` }));
}

async function loadFolder(folder: string, tables: SchemaTables): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const sources: ProtoSource[] = [];
  for await (const path of protoFiles(folder, problems)) {
    try {
      sources.push({ name: relative(folder, path), text: (await readBounded(path, maximumFileSize)).toString('utf8') });
    } catch (error) {
      problems.push(unreadable(path, error));
    }
  }
  if (sources.length === 0) {
    problems.push({ severity: 'warning', code: 'schema.empty', text: `There are no .proto files in ${folder}.` });
  }
  return [...problems, ...addProtoSources(sources, tables)];
}

/** All .proto files below a folder in the order of their names. Symbolic links are not followed. */
async function* protoFiles(folder: string, problems: Problem[]): AsyncGenerator<string> {
  const folders = [folder];
  let files = 0;
  for (let next = 0; next < folders.length; next++) {
    let entries: Dirent[];
    try {
      entries = await readdir(folders[next]!, { withFileTypes: true });
    } catch (error) {
      problems.push(unreadable(folders[next]!, error));
      continue;
    }
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folders[next]!, entry.name);
      const isHidden = entry.name.startsWith('.') || entry.name === 'node_modules';
      if (entry.isDirectory() && !isHidden && folders.length < maximumFolders) folders.push(path);
      if (!entry.isFile() || !entry.name.endsWith('.proto')) continue;
      if (++files > maximumFiles) {
        const text = `Only the first ${maximumFiles} .proto files in ${folder} are read.`;
        problems.push({ severity: 'warning', code: 'schema.limit', text });
        return;
      }
      yield path;
    }
  }
}

async function readBounded(path: string, limit: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const information = await file.stat();
    if (!information.isFile()) throw new Error('it is not a file');
    if (information.size > limit) throw new Error(`it is larger than ${limit >> 20} MiB`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function unreadable(path: string, error: unknown): Problem {
  const code = (error as NodeJS.ErrnoException).code;
  const reason =
    code === 'ENOENT' ? 'it does not exist' : code === 'EACCES' ? 'there is no permission' : (error as Error).message;
  return { severity: 'warning', code: 'schema.unreadable', text: `${path} cannot be read: ${reason}.` };
}
