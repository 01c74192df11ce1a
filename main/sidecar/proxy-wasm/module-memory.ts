/** The module's memory as the host sees it. Views are made anew each time: they die when the memory grows. */
export class ModuleMemory {
  readonly #buffer: () => ArrayBuffer;
  readonly #allocate: (size: number) => number;

  constructor(buffer: () => ArrayBuffer, allocate: (size: number) => number) {
    this.#buffer = buffer;
    this.#allocate = allocate;
  }

  /** Bytes that the memory has now. */
  get size(): number {
    return this.#buffer().byteLength;
  }

  bytes(address: number, size: number): Uint8Array {
    return new Uint8Array(this.#buffer(), address >>> 0, size >>> 0);
  }

  copyOf(address: number, size: number): Uint8Array {
    return this.bytes(address, size).slice();
  }

  text(address: number, size: number): string {
    return new TextDecoder().decode(this.bytes(address, size));
  }

  setU32(address: number, value: number): void {
    new DataView(this.#buffer()).setUint32(address >>> 0, value, true);
  }

  setU64(address: number, value: bigint): void {
    new DataView(this.#buffer()).setBigUint64(address >>> 0, value, true);
  }

  /** Hands bytes to the module: into memory that it gives, with their address and size where it asked for them. */
  give(bytes: Uint8Array, addressAt: number, sizeAt: number): void {
    let address = 0;
    if (bytes.length > 0) {
      address = this.#allocate(bytes.length);
      this.bytes(address, bytes.length).set(bytes);
    }
    this.setU32(addressAt, address);
    this.setU32(sizeAt, bytes.length);
  }
}
