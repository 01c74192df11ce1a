import { readFileSync, statSync } from 'node:fs';
import type { CaptureOptions } from '../../app/mesh/capture-options.ts';
import { type ValuesPath, valuePlaces } from '../../app/mesh/values.ts';
import { readValuesDocument } from '../../app/mesh/values-document.ts';
import { valuesFileText } from '../../app/mesh/values-layout.ts';
import { readValuesFile as readFile, writeValuesFile } from '../engine/values/values-file.ts';

/** A values file that was read. */
export interface ValuesFile {
  readonly capture: CaptureOptions;
  /** What is wrong with an option that the file has, with the file's name and line; null when it is not from the file. */
  problem(option: ValuesPath, message: string): string | null;
}

/** @throws Error that begins with the file's name and the line: `values.yaml:7: …` */
export async function readValuesFile(file: string): Promise<ValuesFile> {
  const document = readValuesDocument((await readOverrides(file)).text);
  const [problem] = document.problems;
  if (problem || document.capture === null) throw new Error(`${file}:${problem?.line}: ${problem?.message}`);
  return {
    capture: document.capture,
    problem([option, ...rest], message) {
      const place = valuePlaces[option as keyof CaptureOptions];
      if (!place) return null;
      const path = [...place, ...rest];
      const isHere = document.has(option === 'area' ? place : path);
      return isHere ? `${file}:${document.lineOf(path)}: ${path.join('.')}: ${message}` : null;
    },
  };
}

/** An override values file that is to be checked or edited. */
export interface Overrides {
  readonly text: string;
  /** Writes it where it was read, unless it has changed there meanwhile; to standard output where it came by a pipe. */
  write(edited: string): Promise<void>;
}

/** @throws Error that names the file: it cannot be read, is too large, or is no text */
export async function readOverrides(file: string): Promise<Overrides> {
  try {
    if (isPiped(file)) return { text: readPiped(file), write: async (edited) => void process.stdout.write(edited) };
    const { text, revision } = await readFile(file);
    return { text, write: async (edited) => void (await writeValuesFile(file, edited, revision)) };
  } catch (error) {
    throw new Error(`The values file cannot be used: ${(error as Error).message}`);
  }
}

/** Standard input, or a pipe of the shell's, as in `--values <(…)`. */
function isPiped(file: string): boolean {
  return file === '-' || (statSync(file, { throwIfNoEntry: false })?.isFIFO() ?? false);
}

/** What came by pipes, which can be read but once, by their names. */
const piped = new Map<string, string>();

function readPiped(file: string): string {
  const text = piped.get(file) ?? valuesFileText(readFileSync(file === '-' ? 0 : file), file);
  piped.set(file, text);
  return text;
}

/** The same for one that is to be edited whatever Packet Inspector's part of it says. @throws Error that begins with the file's name and the line, too */
export async function readYamlFile(file: string): Promise<Overrides> {
  const overrides = await readOverrides(file);
  const { isReadable, problems } = readValuesDocument(overrides.text);
  const [problem] = problems;
  if (!isReadable && problem) throw new Error(`${file}:${problem.line}: ${problem.message}`);
  return overrides;
}
