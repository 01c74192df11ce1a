/**
 * The same memory as a plain Uint8Array. Node's Buffer is a Uint8Array whose `slice` does not copy, so whoever keeps
 * `bytes.slice()` of one keeps what the next read writes over. Everything that comes in from outside passes here.
 */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
