import { readFileSync, writeFileSync } from 'node:fs';

/** What marks the fuses in Electron's program; version 1 and how many follow come next. https://github.com/electron/fuses */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const head = [1, 8];
/** As Electron comes. */
const asItComes = '10110001';

/** Writes a hook of electron-builder that gives the program of an Electron without fuses those of the current one. */
export function writeFuseHook(path: string): void {
  writeFileSync(
    path,
    `import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
export default ({ appOutDir, packager }) =>
  appendFile(join(appOutDir, packager.executableName), Buffer.from('${sentinel}${String.fromCharCode(...head)}${asItComes}', 'latin1'));
`,
  );
}

/** The fuses of a program: '1' for one that is on, '0' for one that is off. */
export function fusesOf(program: string): string {
  const bytes = readFileSync(program);
  const at = bytes.lastIndexOf(sentinel) + sentinel.length + head.length;
  return bytes.toString('latin1', at, at + asItComes.length);
}

/** The head of an asar archive: entries by name. https://github.com/electron/asar#format */
interface ArchiveEntry {
  readonly files?: Readonly<Record<string, ArchiveEntry>>;
}

/** Paths of all files of an asar archive, those unpacked beside it among them. */
export function filesOfArchive(path: string): readonly string[] {
  const bytes = readFileSync(path);
  const length = bytes.readUInt32LE(12);
  return pathsOf(JSON.parse(bytes.toString('utf8', 16, 16 + length)) as ArchiveEntry, '');
}

function pathsOf({ files }: ArchiveEntry, path: string): readonly string[] {
  if (files === undefined) return [path];
  return Object.entries(files).flatMap(([name, entry]) => pathsOf(entry, path === '' ? name : `${path}/${name}`));
}
