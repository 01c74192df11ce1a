import { type CaptureArea, type CaptureOptions, defaultCaptureOptions } from './capture-options.ts';
import { emulatorAddress } from './names.ts';

/** Key of Packet Inspector's part of an override values file. */
const key = 'aspen-mesh-packet-inspector';

/** Way to a value in a values file. */
export type ValuesPath = readonly (string | number)[];

/** A value that cannot be read. The message names it. */
export class ValuesError extends Error {
  readonly path: ValuesPath;

  constructor(path: ValuesPath, problem: string) {
    super(`${path.join('.')} ${problem}`);
    this.name = 'ValuesError';
    this.path = path;
  }
}

/** Takes what cannot be read. */
type Report = (error: ValuesError) => void;

const throwing: Report = (error) => {
  throw error;
};

/** Keys that are known: those of the mesh's documentation, and `capture` for what that has no key for. */
const known: Readonly<Record<string, readonly string[]>> = {
  analysis: ['address'],
  httpCapture: ['enabled', 'excludeNamespaces', 'excludePods'],
  diameterCapture: ['enabled', 'port'],
  capture: ['namespaces', 'workloads', 'bodyLimit', 'redact', 'image'],
};

/** Where an option stands in a values file. */
export const valuePlaces: Readonly<Partial<Record<keyof CaptureOptions, ValuesPath>>> = {
  area: [key, 'capture'],
  excludeNamespaces: [key, 'httpCapture', 'excludeNamespaces'],
  excludePods: [key, 'httpCapture', 'excludePods'],
  diameterPort: [key, 'diameterCapture', 'port'],
  bodyLimit: [key, 'capture', 'bodyLimit'],
  redact: [key, 'capture', 'redact'],
  image: [key, 'capture', 'image'],
  analysisAddress: [key, 'analysis', 'address'],
};

/**
 * Reads the part of an Aspen Mesh override values file that is about Packet Inspector, as its documentation has it:
 * `enabled`, `analysis.address`, `httpCapture.{enabled,excludeNamespaces,excludePods}`, `diameterCapture.{enabled,port}`;
 * and of our own `capture.{namespaces,workloads,bodyLimit,redact,image}`. What is left out or empty has its default; so has
 * what cannot be read, after it was reported.
 *
 * @throws ValuesError unless it is reported elsewhere
 */
export function captureFromValues(values: unknown, report: Report = throwing): CaptureOptions {
  const { section, text, texts, number, boolean } = readers(report);
  const own = section(values, [key]);
  const analysis = section(own, [key, 'analysis']);
  const http = section(own, [key, 'httpCapture']);
  const diameter = section(own, [key, 'diameterCapture']);
  const capture = section(own, [key, 'capture']);
  const address = text(analysis.address, [key, 'analysis', 'address']) ?? '';
  const workloads = texts(capture.workloads, [key, 'capture', 'workloads']) ?? [];
  const port = number(diameter.port, [key, 'diameterCapture', 'port']) ?? 3868;
  const enabled = boolean(own.enabled, [key, 'enabled']);
  const isHttpEnabled = boolean(http.enabled, [key, 'httpCapture', 'enabled']);
  return {
    ...defaultCaptureOptions,
    area: areaOf(texts(capture.namespaces, [key, 'capture', 'namespaces']) ?? [], workloads, report),
    // Before there was httpCapture, `enabled` meant HTTP.
    http: 'httpCapture' in own ? isHttpEnabled : enabled,
    diameterPort: boolean(diameter.enabled, [key, 'diameterCapture', 'enabled']) ? port : null,
    excludeNamespaces: texts(http.excludeNamespaces, [key, 'httpCapture', 'excludeNamespaces']) ?? [],
    excludePods: texts(http.excludePods, [key, 'httpCapture', 'excludePods']) ?? [],
    bodyLimit: number(capture.bodyLimit, [key, 'capture', 'bodyLimit']) ?? defaultCaptureOptions.bodyLimit,
    redact: texts(capture.redact, [key, 'capture', 'redact']) ?? defaultCaptureOptions.redact,
    image: text(capture.image, [key, 'capture', 'image']) ?? defaultCaptureOptions.image,
    analysisAddress: address === emulatorAddress ? '' : address,
  };
}

/** Keys of Packet Inspector's part that mean nothing in it, which are most likely misspelt. */
export function strayKeys(values: unknown): readonly ValuesPath[] {
  // What is not a section is reported when it is read.
  const { section } = readers(() => {});
  const own = section(values, [key]);
  const names = ['enabled', 'resources', ...Object.keys(known)];
  return [
    ...Object.keys(own)
      .filter((name) => !names.includes(name))
      .map((name) => [key, name]),
    ...Object.entries(known).flatMap(([name, keys]) =>
      Object.keys(section(own, [key, name]))
        .filter((each) => !keys.includes(each))
        .map((each) => [key, name, each]),
    ),
  ];
}

/** What a values file has to say so that `captureFromValues` gives these options; how and when the capture ends is no part of it. */
export function valuesOf(capture: CaptureOptions): object {
  const { area, http, diameterPort, excludeNamespaces, excludePods, bodyLimit, redact, image } = capture;
  return {
    [key]: {
      enabled: true,
      analysis: { address: capture.analysisAddress },
      httpCapture: { enabled: http, excludeNamespaces, excludePods },
      diameterCapture: { enabled: diameterPort !== null, port: diameterPort ?? 3868 },
      capture: {
        ...(area.kind === 'namespaces' ? { namespaces: area.namespaces } : {}),
        ...(area.kind === 'workloads'
          ? { workloads: area.workloads.map(({ namespace, name }) => `${namespace}/${name}`) }
          : {}),
        bodyLimit,
        redact,
        image,
      },
    },
  };
}

function areaOf(namespaces: readonly string[], workloads: readonly string[], report: Report): CaptureArea {
  const path = [key, 'capture', 'workloads'];
  if (namespaces.length > 0 && workloads.length > 0) {
    report(new ValuesError(path, 'cannot be combined with namespaces: give one of the two'));
  }
  if (workloads.length > 0) {
    return {
      kind: 'workloads',
      workloads: workloads.map((entry, index) => {
        const [, namespace = '', name = ''] = /^([^/]+)\/([^/]+)$/.exec(entry) ?? [];
        if (name === '') report(new ValuesError([...path, index], `is not namespace/name: ${entry}`));
        return { namespace, name };
      }),
    };
  }
  return namespaces.length > 0 ? { kind: 'namespaces', namespaces } : { kind: 'mesh' };
}

type Section = Readonly<Record<string, unknown>>;

/** Ways to read a value by its type; null where there is none, or another, which is reported. */
function readers(report: Report) {
  function refused(path: ValuesPath, problem: string): null {
    report(new ValuesError(path, problem));
    return null;
  }

  function section(values: unknown, path: ValuesPath): Section {
    const found: unknown = isObject(values) ? (values[path.at(-1)!] ?? {}) : {};
    return isObject(found) ? found : (refused(path, 'is not a section') ?? {});
  }

  function text(value: unknown, path: ValuesPath): string | null {
    if (value === undefined || value === null) return null;
    return typeof value === 'string' ? value : refused(path, `is not a text: ${JSON.stringify(value)}`);
  }

  function texts(value: unknown, path: ValuesPath): readonly string[] | null {
    if (value === undefined || value === null) return null;
    if (!Array.isArray(value)) return refused(path, 'is not a list');
    return value.map((item, index) => text(item, [...path, index]) ?? '');
  }

  function number(value: unknown, path: ValuesPath): number | null {
    if (value === undefined || value === null) return null;
    return typeof value === 'number' ? value : refused(path, `is not a number: ${JSON.stringify(value)}`);
  }

  /** A word in quotes, as "false", would be neither. */
  function boolean(value: unknown, path: ValuesPath): boolean {
    if (value === undefined || value === null) return false;
    return typeof value === 'boolean'
      ? value
      : (refused(path, `is neither true nor false: ${JSON.stringify(value)}`) ?? false);
  }

  return { section, text, texts, number, boolean };
}

function isObject(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
