import { readFileSync } from 'node:fs';
import type { CaptureOptions } from '../../app/mesh/capture-options.ts';
import { type ValuesPath, valuePlaces } from '../../app/mesh/values.ts';
import { readValuesDocument } from '../../app/mesh/values-document.ts';

/** A values file that was read. */
export interface ValuesFile {
  readonly capture: CaptureOptions;
  /** What is wrong with an option that the file has, with the file's name and line; null when it is not from the file. */
  problem(option: ValuesPath, message: string): string | null;
}

/** @throws Error that begins with the file's name and the line: `values.yaml:7: …` */
export async function readValuesFile(file: string): Promise<ValuesFile> {
  const document = readValuesDocument(readOverrides(file));
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

/** Text of an override values file that is to be checked or edited. @throws Error that names the file */
export function readOverrides(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new Error(`The values file ${file} cannot be read: ${(error as Error).message}`);
  }
}

/** The same for one that is to be edited whatever Packet Inspector's part of it says. @throws Error that begins with the file's name and the line, too */
export function readYamlFile(file: string): string {
  const text = readOverrides(file);
  const { isReadable, problems } = readValuesDocument(text);
  const [problem] = problems;
  if (!isReadable && problem) throw new Error(`${file}:${problem.line}: ${problem.message}`);
  return text;
}
