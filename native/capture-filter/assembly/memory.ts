// Raw memory: no managed objects exist in this module, so there is nothing to collect. What captures hold is counted in
// `used` and kept below the configured budget by those who allocate, well under the maximum at which a VM traps.

/** Bytes that captures hold now, with the allocator's own overhead. */
export let used: usize = 0;

/** Length of the allocator's block header, just before the memory that it gives. */
const BLOCK_HEAD: usize = 4;

export function allocate(size: usize): usize {
  const block = heap.alloc(size);
  used += blockSize(block);
  return block;
}

export function release(block: usize): void {
  used -= blockSize(block);
  heap.free(block);
}

function blockSize(block: usize): usize {
  // The two low bits of the header are the allocator's flags.
  return (<usize>load<u32>(block - BLOCK_HEAD) & ~3) + BLOCK_HEAD;
}

/**
 * Copies without the bulk-memory instructions, which old V8 engines lack. The runtime's own fallback goes byte by byte when the
 * two ends are aligned differently; WebAssembly does not need alignment.
 */
export function copy(to: usize, from: usize, size: usize): void {
  const end = from + size;
  while (from + 32 <= end) {
    const first = load<u64>(from);
    const second = load<u64>(from, 8);
    const third = load<u64>(from, 16);
    const fourth = load<u64>(from, 24);
    store<u64>(to, first);
    store<u64>(to, second, 8);
    store<u64>(to, third, 16);
    store<u64>(to, fourth, 24);
    from += 32;
    to += 32;
  }
  while (from + 8 <= end) {
    store<u64>(to, load<u64>(from));
    from += 8;
    to += 8;
  }
  while (from < end) {
    store<u8>(to++, load<u8>(from++));
  }
}

export function fill(to: usize, byte: u8, size: usize): void {
  for (let at: usize = 0; at < size; at++) store<u8>(to + at, byte);
}

export function equal(left: usize, right: usize, size: usize): bool {
  for (let at: usize = 0; at < size; at++) {
    if (load<u8>(left + at) != load<u8>(right + at)) return false;
  }
  return true;
}

/** Two words that the proxy writes results to: where a value is, and how long. */
export const resultData: usize = heap.alloc(16);
export const resultSize: usize = resultData + 8;
