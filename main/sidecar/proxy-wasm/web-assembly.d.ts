/** The part of the WebAssembly interface that the host uses. Node has it; its types come with the DOM's only. */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, (...values: never[]) => number>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
}
