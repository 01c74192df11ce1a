import { type Document, isMap, isNode, isScalar, LineCounter } from 'yaml';
import type { CaptureOptions } from './capture-options.ts';
import { readHelmYaml, yamlProblem } from './helm-yaml.ts';
import { captureFromValues, strayKeys, ValuesError, type ValuesPath } from './values.ts';

/** What is wrong with a values file. */
export interface ValuesProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
  /** Of what is wrong; [] where it is the file. */
  readonly path: ValuesPath;
}

/** An override values file as it was read. */
export interface ValuesDocument {
  /** No YAML, keys that mean nothing, values that are of another type; by lines. */
  readonly problems: readonly ValuesProblem[];
  /** It is YAML, and a section at its top: what stands there can be asked for. */
  readonly isReadable: boolean;
  /** What Packet Inspector's part of it says; null where a problem keeps that from being known. */
  readonly capture: CaptureOptions | null;
  /** What stands there, as JSON has it; undefined where nothing does. */
  get(path: ValuesPath): unknown;
  has(path: ValuesPath): boolean;
  /** Of the key, or of the item of a list; else of what is around it. */
  lineOf(path: ValuesPath): number;
}

/** Reads an override values file as helm does. Whatever is wrong with it is among its problems. */
export function readValuesDocument(text: string): ValuesDocument {
  const lines = new LineCounter();
  const document = readHelmYaml(text, { lineCounter: lines });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const lineOf = (path: ValuesPath) => lineAt(offsetOf(document, path));
  const problems: ValuesProblem[] = document.errors.map((error) => ({
    line: lineAt(error.pos[0]),
    message: yamlProblem(error, text),
    path: [],
  }));
  const values = problems.length === 0 ? plainValues(document, problems) : {};
  const report = ({ path, message }: ValuesError) => problems.push({ line: lineOf(path), message, path });
  let capture: CaptureOptions | null = null;
  const isReadable = problems.length === 0;
  if (isReadable) {
    capture = captureFromValues(values, report);
    if (problems.length > 0) capture = null;
    for (const stray of strayKeys(values)) report(new ValuesError(stray, 'is not known here: is it misspelt?'));
  }
  const get = (path: ValuesPath) => path.reduce<unknown>(below, values);
  return { problems: byLine(problems), isReadable, capture, get, has: (path) => get(path) !== undefined, lineOf };
}

export function byLine(problems: readonly ValuesProblem[]): readonly ValuesProblem[] {
  return [...problems].sort((left, right) => left.line - right.line);
}

/** What the file says as JSON has it; {} where it is no section, or refers to what is not there, which become problems. */
function plainValues(document: Document.Parsed, problems: ValuesProblem[]): unknown {
  const fail = (message: string) => {
    problems.push({ line: 1, message, path: [] });
    return {};
  };
  try {
    const values: unknown = document.toJS() ?? {};
    const isSection = typeof values === 'object' && values !== null && !Array.isArray(values);
    return isSection ? values : fail('not a values file: its top level has to be keys with values');
  } catch (error) {
    // An alias without its anchor, or aliases that would grow without end.
    return fail(`not YAML: ${(error as Error).message}`);
  }
}

function offsetOf(document: Document.Parsed, path: ValuesPath): number {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = isMap(parent)
      ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === path[length - 1])?.key
      : null;
    const node: unknown = key ?? document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function below(values: unknown, name: string | number): unknown {
  if (typeof values !== 'object' || values === null || !Object.hasOwn(values, name)) return undefined;
  return (values as Readonly<Record<string | number, unknown>>)[name];
}
