import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { ReceiverConnection } from '../../../app/api/types.ts';
import type { CaptureDocument, StreamDocument } from '../../../app/capture/document.ts';
import { milliseconds } from '../../../app/flows/observation.ts';
import { BackOff } from '../back-off.ts';
import { Arrivals, type Missed } from './arrivals.ts';
import { LossTable } from './loss-table.ts';
import { PodHealth } from './pod-health.ts';
import { beginning, readTail, type TailPosition } from './tail-client.ts';

export interface ReceiverLinkOptions {
  /** Opens a stream to the receiver's live tail. */
  readonly open: () => Promise<Duplex>;
  readonly onCapture: (document: CaptureDocument) => void;
  /** Null while there is room for captures; else what resolves when there is again. Until then they stay in the receiver's ring. */
  readonly room: () => Promise<void> | null;
  /** Calls, messages or parts were lost, at a time in milliseconds since the epoch. */
  readonly onLoss: (time: number, count: number) => void;
  /** The state, a loss or a pod's health changed. */
  readonly onChange: () => void;
}

/**
 * Keeps the live tail of one receiver running: connects, goes on where it was after a break, waits longer after each
 * failure, and counts what came and what was lost.
 */
export class ReceiverLink {
  readonly losses = new LossTable();
  readonly pods = new PodHealth();
  readonly #arrivals = new Arrivals();
  readonly #options: ReceiverLinkOptions;
  #connection: ReceiverConnection = { state: 'none', since: Date.now(), nextTry: null };
  #problem = '';
  #position: TailPosition = beginning;
  #running: AbortController | null = null;
  #stream: Duplex | null = null;
  readonly #begun = { consumer: 0, producer: 0 };

  constructor(options: ReceiverLinkOptions) {
    this.#options = options;
  }

  get connection(): ReceiverConnection {
    return this.#connection;
  }

  /** Why the last attempt or connection failed; ''. */
  get problem(): string {
    return this.#problem;
  }

  /** Calls seen so far: both sides may have seen each, so the side that saw more counts. */
  get calls(): number {
    return Math.max(this.#begun.consumer, this.#begun.producer);
  }

  start(): void {
    if (this.#running !== null) return;
    this.#running = new AbortController();
    void this.#run(this.#running.signal);
  }

  /** Ends the connection. A later `start` goes on where it was. */
  stop(): void {
    this.#running?.abort();
    this.#running = null;
    this.#stream?.destroy();
    this.pods.clear();
    this.#become('none', '');
  }

  async #run(signal: AbortSignal): Promise<void> {
    const backOff = new BackOff();
    let wasConnected = false;
    while (!signal.aborted) {
      this.#become(wasConnected ? 'reconnecting' : 'connecting', this.#problem);
      const reason = await this.#tail(signal, () => {
        wasConnected = true;
        backOff.reset();
      });
      if (signal.aborted) return;
      const wait = backOff.next();
      this.#become(wasConnected ? 'reconnecting' : 'connecting', reason, Date.now() + wait);
      await pause(wait, undefined, { signal }).catch(() => {});
    }
  }

  /** One connection from its beginning to its end, and why it ended. */
  async #tail(signal: AbortSignal, onReady: () => void): Promise<string> {
    let stream: Duplex;
    try {
      stream = await this.#options.open();
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    if (signal.aborted) {
      stream.destroy();
      return '';
    }
    this.#stream = stream;
    const reason = await readTail(stream, this.#position, {
      ready: () => {
        onReady();
        this.#become('connected', '');
      },
      document: (document, position) => {
        if (signal.aborted) return;
        this.#position = position;
        this.#take(document);
      },
      room: this.#options.room,
    });
    this.#stream = null;
    return reason;
  }

  #take(document: StreamDocument): void {
    const now = performance.now();
    switch (document.type) {
      case 'capture': {
        const { capture, missed } = this.#arrivals.capture(document, now);
        this.#missed(document.metadata.pod, missed);
        if (capture === null) return;
        if (capture.part === 0) this.#begun[capture.metadata.role]++;
        this.#options.onCapture(capture);
        return;
      }
      case 'loss': {
        const before = this.losses.lost;
        this.losses.add(document);
        this.#lost(milliseconds(document.time), this.losses.lost - before);
        return;
      }
      case 'heartbeat':
        this.pods.heard(document, Date.now());
        this.#missed(document, this.#arrivals.heartbeat(document, now));
    }
  }

  #missed({ namespace, pod }: { readonly namespace: string; readonly pod: string }, missed: Missed): void {
    if (missed.exchanges + missed.parts === 0) return;
    this.losses.addMissed(namespace, pod, missed);
    this.#lost(Date.now(), missed.exchanges + missed.parts);
  }

  #lost(time: number, count: number): void {
    if (count > 0) this.#options.onLoss(time, count);
    this.#options.onChange();
  }

  #become(state: ReceiverConnection['state'], problem: string, nextTry: number | null = null): void {
    const { state: before, since } = this.#connection;
    this.#connection = { state, since: state === before ? since : Date.now(), nextTry };
    this.#problem = problem;
    this.#options.onChange();
  }
}
