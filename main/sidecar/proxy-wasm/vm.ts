import { randomFillSync } from 'node:crypto';
import type { HeaderPairs } from '../tap.ts';
import { bufferType, mapType } from './abi.ts';
import type { Context, RootContext, Visible } from './context.ts';
import { hostFunctions } from './host-functions.ts';
import { HttpStream } from './http-stream.ts';
import { ModuleMemory } from './module-memory.ts';
import type { PropertyTree } from './properties.ts';
import { TcpConnection } from './tcp-connection.ts';

/** A call that the module makes. */
export interface HttpCall {
  readonly cluster: string;
  readonly headers: HeaderPairs;
  readonly body: Uint8Array;
  /** Milliseconds. */
  readonly timeout: number;
}

export interface VmOptions {
  readonly module: WebAssembly.Module;
  /** The plugin's configuration text. */
  readonly configuration: string;
  /** What holds for the whole proxy: the node. */
  readonly properties: PropertyTree;
  /**
   * Makes a call of the module; `answer` is called once with the status, or with null when there is none (failure,
   * timeout). False: there is no such cluster, and no answer will come.
   */
  readonly httpCall: (call: HttpCall, answer: (status: number | null) => void) => boolean;
  /** Nanoseconds since the epoch. */
  readonly now: () => bigint;
  readonly log?: (message: string) => void;
}

type Callback = (...values: number[]) => number | undefined;

/**
 * Runs a proxy-wasm module (ABI 0.2) as Envoy does: a root context for each configuration, a context for each stream, the same
 * order of callbacks. A module that traps is never called again, and what it watched goes on without it (FAIL_OPEN).
 */
export class ProxyWasmVm {
  readonly memory: ModuleMemory;
  /** Why the module is not called any more. */
  failure: unknown = null;
  readonly #options: VmOptions;
  readonly #exports: Readonly<Record<string, unknown>>;
  readonly #roots = new Map<number, RootContext>();
  /** Calls that are not answered: by token, the root that made them. */
  readonly #calls = new Map<number, RootContext>();
  readonly #contexts = new Map<number, Context>();
  #current: { context: Context; visible: Visible } | null = null;
  #deferred: (() => void)[] = [];
  #lastContext = 0;
  #lastToken = 0;
  #root!: RootContext;

  constructor(options: VmOptions) {
    this.#options = options;
    const instance = new WebAssembly.Instance(options.module, hostFunctions(this));
    this.#exports = instance.exports;
    const wasmMemory = instance.exports.memory as { readonly buffer: ArrayBuffer };
    const allocate = (instance.exports.proxy_on_memory_allocate ?? instance.exports.malloc) as (size: number) => number;
    this.memory = new ModuleMemory(() => wasmMemory.buffer, allocate);
    (instance.exports._initialize as (() => void) | undefined)?.();
    this.configure(options.configuration);
  }

  /** Puts a new configuration in place; what is open stays with the one that it began with. */
  configure(text: string): void {
    const previous = this.#root as RootContext | undefined;
    const id = ++this.#lastContext;
    const properties = [this.#options.properties];
    const root: RootContext = { id, properties, tickPeriod: 0, streams: 0, retired: false, root: null as never };
    Object.assign(root, { root });
    this.#root = root;
    this.#roots.set(id, root);
    this.#contexts.set(id, root);
    const bytes = new TextEncoder().encode(text);
    this.call(root, 'proxy_on_context_create', [id, 0]);
    this.call(root, 'proxy_on_vm_start', [id, 0]);
    this.call(root, 'proxy_on_configure', [id, bytes.length], { buffer: [bufferType.pluginConfiguration, bytes] });
    if (!previous) return;
    previous.retired = true;
    this.#removeWhenUnused(previous);
  }

  /** Milliseconds between the ticks that the module wants now; 0 for none. */
  get tickPeriod(): number {
    return Math.max(0, ...[...this.#roots.values()].map((root) => root.tickPeriod));
  }

  tick(): void {
    for (const root of [...this.#roots.values()]) {
      if (root.tickPeriod > 0) this.call(root, 'proxy_on_tick', [root.id]);
    }
  }

  /** An HTTP stream begins. `properties` are asked whenever the module wants one, so they may change meanwhile. */
  httpStream(properties: PropertyTree): HttpStream {
    return new HttpStream(this, this.#openContext(properties));
  }

  /** A TCP connection begins. */
  tcpConnection(properties: PropertyTree): TcpConnection {
    return new TcpConnection(this, this.#openContext(properties));
  }

  #openContext(properties: PropertyTree): Context {
    const root = this.#root;
    const id = ++this.#lastContext;
    const context = { id, root, properties: [properties, ...root.properties] };
    this.#contexts.set(id, context);
    root.streams++;
    this.call(context, 'proxy_on_context_create', [id, root.id]);
    return context;
  }

  /** The stream or connection is over: the module's last word on it. */
  closeContext(context: Context): void {
    this.call(context, 'proxy_on_done', [context.id]);
    this.call(context, 'proxy_on_log', [context.id]);
    this.call(context, 'proxy_on_delete', [context.id]);
    this.#contexts.delete(context.id);
    context.root.streams--;
    this.#removeWhenUnused(context.root);
  }

  /** A proxy cancels the calls of a root that goes, without a word to the module. */
  #removeWhenUnused(root: RootContext): void {
    if (!root.retired || root.streams > 0) return;
    this.call(root, 'proxy_on_done', [root.id]);
    this.call(root, 'proxy_on_delete', [root.id]);
    this.#roots.delete(root.id);
    this.#contexts.delete(root.id);
    for (const [token, caller] of this.#calls) if (caller === root) this.#calls.delete(token);
  }

  /** Calls the module about a context; with a callback that it does not have, or after it trapped, nothing happens. */
  call(context: Context, callback: string, values: number[], visible: Visible = {}): void {
    const outer = this.#current;
    const call = this.#exports[callback] as Callback | undefined;
    if (!call || this.failure !== null) return;
    this.#current = { context, visible };
    try {
      call(...values);
    } catch (failure) {
      this.failure = failure;
      this.log(`the module trapped: ${failure}`);
    } finally {
      this.#current = outer;
    }
    if (outer !== null) return;
    for (let next = this.#deferred.shift(); next; next = this.#deferred.shift()) next();
  }

  // What follows is for the host functions, which run while the module does.

  get current(): { readonly context: Context; readonly visible: Visible } {
    if (this.#current === null) throw new Error('the module asks the host outside of a call');
    return this.#current;
  }

  /** Makes another context the one that host functions act for, until the call is over. */
  setEffectiveContext(id: number): boolean {
    const context = this.#contexts.get(id);
    if (!context) return false;
    this.#current = { ...this.current, context };
    return true;
  }

  /** The token of a call, or null when it cannot be made. Its answer comes after the module's present call is over. */
  httpCall(call: HttpCall): number | null {
    const token = ++this.#lastToken;
    const { root } = this.current.context;
    this.#calls.set(token, root);
    const answer = (status: number | null) => {
      if (this.#current) this.#deferred.push(() => this.#answer(token, status));
      else this.#answer(token, status);
    };
    if (this.#options.httpCall(call, answer)) return token;
    this.#calls.delete(token);
    return null;
  }

  #answer(token: number, status: number | null): void {
    const root = this.#calls.get(token);
    if (!root || !this.#calls.delete(token)) return;
    const headers: HeaderPairs = status === null ? [] : [[':status', String(status)]];
    this.call(root, 'proxy_on_http_call_response', [root.id, token, headers.length, 0, 0], {
      map: [mapType.httpCallResponseHeaders, headers],
    });
  }

  now(): bigint {
    return this.#options.now();
  }

  random(address: number, size: number): void {
    randomFillSync(this.memory.bytes(address, size));
  }

  log(message: string): void {
    this.#options.log?.(message);
  }
}
