// The root contexts of the VM: the HTTP and the TCP filter of a sidecar may have one each, and after a new configuration the old ones
// live on until their last stream is closed.

const LIMIT: usize = 64;
const roots: usize = heap.alloc(LIMIT << 2);
let count: usize = 0;

export function addRoot(root: u32): void {
  removeRoot(root);
  if (count == LIMIT) removeRoot(load<u32>(roots));
  store<u32>(roots + (count++ << 2), root);
}

export function isRoot(context: u32): bool {
  return indexOf(context) < count;
}

export function removeRoot(root: u32): void {
  const index = indexOf(root);
  if (index == count) return;
  count--;
  for (let at = index; at < count; at++) store<u32>(roots + (at << 2), load<u32>(roots + ((at + 1) << 2)));
}

/** The one that was configured last, or 0. */
export function lastRoot(): u32 {
  return count == 0 ? 0 : load<u32>(roots + ((count - 1) << 2));
}

function indexOf(root: u32): usize {
  for (let at: usize = 0; at < count; at++) {
    if (load<u32>(roots + (at << 2)) == root) return at;
  }
  return count;
}
