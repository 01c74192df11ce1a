import { copy, equal } from './memory';

/** Bytes of a text that lives as long as the VM: its length, then the bytes. */
@unmanaged
export class Text {
  size: u32;

  get data(): usize {
    return changetype<usize>(this) + sizeof<u32>();
  }

  is(data: usize, size: usize): bool {
    return <usize>this.size == size && equal(this.data, data, size);
  }
}

/** A literal (ASCII) as bytes; called once for each when the module starts. */
export function text(literal: string): Text {
  const size = load<u32>(changetype<usize>(literal) - 4) >> 1;
  const made = newText(size);
  for (let at: u32 = 0; at < size; at++) store<u8>(made.data + at, load<u8>(changetype<usize>(literal) + (at << 1)));
  return made;
}

export function copyOf(data: usize, size: u32): Text {
  const made = newText(size);
  copy(made.data, data, size);
  return made;
}

function newText(size: u32): Text {
  const made = changetype<Text>(heap.alloc(sizeof<u32>() + size));
  made.size = size;
  return made;
}

/** FNV-1a, 64 bits. */
export function hashOf(data: usize, size: u32): u64 {
  let hash: u64 = 0xcbf29ce484222325;
  for (let at = data; at < data + size; at++) hash = (hash ^ load<u8>(at)) * 0x100000001b3;
  return hash;
}

/** A decimal number of at most 9 digits, or -1. */
export function parseNumber(data: usize, size: usize): i32 {
  if (size == 0 || size > 9) return -1;
  let value = 0;
  for (let at: usize = 0; at < size; at++) {
    const digit = <i32>load<u8>(data + at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
