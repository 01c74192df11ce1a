import { readAnalysisAddress } from '../../../app/mesh/aspen/analysis-address.ts';
import { type CaptureArea, type CaptureOptions, largestBodyLimit } from '../../../app/mesh/capture-options.ts';
import { headerNameForm, isPort } from '../../../app/mesh/option-forms.ts';
import { formatCount } from '../../ui/format.ts';

/** What is missing or wrong in what was chosen, by the place where it is chosen; '' where nothing is. */
export interface ChoiceProblems {
  readonly area: string;
  readonly protocols: string;
  readonly port: string;
  readonly address: string;
}

export function choiceProblems({ area, http, diameterPort, analysisAddress }: CaptureOptions): ChoiceProblems {
  return {
    area: areaProblem(area),
    protocols: http || diameterPort !== null ? '' : 'Choose HTTP, Diameter or both.',
    port: diameterPort === null || isPort(diameterPort) ? '' : 'The port of Diameter is a number from 1 to 65535.',
    address: addressProblem(analysisAddress),
  };
}

/** The first of them, as a sentence; '' when the cluster can be asked about the choice. */
export function choiceProblem(capture: CaptureOptions): string {
  const { area, protocols, port, address } = choiceProblems(capture);
  return area || protocols || port || address;
}

/** What is wrong with the address of an analysis service, as the command line says it; '' for our own, which has none. */
function addressProblem(address: string): string {
  const read = address === '' ? null : readAnalysisAddress(address);
  return typeof read === 'string' ? `The address of the analysis service: ${read}.` : '';
}

function areaProblem(area: CaptureArea): string {
  if (area.kind === 'namespaces' && area.namespaces.length === 0) return 'Choose at least one namespace.';
  if (area.kind === 'workloads' && area.workloads.length === 0) return 'Choose at least one workload.';
  return '';
}

/** Entries of an area as the sheet's box lists them: namespaces, or `namespace/workload`. */
export function areaEntries(area: CaptureArea): readonly string[] {
  if (area.kind === 'mesh') return [];
  if (area.kind === 'namespaces') return area.namespaces;
  return area.workloads.map(({ namespace, name }) => `${namespace}/${name}`);
}

export function areaOf(kind: CaptureArea['kind'], entries: readonly string[]): CaptureArea {
  if (kind === 'mesh') return { kind };
  if (kind === 'namespaces') return { kind, namespaces: entries };
  const workloads = entries.map((entry) => {
    const slash = entry.indexOf('/');
    return { namespace: entry.slice(0, slash), name: entry.slice(slash + 1) };
  });
  return { kind, workloads };
}

/** What is wrong with the name of a header field; '' when nothing is. */
export function headerProblem(name: string): string {
  return headerNameForm.test(name) ? '' : `${name} is not the name of a header field.`;
}

/** Limits that are offered, with the one that is set. Bytes. */
export function bodyLimits(set: number): readonly number[] {
  const offered = [0, 4_096, 16_384, 65_536, 262_144, 1 << 20, largestBodyLimit];
  return [...new Set([...offered, set])].sort((a, b) => a - b);
}

/** `64 KiB`, `no bodies`: exactly, as limits are powers of two. */
export function limitText(bytes: number): string {
  if (bytes === 0) return 'no bodies';
  if (bytes % (1 << 20) === 0) return `${bytes / (1 << 20)} MiB`;
  return bytes % 1_024 === 0 ? `${bytes / 1_024} KiB` : `${formatCount(bytes)} bytes`;
}

/** Lengths of a lease that are offered, with the one that is set. Minutes; null for one without an end. */
export function leaseChoices(set: number | null): readonly (number | null)[] {
  const minutes = new Set([10, 30, 120, ...(set === null ? [] : [set])]);
  return [...[...minutes].sort((a, b) => a - b), null];
}

/** `30 minutes`, `2 hours`, or `30 min`, `2 h` where there is little room. */
export function leaseText(minutes: number, short = false): string {
  const hours = minutes >= 60 && minutes % 60 === 0;
  const count = hours ? minutes / 60 : minutes;
  if (short) return `${count} ${hours ? 'h' : 'min'}`;
  return `${count} ${hours ? 'hour' : 'minute'}${count === 1 ? '' : 's'}`;
}
