import type { CaptureOptions } from '../capture-options.ts';
import { valuesOf } from '../values.ts';
import { readValuesDocument } from '../values-document.ts';
import { sectionKey } from './aspen-mesh.ts';
import { type Setting, settingsOn } from './capture-values.ts';
import { fitCapture } from './fit-capture.ts';
import { isObject } from './helm-release.ts';
import { editValues, sectionSettings } from './values-edit.ts';
import type { ValuesReader } from './values-problems.ts';

/** A values file for this capture, in the schema of its reader: what that has no key for is left out. */
export function valuesFileOf(reader: ValuesReader, capture: CaptureOptions, text = ''): string {
  return editValues(text, reader === 'own' ? ownSettings(capture, text) : sectionSettings(settingsOn(reader, capture)));
}

/**
 * What a values file says of a capture; null where that is not known. A file that captures nothing yet says where captures
 * go and what is left out: HTTP is what is captured then.
 */
export function captureOfFile(reader: ValuesReader, text: string): Partial<CaptureOptions> | null {
  const { capture } = readValuesDocument(text);
  if (capture === null) return null;
  // How and when it ends is no part of the file, nor for Aspen Mesh what runs in the cluster.
  const { bodyLimit, redact, image, ...plain } = { ...capture, http: capture.http || capture.diameterPort === null };
  const { area, http, diameterPort, excludeNamespaces, excludePods, analysisAddress } =
    reader === 'own' ? plain : fitCapture(reader, { ...capture, ...plain });
  const said = { area, http, diameterPort, excludeNamespaces, excludePods, analysisAddress };
  return reader === 'own' ? { ...said, bodyLimit, redact, image } : said;
}

/** A choice of another area leaves none of the one before in the text. */
function ownSettings(capture: CaptureOptions, text: string): readonly Setting[] {
  const document = readValuesDocument(text);
  const areas = [
    [sectionKey, 'capture', 'namespaces'],
    [sectionKey, 'capture', 'workloads'],
  ];
  const emptied = areas.filter((path) => document.has(path)).map((path) => ({ path, value: [] }));
  return [...emptied, ...leaves([], valuesOf(capture))];
}

/** Each value of a section by its path; lists are values. */
function leaves(path: readonly string[], section: object): readonly Setting[] {
  return Object.entries(section).flatMap(([name, value]: [string, unknown]) =>
    isObject(value) ? leaves([...path, name], value) : [{ path: [...path, name], value }],
  );
}
