import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { CaptureOptions } from './capture-options.ts';
import { captureFromValues, strayKeys, ValuesError, type ValuesPath } from './values.ts';

/** What is wrong with a values file. */
export interface ValuesProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** An override values file as it was read. */
export interface ValuesDocument {
  /** No YAML, keys that mean nothing, values that are of another type; by lines. */
  readonly problems: readonly ValuesProblem[];
  /** What Packet Inspector's part of it says; null where a problem keeps that from being known. */
  readonly capture: CaptureOptions | null;
  /** What stands there; undefined where nothing does. */
  get(path: ValuesPath): unknown;
  has(path: ValuesPath): boolean;
  /** Of the key, or of the item of a list; else of what is around it. */
  lineOf(path: ValuesPath): number;
}

/** Reads an override values file. Whatever is wrong with it is among its problems. */
export function readValuesDocument(text: string): ValuesDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  const lineOf = (path: ValuesPath): number => {
    for (let length = path.length; length > 0; length--) {
      const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
      const key = isMap(parent)
        ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === path[length - 1])?.key
        : null;
      const node: unknown = key ?? document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lineAt(node.range[0]);
    }
    return 1;
  };
  const parts = {
    get: (path: ValuesPath) => document.getIn(path),
    has: (path: ValuesPath) => document.hasIn(path),
    lineOf,
  };
  const problems: ValuesProblem[] = document.errors.map(({ pos, message }) => ({
    line: lineAt(pos[0]),
    message: `not YAML: ${message}`,
  }));
  if (problems.length > 0) return { ...parts, problems, capture: null };
  const report = ({ path, message }: ValuesError) => problems.push({ line: lineOf(path), message });
  let capture: CaptureOptions | null = null;
  try {
    const values: unknown = document.toJS();
    for (const stray of strayKeys(values)) report(new ValuesError(stray, 'means nothing here: is it misspelt?'));
    capture = captureFromValues(values);
  } catch (error) {
    if (!(error instanceof ValuesError)) throw error;
    report(error);
  }
  return { ...parts, problems: byLine(problems), capture };
}

export function byLine(problems: readonly ValuesProblem[]): readonly ValuesProblem[] {
  return [...problems].sort((left, right) => left.line - right.line);
}
