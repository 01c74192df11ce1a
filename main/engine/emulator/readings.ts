import type { EmulatorList, EmulatorReading, EmulatorSelection } from '../../../app/api/emulator-types.ts';
import type { SessionInfo } from '../../../app/api/session-types.ts';
import { captureKey, capturesOf, createFileFilter, type EmulatorFile } from '../../../app/mesh/aspen/emulator-files.ts';
import { RequestError } from '../api/request-error.ts';
import type { ClusterRegistry } from '../clusters/registry.ts';
import type { Session } from '../session/session.ts';
import type { SessionHost } from '../session/session-host.ts';
import { Reading } from './reading.ts';
import type { EmulatorListing, EmulatorSource } from './source.ts';

export interface ReadingsOptions {
  readonly clusters: ClusterRegistry;
  readonly host: SessionHost;
  readonly onChange: (reading: EmulatorReading | null) => void;
}

/** Lists captures of emulators, and reads them into sessions, one at a time. */
export class Readings {
  readonly #options: ReadingsOptions;
  #current: { readonly reading: Reading; readonly session: Session } | null = null;

  constructor(options: ReadingsOptions) {
    this.#options = options;
  }

  /** How the reading for the session that is shown is, or was; null when there was none. */
  get state(): EmulatorReading | null {
    return this.#current?.reading.state ?? null;
  }

  async list(id: string, name: string, limit: number): Promise<EmulatorList> {
    const isWanted = wanted({ id, name, captures: null });
    const { files, pods } = await (await this.source(id)).list();
    const matching = files.filter(isWanted);
    const captures = capturesOf(matching);
    return {
      captures: captures.slice(0, limit),
      total: captures.length,
      bytes: matching.reduce((sum, { size }) => sum + size, 0),
      pods,
    };
  }

  /** @throws RequestError when there is nothing to read: then the session that is shown stays */
  async begin(selection: EmulatorSelection, follow: boolean): Promise<SessionInfo> {
    const { clusters, host, onChange } = this.#options;
    const { id } = selection;
    const isWanted = wanted(selection);
    const source = await this.source(id);
    const listing = await source.list();
    requireFiles(listing, isWanted, follow);
    const begun = host.begin('emulator');
    const { session } = host;
    const { nameAt } = clusters.driver(id);
    const reading = new Reading({
      id,
      source,
      listing,
      follow,
      isWanted,
      onCapture: (document) => session.document(document, nameAt),
      room: () => session.room(),
      onPackets: (file, pcap) => session.rawPackets(`files of ${file.namespace}/${file.pod}`, pcap),
      onChange: (state) => {
        if (this.#current?.reading === reading) onChange(state);
      },
    });
    this.#current = { reading, session };
    onChange(reading.state);
    return begun;
  }

  stop(): void {
    this.#current?.reading.stop();
  }

  /** To be told when another session is shown. */
  shown(session: Session): void {
    if (this.#current === null || this.#current.session === session) return;
    this.stop();
    this.#current = null;
    this.#options.onChange(null);
  }

  /** Resolves when nothing is read any more. */
  async close(): Promise<void> {
    this.stop();
    await this.#current?.reading.over;
  }

  /** Where files of a cluster's emulators are had. @throws RequestError when it has none by nature */
  async source(id: string): Promise<EmulatorSource> {
    const { emulatorFiles } = this.#options.clusters.driver(id);
    if (!emulatorFiles) throw new RequestError('emulator.none', `${id} has no pods whose files could be read.`);
    return emulatorFiles();
  }
}

/** Whether a file is of a capture that was chosen. @throws RequestError when the expression is none */
export function wanted({ name, captures }: EmulatorSelection): (file: EmulatorFile) => boolean {
  const chosen = captures && new Set(captures);
  try {
    const matches = createFileFilter(name);
    return (file) => matches(file.name) && (chosen === null || chosen.has(captureKey(file)));
  } catch (error) {
    throw new RequestError('emulator.name', `This is not a regular expression: ${(error as Error).message}`);
  }
}

function requireFiles(
  { pods, files }: EmulatorListing,
  isWanted: (file: EmulatorFile) => boolean,
  follow: boolean,
): void {
  if (pods.length === 0) throw new RequestError('emulator.none', 'No pod of an analysis emulator was found.');
  // Who follows waits for what comes; from pods that cannot be asked nothing does.
  if (files.some(isWanted) || (follow && pods.some(({ isListed }) => isListed))) return;
  const problems = pods.map(({ problem }) => problem).filter((problem) => problem !== '');
  const text = problems.length > 0 ? problems.join(' ') : 'There is no capture of that name.';
  throw new RequestError('emulator.nothing', text);
}
