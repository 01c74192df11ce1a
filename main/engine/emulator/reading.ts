import { setTimeout as pause } from 'node:timers/promises';
import type { EmulatorReading } from '../../../app/api/emulator-types.ts';
import { emulatorKey } from '../../../app/mesh/aspen/emulator-files.ts';
import { errorText } from '../../log.ts';
import { CaptureSink, type CaptureSinkOptions } from './capture-sink.ts';
import { EmulatorReader, lookEvery } from './reader.ts';
import type { EmulatorListing, EmulatorSource } from './source.ts';

export interface ReadingOptions extends CaptureSinkOptions {
  /** The cluster. */
  readonly id: string;
  readonly source: EmulatorSource;
  /** What was listed just now. */
  readonly listing: EmulatorListing;
  /** To go on with what comes later. */
  readonly follow: boolean;
  readonly onChange: (reading: EmulatorReading) => void;
}

/** A `.pcap` is read by the second look, when it is known that there is no `.bson`, or none that can be read. */
const looksToAll = 2;
/** The view is told no sooner again. Milliseconds. */
const tellInterval = 100;

/** Reads captures of emulators, look by look, until all are read, or for as long as it is followed. */
export class Reading {
  readonly #options: ReadingOptions;
  readonly #sink: CaptureSink;
  readonly #reader: EmulatorReader;
  readonly #abort = new AbortController();
  /** Resolves when it has ended. */
  readonly over: Promise<void>;
  #phase: EmulatorReading['phase'] = 'reading';
  #problem = '';
  #told = 0;

  constructor(options: ReadingOptions) {
    this.#options = options;
    const { isWanted, room, onCapture, onPackets } = options;
    const { signal } = this.#abort;
    this.#sink = new CaptureSink({
      isWanted,
      room,
      onCapture: (document) => signal.aborted || onCapture(document),
      onPackets: (file, pcap) => signal.aborted || onPackets(file, pcap),
    });
    this.#reader = new EmulatorReader(options.source, this.#sink, () => this.#tell(false));
    this.over = this.#run(options.listing).then(() => this.#become('ended'));
  }

  get state(): EmulatorReading {
    const { files, read, failed, bytes, failures, problems } = this.#reader.state;
    return {
      id: this.#options.id,
      phase: this.#phase,
      problem: this.#problem,
      files,
      read,
      failed,
      bytes,
      captures: this.#sink.captures,
      failures: failures.map(({ file, problem }) => ({ file: emulatorKey(file), problem })),
      problems,
    };
  }

  /** Ends it; nothing is handed on from now on. */
  stop(): void {
    this.#abort.abort();
  }

  async #run(first: EmulatorListing): Promise<void> {
    const { source, follow } = this.#options;
    const { signal } = this.#abort;
    try {
      await this.#reader.read(first, signal);
      let took = 0;
      for (let looks = 1; (follow || looks < looksToAll) && !this.#reader.isFull; looks++) {
        if (looks >= looksToAll) {
          this.#become('following');
          // A pod with very many files is not kept busy with listing them.
          await pause(Math.max(lookEvery, 4 * took), undefined, { signal });
        }
        const began = performance.now();
        await this.#look(source, follow, signal);
        took = performance.now() - began;
      }
    } catch (error) {
      if (!signal.aborted) this.#problem = errorText(error);
    }
  }

  /** Who follows goes on when the cluster can be reached again. */
  async #look(source: EmulatorSource, follow: boolean, signal: AbortSignal): Promise<void> {
    try {
      await this.#reader.read(await source.list(signal), signal);
      this.#problem = '';
    } catch (error) {
      if (signal.aborted || !follow) throw error;
      this.#problem = errorText(error);
    }
  }

  #become(phase: EmulatorReading['phase']): void {
    this.#phase = phase;
    this.#tell(true);
  }

  #tell(atOnce: boolean): void {
    const now = performance.now();
    if (!atOnce && now - this.#told < tellInterval) return;
    this.#told = now;
    this.#options.onChange(this.state);
  }
}
