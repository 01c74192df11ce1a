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
  const document = readValuesDocument(readText(file));
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

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new Error(`The values file ${file} cannot be read: ${(error as Error).message}`);
  }
}
