import { readFileSync } from 'node:fs';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { CaptureOptions } from '../../app/mesh/capture-options.ts';
import { captureFromValues, strayKeys, ValuesError, type ValuesPath, valuePlaces } from '../../app/mesh/values.ts';

/** A values file that was read. */
export interface ValuesFile {
  readonly capture: CaptureOptions;
  /** What is wrong with an option that the file has, with the file's name and line; null when it is not from the file. */
  problem(option: ValuesPath, message: string): string | null;
}

/** @throws Error that begins with the file's name and the line: `values.yaml:7: …` */
export async function readValuesFile(file: string): Promise<ValuesFile> {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => `${file}:${lines.linePos(offset).line}`;
  const [error] = document.errors;
  if (error) throw new Error(`${at(error.pos[0])}: not YAML: ${error.message}`);
  const lineOf = (path: ValuesPath): string => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return file;
  };
  const values: unknown = document.toJS();
  try {
    const [stray] = strayKeys(values);
    if (stray) throw new ValuesError(stray, 'means nothing here: is it misspelt?');
    return {
      capture: captureFromValues(values),
      problem([option, ...rest], message) {
        const place = valuePlaces[option as keyof CaptureOptions];
        if (!place) return null;
        const path = [...place, ...rest];
        const isHere = document.hasIn(option === 'area' ? place : path);
        return isHere ? `${lineOf(path)}: ${path.join('.')}: ${message}` : null;
      },
    };
  } catch (error) {
    if (error instanceof ValuesError) throw new Error(`${lineOf(error.path)}: ${error.message}`);
    throw error;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    throw new Error(`The values file ${file} cannot be read: ${(error as Error).message}`);
  }
}
