import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { excludeProblem } from '../name-matcher.ts';
import { captureFromValues, strayKeys, ValuesError, type ValuesPath } from '../values.ts';
import { readAnalysisAddress } from './analysis-address.ts';
import { sectionKey } from './aspen-mesh.ts';
import { hasDiameter, hasExclusions, type ValuesSchema } from './aspen-version.ts';

/** What is wrong with a values file. */
export interface ValuesProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

/** Keys that a version has no use for. */
function unknownKeys(schema: ValuesSchema): readonly (readonly string[])[] {
  return [
    ['capture'],
    ...(hasDiameter(schema) ? [] : [['httpCapture'], ['diameterCapture']]),
    ...(hasDiameter(schema) && !hasExclusions(schema)
      ? [
          ['httpCapture', 'excludeNamespaces'],
          ['httpCapture', 'excludePods'],
        ]
      : []),
  ];
}

/** Everything that is wrong with Packet Inspector's part of an override values file, for a version with this schema. */
export function valuesProblems(text: string, schema: ValuesSchema): readonly ValuesProblem[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineAt = (offset: number) => lines.linePos(offset).line;
  if (document.errors.length > 0) {
    return document.errors.map(({ pos, message }) => ({ line: lineAt(pos[0]), message: `not YAML: ${message}` }));
  }
  /** Of the key, or of the item of a list; else of what is around it. */
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
  const problems: ValuesProblem[] = [];
  const report = (path: ValuesPath, message: string) =>
    problems.push({ line: lineOf(path), message: `${path.join('.')} ${message}` });
  const values: unknown = document.toJS();
  try {
    for (const stray of strayKeys(values)) report(stray, 'means nothing here: is it misspelt?');
    for (const path of unknownKeys(schema)) {
      if (document.hasIn([sectionKey, ...path])) report([sectionKey, ...path], 'means nothing to this version');
    }
    const { diameterPort, excludeNamespaces, excludePods } = captureFromValues(values);
    for (const [name, list] of Object.entries({ excludeNamespaces, excludePods })) {
      for (const [index, specifier] of list.entries()) {
        const problem = specifier === '' ? 'is empty, and would match nothing' : excludeProblem(specifier);
        if (problem !== '') report([sectionKey, 'httpCapture', name, index], `: ${problem}`);
      }
    }
    const isPort =
      diameterPort === null || (Number.isInteger(diameterPort) && diameterPort > 0 && diameterPort < 65_536);
    if (!isPort) report([sectionKey, 'diameterCapture', 'port'], 'is not between 1 and 65535');
    const address: unknown = document.getIn([sectionKey, 'analysis', 'address']);
    const read = typeof address === 'string' && address !== '' ? readAnalysisAddress(address) : null;
    if (typeof read === 'string') report([sectionKey, 'analysis', 'address'], `: ${read}`);
    if (read === null && document.getIn([sectionKey, 'enabled']) === true) {
      report([sectionKey, 'analysis', 'address'], 'is missing, and Packet Inspector is enabled');
    }
  } catch (error) {
    if (!(error instanceof ValuesError)) throw error;
    problems.push({ line: lineOf(error.path), message: error.message });
  }
  return problems.sort((left, right) => left.line - right.line);
}
