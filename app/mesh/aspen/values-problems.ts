import { excludeProblem } from '../name-matcher.ts';
import type { ValuesPath } from '../values.ts';
import { byLine, readValuesDocument, type ValuesProblem } from '../values-document.ts';
import { readAnalysisAddress } from './analysis-address.ts';
import { sectionKey } from './aspen-mesh.ts';
import { hasDiameter, hasExclusions, type ValuesSchema } from './aspen-version.ts';

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
  const document = readValuesDocument(text);
  const problems = [...document.problems];
  if (document.capture === null) return problems;
  const report = (path: ValuesPath, message: string) => {
    const full = [sectionKey, ...path];
    problems.push({ line: document.lineOf(full), message: `${full.join('.')}${message}` });
  };
  for (const path of unknownKeys(schema)) {
    if (document.has([sectionKey, ...path])) report(path, ' means nothing to this version');
  }
  const { diameterPort, excludeNamespaces, excludePods } = document.capture;
  for (const [name, list] of Object.entries({ excludeNamespaces, excludePods })) {
    for (const [index, specifier] of list.entries()) {
      const problem = specifier === '' ? 'is empty, and would match nothing' : excludeProblem(specifier);
      if (problem !== '') report(['httpCapture', name, index], `: ${problem}`);
    }
  }
  const isPort = diameterPort === null || (Number.isInteger(diameterPort) && diameterPort > 0 && diameterPort < 65_536);
  if (!isPort) report(['diameterCapture', 'port'], ' is not between 1 and 65535');
  const address = document.get([sectionKey, 'analysis', 'address']);
  const read = typeof address === 'string' && address !== '' ? readAnalysisAddress(address) : null;
  if (typeof read === 'string') report(['analysis', 'address'], `: ${read}`);
  if (read === null && document.get([sectionKey, 'enabled']) === true) {
    report(['analysis', 'address'], ' is missing, and Packet Inspector is enabled');
  }
  return byLine(problems);
}
