import { largestBodyLimit } from '../capture-options.ts';
import { excludeProblem } from '../name-matcher.ts';
import { headerNameForm, imageForm, isPort, kubernetesNameForm } from '../option-forms.ts';
import type { ValuesPath } from '../values.ts';
import { byLine, readValuesDocument, type ValuesDocument, type ValuesProblem } from '../values-document.ts';
import { readAnalysisAddress } from './analysis-address.ts';
import { sectionKey } from './aspen-mesh.ts';
import { hasDiameter, hasExclusions, type ValuesSchema } from './aspen-version.ts';

/** Who the values are for: a version of Aspen Mesh by its schema, or `own`: our own parts, which know all keys. */
export type ValuesReader = ValuesSchema | 'own';

/** Limits of a container as they are usually written (Kubernetes: resource quantities). */
const quantityForms = { cpu: /^\d+(\.\d+)?m?$/, memory: /^\d+(\.\d+)?([kMGTPE]|[KMGTPE]i)?$/ };

/** Keys that a version has no use for. */
function unknownKeys(schema: ValuesSchema): readonly ValuesPath[] {
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

/** Everything that is wrong with Packet Inspector's part of an override values file. */
export function valuesProblems(text: string, reader: ValuesReader): readonly ValuesProblem[] {
  return problemsOf(readValuesDocument(text), reader);
}

/** The same for a file that was read. */
export function problemsOf(document: ValuesDocument, reader: ValuesReader): readonly ValuesProblem[] {
  if (!document.isReadable) return document.problems;
  const problems = [...document.problems];
  const get = (...path: ValuesPath) => document.get([sectionKey, ...path]);
  const report = (path: ValuesPath, message: string) => {
    const full = [sectionKey, ...path];
    problems.push({ line: document.lineOf(full), message: `${full.join('.')}${message}`, path: full });
  };
  /** Reports each text of a list that has a problem; what is no text was reported when the file was read. */
  const checkList = (path: ValuesPath, problemOf: (item: string) => string) => {
    const list = get(...path);
    for (const [index, item] of (Array.isArray(list) ? list : []).entries()) {
      const problem = typeof item === 'string' ? problemOf(item) : '';
      if (problem !== '') report([...path, index], `: ${problem}`);
    }
  };

  if (reader !== 'own') {
    for (const path of unknownKeys(reader)) {
      if (get(...path) !== undefined) report(path, ' is not known to this version');
    }
  }
  for (const name of ['excludeNamespaces', 'excludePods']) {
    checkList(['httpCapture', name], (specifier) =>
      specifier === '' ? 'is empty, and would match nothing' : excludeProblem(specifier),
    );
  }
  const port = get('diameterCapture', 'port');
  if (typeof port === 'number' && !isPort(port)) report(['diameterCapture', 'port'], ' is not between 1 and 65535');
  // Our own parts have a default for it; the documentation's snippet leaves it empty.
  if (reader !== 'own' && hasDiameter(reader) && get('diameterCapture', 'enabled') === true && port == null) {
    report(['diameterCapture', 'port'], ' is missing, and Diameter is enabled: it is typically 3868');
  }
  for (const [name, form] of Object.entries(quantityForms)) {
    const limit = get('resources', 'limits', name);
    if (limit != null && !form.test(String(limit)))
      report(['resources', 'limits', name], ' is not a quantity such as 500m or 512Mi');
  }
  checkAddress(get('analysis', 'address'), get('enabled') === true && reader !== 'own', report);
  if (reader === 'own') checkOwn(get, checkList, report);
  return byLine(problems);
}

function checkAddress(address: unknown, isNeeded: boolean, report: (path: ValuesPath, message: string) => void): void {
  const isWritten = typeof address === 'string' && address !== '';
  const read = isWritten ? readAnalysisAddress(address) : null;
  if (typeof read === 'string') report(['analysis', 'address'], `: ${read}`);
  if (isNeeded && (address == null || address === '')) {
    report(['analysis', 'address'], ' is missing, and Packet Inspector is enabled');
  }
}

/** Of the keys that only our own parts have. */
function checkOwn(
  get: (...path: ValuesPath) => unknown,
  checkList: (path: ValuesPath, problemOf: (item: string) => string) => void,
  report: (path: ValuesPath, message: string) => void,
): void {
  const unless = (form: RegExp, sentence: string) => (item: string) => (form.test(item) ? '' : `${item} ${sentence}`);
  checkList(['capture', 'namespaces'], unless(kubernetesNameForm, 'is not the name of a namespace'));
  checkList(['capture', 'redact'], unless(headerNameForm, 'is not the name of a header field'));
  const limit = get('capture', 'bodyLimit');
  if (typeof limit === 'number' && !(Number.isInteger(limit) && limit >= 0 && limit <= largestBodyLimit)) {
    report(['capture', 'bodyLimit'], ` is not a number of bytes between 0 and ${largestBodyLimit}`);
  }
  const image = get('capture', 'image');
  if (typeof image === 'string' && !imageForm.test(image)) report(['capture', 'image'], ' is not the name of an image');
}
