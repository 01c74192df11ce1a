import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** Where the kernel says what the container may use: cgroup v2, then v1. */
const FILES = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes'];

/** Bytes of memory that this process may use: its cgroup's limit, or the machine's memory. */
export function memoryLimit(): number {
  for (const file of FILES) {
    const limit = Number(readText(file));
    // cgroup v1 says "no limit" by a number near 2^63.
    if (Number.isFinite(limit) && limit > 0 && limit < totalmem()) return limit;
  }
  return totalmem();
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}

/** What Node itself and our code take before anything is captured; measured. */
const BASE = 96 * 1024 * 1024;

/** Bytes of a memory limit that are left for captures, at least a tenth of it. */
export function roomFor(limit: number): number {
  return Math.max(limit * 0.1, limit - BASE);
}

/**
 * Keeps V8 from letting garbage lie as it would on a machine with plenty of memory. Captures are buffers outside of its
 * heap, so a third of the limit is enough for it. To be called before much is allocated.
 */
export function limitHeap(limit: number): void {
  const megabytes = Math.max(40, Math.floor(limit / 3 / 2 ** 20));
  setFlagsFromString(`--max-old-space-size=${megabytes}`);
  if (megabytes < 256) setFlagsFromString('--max-semi-space-size=4');
}

/** Reads `256Mi`, `1Gi`, `500M` or bytes, as Kubernetes writes quantities of memory. */
export function parseBytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(Ki|Mi|Gi|k|M|G)?$/.exec(text);
  if (!match) throw new Error(`"${text}" is not an amount of memory: expected bytes or a number with Ki, Mi or Gi`);
  const unit = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, k: 1e3, M: 1e6, G: 1e9 }[match[2] ?? ''] ?? 1;
  return Math.floor(Number(match[1]) * unit);
}
