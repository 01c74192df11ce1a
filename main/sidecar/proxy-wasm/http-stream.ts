import type { HeaderPairs } from '../tap.ts';
import { bufferType, mapType } from './abi.ts';
import type { Context } from './context.ts';
import type { ProxyWasmVm } from './vm.ts';

/** One HTTP request and its answer, shown to the module as they go by. */
export class HttpStream {
  readonly #vm: ProxyWasmVm;
  readonly #context: Context;

  constructor(vm: ProxyWasmVm, context: Context) {
    this.#vm = vm;
    this.#context = context;
  }

  requestHeaders(headers: HeaderPairs, end: boolean): void {
    this.#show('proxy_on_request_headers', [headers.length, end ? 1 : 0], mapType.requestHeaders, headers);
  }

  requestBody(bytes: Uint8Array, end: boolean): void {
    this.#vm.call(this.#context, 'proxy_on_request_body', [this.#context.id, bytes.length, end ? 1 : 0], {
      buffer: [bufferType.requestBody, bytes],
    });
  }

  requestTrailers(trailers: HeaderPairs): void {
    this.#show('proxy_on_request_trailers', [trailers.length], mapType.requestTrailers, trailers);
  }

  responseHeaders(headers: HeaderPairs, end: boolean): void {
    this.#show('proxy_on_response_headers', [headers.length, end ? 1 : 0], mapType.responseHeaders, headers);
  }

  responseBody(bytes: Uint8Array, end: boolean): void {
    this.#vm.call(this.#context, 'proxy_on_response_body', [this.#context.id, bytes.length, end ? 1 : 0], {
      buffer: [bufferType.responseBody, bytes],
    });
  }

  responseTrailers(trailers: HeaderPairs): void {
    this.#show('proxy_on_response_trailers', [trailers.length], mapType.responseTrailers, trailers);
  }

  /** Finished or broken off. */
  done(): void {
    this.#vm.closeContext(this.#context);
  }

  #show(callback: string, values: number[], type: (typeof mapType)[keyof typeof mapType], pairs: HeaderPairs): void {
    this.#vm.call(this.#context, callback, [this.#context.id, ...values], { map: [type, pairs] });
  }
}
