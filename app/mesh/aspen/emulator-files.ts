import { compilePattern } from '../../filter/pattern.ts';
import type { NameMatcher } from '../name-matcher.ts';

/** A pod of an analysis emulator. */
export interface EmulatorPod {
  readonly namespace: string;
  readonly pod: string;
}

/** How it is with the files of a pod. */
export interface ListedPod extends EmulatorPod {
  /** Its files are listed, the newest of them at least. */
  readonly isListed: boolean;
  /** What is missing and why, as a sentence; '' when nothing is. */
  readonly problem: string;
}

/** A file that an analysis emulator has written below `/tmp`. */
export interface EmulatorFile extends EmulatorPod {
  readonly name: string;
  readonly size: number;
  /** Milliseconds since the epoch, to the second. */
  readonly changed: number;
}

/** The files of one capture: `<name>.bson`, `<name>.pcap`. */
export interface EmulatorCapture extends EmulatorPod {
  /** Without the ending. */
  readonly name: string;
  /** What the name says; '' when it says nothing. */
  readonly kind: 'HTTP' | 'Diameter' | '';
  readonly formats: readonly FileFormat[];
  /** Bytes of its files together. */
  readonly size: number;
  /** When one of its files was changed last. */
  readonly changed: number;
}

export type FileFormat = 'bson' | 'pcap';

/** The capture's name and the format that a file's name says. */
export function splitFileName(name: string): { readonly capture: string; readonly format: FileFormat } {
  const format = name.endsWith('.bson') ? 'bson' : 'pcap';
  return { capture: name.slice(0, -format.length - 1), format };
}

/** `<namespace>/<pod>/<name>` of a file or a capture: its own among all emulators of a cluster. */
export function emulatorKey({ namespace, pod, name }: EmulatorPod & { readonly name: string }): string {
  return `${namespace}/${pod}/${name}`;
}

/** That of the capture which a file belongs to. */
export function captureKey(file: EmulatorFile): string {
  return emulatorKey({ ...file, name: splitFileName(file.name).capture });
}

const diameterName = /^(.+)-\d{1,10}-\d{1,10}-\d{16,20}(-\d+)?$/;
const role = /-(consumer|producer)(-|$)/;

/**
 * The protocol by the documented form for Diameter, `<pod>-<end-to-end id>-<hop-by-hop id>-<timestamp>`, and the role in names of
 * HTTP; a number may stand behind where the name was taken.
 */
export function captureKind(name: string): EmulatorCapture['kind'] {
  const [, before = ''] = diameterName.exec(name) ?? [];
  // Names of HTTP have a role before their numbers.
  if (before !== '' && !/-(consumer|producer)$/.test(before)) return 'Diameter';
  return role.test(name) ? 'HTTP' : '';
}

/** Files by capture, what was changed last first. */
export function capturesOf(files: readonly EmulatorFile[]): readonly EmulatorCapture[] {
  const captures = new Map<string, EmulatorCapture>();
  for (const file of files) {
    const key = captureKey(file);
    const { capture: name, format } = splitFileName(file.name);
    const known = captures.get(key);
    captures.set(key, {
      namespace: file.namespace,
      pod: file.pod,
      name,
      kind: captureKind(name),
      formats: [...(known?.formats ?? []), format].sort(),
      size: (known?.size ?? 0) + file.size,
      changed: Math.max(known?.changed ?? 0, file.changed),
    });
  }
  return [...captures.values()].sort(
    (left, right) => right.changed - left.changed || (left.name < right.name ? -1 : left.name > right.name ? 1 : 0),
  );
}

/**
 * Matches names in which a regular expression matches somewhere, in any letter case; '' matches all.
 *
 * @throws PatternError
 */
export function createFileFilter(expression: string): NameMatcher {
  return compilePattern(expression);
}
