import type { CaptureDocument } from '../../../app/capture/document.ts';
import type { AddressName } from '../../../app/capture/document-names.ts';
import type { Problem } from '../../../app/model/problem.ts';
import type { SpillReader } from '../store/spill-reader.ts';
import type { DecodedSink } from './decoded-sink.ts';
import type { LiveProgress } from './decoder-messages.ts';
import { DecodingThread } from './decoding-thread.ts';
import { DocumentBatch } from './document-batch.ts';

export interface LiveDecodingOptions {
  /** The session file, which is made with the first capture. */
  readonly path: string;
  readonly spill: SpillReader;
  /** Where flows go. */
  readonly sink: DecodedSink;
  /** Something is wrong with the captures, or with the decoding itself. */
  readonly onProblem: (problem: Problem) => void;
  /** Flows or problems may have changed. */
  readonly onChange: () => void;
}

/** Captures handed over at once; more cost no less each. Bytes. */
const largestBatch = 1 << 18;
/** How long captures wait for others to go with: waking the thread costs as much as reading ten of them. Milliseconds. */
const gatherTime = 2;
/** Captures that the thread may be behind; then no more are wanted until it is half of that. Bytes. */
const maximumUntaken = 8 << 20;

const nothingWritten: LiveProgress = { taken: 0, length: 0, problems: [] };

/**
 * The decoding of live captures, in their order: into the session file first, then to flows. The thread is begun when it
 * is first needed, and its files are made then.
 */
export class LiveDecoding {
  readonly #options: LiveDecodingOptions;
  readonly #batch = new DocumentBatch();
  #thread: DecodingThread<LiveProgress> | null = null;
  #posting: NodeJS.Timeout | null = null;
  /** Bytes of captures handed over so far. */
  #posted = 0;
  #progress = nothingWritten;
  #packets = 0;
  /** The thread takes nothing more. */
  #isOver = false;
  #room: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null;
  /** Who waits for a flush, in order. */
  #flushing: (() => void)[] = [];

  constructor(options: LiveDecodingOptions) {
    this.#options = options;
  }

  /** Packets decoded so far. */
  get packets(): number {
    return this.#packets;
  }

  /** Length of the session file. Bytes. */
  get length(): number {
    return this.#progress.length;
  }

  /** What is not as it should be now, with the session file or the captures. */
  get problems(): readonly Problem[] {
    return this.#progress.problems;
  }

  /** Takes a copy of the capture, and of what else is known of the addresses that it speaks of. */
  document(document: CaptureDocument, names: readonly AddressName[]): void {
    if (this.#isOver) return;
    this.#batch.add(document, names);
    if (this.#batch.length >= largestBatch) {
      this.#post();
    } else {
      this.#posting ??= setTimeout(() => this.#post(), gatherTime);
    }
  }

  /** Takes packets of which nothing else is known, as `pcapRecord` writes them, of LINKTYPE_RAW. */
  rawPackets(interfaceName: string, pcap: Uint8Array): void {
    if (this.#isOver || pcap.length === 0) return;
    this.#post();
    this.#posted += pcap.length;
    const bytes = new Uint8Array(pcap);
    this.#begun().tell({ type: 'packets', interfaceName, pcap: bytes }, [bytes.buffer]);
  }

  /** Null while there is room for captures; else what resolves when there is again. */
  room(): Promise<void> | null {
    if (this.#room === null && !this.#isOver && this.#posted - this.#progress.taken >= maximumUntaken) {
      let resolve = (): void => {};
      const promise = new Promise<void>((resolvePromise) => {
        resolve = resolvePromise;
      });
      this.#room = { promise, resolve };
    }
    return this.#room?.promise ?? null;
  }

  /** Resolves when all captures taken so far are in the session file, and their flows told. */
  async flush(): Promise<void> {
    if (this.#isOver) return;
    this.#post();
    await new Promise<void>((resolve) => {
      this.#flushing.push(resolve);
      this.#begun().tell({ type: 'flush' });
    });
  }

  /** Ends the thread when all captures taken so far are in the session file. */
  async close(): Promise<void> {
    this.#post();
    const wasOver = this.#isOver;
    this.#isOver = true;
    if (this.#thread === null) return;
    if (!wasOver) this.#thread.tell({ type: 'end' });
    await this.#thread.over;
  }

  #post(): void {
    if (this.#posting !== null) clearTimeout(this.#posting);
    this.#posting = null;
    const bytes = this.#batch.take();
    if (bytes === null || this.#isOver) return;
    this.#posted += bytes.length;
    this.#begun().tell({ type: 'documents', bytes }, [bytes.buffer]);
  }

  #begun(): DecodingThread<LiveProgress> {
    if (this.#thread !== null) return this.#thread;
    const { path, spill, sink, onProblem } = this.#options;
    this.#thread = new DecodingThread<LiveProgress>({
      kind: 'live',
      path,
      spill,
      sink,
      onProblem,
      onStep: (progress, packets) => this.#step(progress, packets),
      onFlushed: () => this.#flushing.shift()?.(),
    });
    void this.#thread.over.then((end) => {
      this.#isOver = true;
      const reason = 'breakdown' in end ? end.breakdown : end.refusal?.message;
      if (reason !== undefined) onProblem(brokeDown(reason));
      for (const resolve of this.#flushing) resolve();
      this.#flushing = [];
      this.#makeRoom();
      this.#options.onChange();
    });
    return this.#thread;
  }

  #step(progress: LiveProgress, packets: number): void {
    this.#progress = progress;
    this.#packets = packets;
    if (this.#posted - progress.taken <= maximumUntaken / 2) this.#makeRoom();
    this.#options.onChange();
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = null;
  }
}

function brokeDown(reason: string): Problem {
  const text = `Captures are no longer decoded: ${reason}. What came before is shown. Start a new session to go on.`;
  return { severity: 'error', code: 'session.decoder', text };
}
