import type { Client, EventName, Events, Params, RequestName, Result, ServerFrame } from '../../app/api/contract.ts';
import type { FrameChannel, OpenChannel } from './channel.ts';
import { EngineError, messageOf } from './engine-error.ts';

export interface ConnectionStatus {
  /** `connecting`: for the first time. `lost`: was connected, or could not be; tries again by itself. */
  readonly phase: 'connecting' | 'connected' | 'lost';
  /** Why it is lost; ''. */
  readonly reason: string;
}

interface Pending {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

type Listener = (data: never) => void;

const firstRetry = 250;
const slowestRetry = 4_000;

/**
 * The view's end of the contract over any channel. It connects again by itself, waiting 0.25 s at first and up to 4 s later.
 * Requests made while there is no connection are refused at once: whoever needs them asks again when `connected` is told.
 */
export class EngineClient implements Client {
  readonly #open: OpenChannel;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<EventName, Set<Listener>>();
  readonly #statusListeners = new Set<(status: ConnectionStatus) => void>();
  #status: ConnectionStatus = { phase: 'connecting', reason: '' };
  #channel: FrameChannel | null = null;
  #nextId = 1;
  #retry = firstRetry;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(open: OpenChannel) {
    this.#open = open;
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  start(): void {
    void this.#connect();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#channel?.close();
  }

  /** Tries at once instead of at the end of the current wait. */
  retryNow(): void {
    if (this.#status.phase !== 'lost' || this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#retry = firstRetry;
    void this.#connect();
  }

  request<N extends RequestName>(name: N, params: Params<N>): Promise<Result<N>> {
    const channel = this.#channel;
    if (!channel) return Promise.reject(lost('There is no connection to the engine.'));
    const id = this.#nextId++;
    return new Promise<Result<N>>((resolve, reject) => {
      this.#pending.set(id, { resolve: (result) => resolve(result as Result<N>), reject });
      channel.send({ id, name, params });
    });
  }

  /** Resolves as soon as there is a connection. */
  connected(): Promise<void> {
    if (this.#status.phase === 'connected') return Promise.resolve();
    return new Promise((resolve) => {
      const forget = this.onStatus(({ phase }) => {
        if (phase !== 'connected') return;
        forget();
        resolve();
      });
    });
  }

  on<N extends EventName>(name: N, listener: (data: Events[N]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set<Listener>();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  onStatus(listener: (status: ConnectionStatus) => void): () => void {
    this.#statusListeners.add(listener);
    return () => this.#statusListeners.delete(listener);
  }

  async #connect(): Promise<void> {
    this.#timer = undefined;
    let closed = false;
    try {
      const channel = await this.#open({
        frame: (frame) => this.#receive(frame),
        closed: (reason) => {
          closed = true;
          this.#closed(reason);
        },
      });
      if (this.#stopped) return channel.close();
      if (closed) return;
      this.#channel = channel;
      this.#retry = firstRetry;
      this.#setStatus({ phase: 'connected', reason: '' });
    } catch (error) {
      if (!closed) this.#closed(messageOf(error));
    }
  }

  #closed(reason: string): void {
    this.#channel = null;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const request of pending) request.reject(lost(reason));
    if (this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#connect(), this.#retry);
    this.#retry = Math.min(this.#retry * 2, slowestRetry);
    this.#setStatus({ phase: 'lost', reason });
  }

  #receive(frame: ServerFrame): void {
    if ('event' in frame) {
      for (const listener of this.#listeners.get(frame.event) ?? []) listener(frame.data as never);
      return;
    }
    const pending = this.#pending.get(frame.id);
    if (!pending) return;
    this.#pending.delete(frame.id);
    if ('error' in frame) pending.reject(new EngineError(frame.error));
    else pending.resolve(frame.result);
  }

  #setStatus(status: ConnectionStatus): void {
    this.#status = status;
    for (const listener of this.#statusListeners) listener(status);
  }
}

function lost(message: string): EngineError {
  return new EngineError({ code: 'connection.lost', message });
}
