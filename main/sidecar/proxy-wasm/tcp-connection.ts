import { bufferType } from './abi.ts';
import type { Context } from './context.ts';
import type { ProxyWasmVm } from './vm.ts';

/** One TCP connection, shown to the module as its bytes go by. */
export class TcpConnection {
  readonly #vm: ProxyWasmVm;
  readonly #context: Context;

  constructor(vm: ProxyWasmVm, context: Context) {
    this.#vm = vm;
    this.#context = context;
    vm.call(context, 'proxy_on_new_connection', [context.id]);
  }

  /** Bytes from who opened the connection. */
  downstreamData(bytes: Uint8Array, end: boolean): void {
    this.#vm.call(this.#context, 'proxy_on_downstream_data', [this.#context.id, bytes.length, end ? 1 : 0], {
      buffer: [bufferType.downstreamData, bytes],
    });
  }

  /** Bytes from who was connected to. */
  upstreamData(bytes: Uint8Array, end: boolean): void {
    this.#vm.call(this.#context, 'proxy_on_upstream_data', [this.#context.id, bytes.length, end ? 1 : 0], {
      buffer: [bufferType.upstreamData, bytes],
    });
  }

  close(): void {
    this.#vm.closeContext(this.#context);
  }
}
