import { allocate, release } from './memory';

// The proxy asks the module for memory and writes what was asked of it there. What is captured lands in a block of its
// own, with room in front for the segment and the field that it becomes, and is never copied inside the VM before it is
// written into a batch. Everything else (properties, configuration, TCP data) lands in one fixed place.

/** Room in front of landed bytes: a segment's head, a field's head, and the head of a data event. */
export const LANDING_ROOM: usize = 40;

const SCRATCH_SIZE: usize = 16384;
const scratch: usize = heap.alloc(SCRATCH_SIZE);

/** The most that can be asked of the proxy at once without `land()`. */
export const SCRATCH_LIMIT: u32 = <u32>SCRATCH_SIZE;

let landing = false;
let landed: usize = 0;
let oversize: usize = 0;

/** What the proxy writes next goes into a block of its own. Follow with `takeLanded()`. */
export function land(): void {
  landing = true;
  landed = 0;
}

/** The block, or 0 when the proxy wrote nothing. Its bytes begin at LANDING_ROOM. */
export function takeLanded(): usize {
  landing = false;
  return landed;
}

/** Called by the proxy (`malloc`). Must not fail: old proxies do not check. */
export function place(size: usize): usize {
  if (landing) {
    if (landed != 0) release(landed);
    landed = allocate(LANDING_ROOM + size);
    return landed + LANDING_ROOM;
  }
  if (oversize != 0) {
    release(oversize);
    oversize = 0;
  }
  if (size <= SCRATCH_SIZE) return scratch;
  oversize = allocate(size);
  return oversize;
}
